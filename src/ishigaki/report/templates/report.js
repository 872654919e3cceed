(() => {
  "use strict";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Language: the style sheet shows and hides; this keeps what a style sheet cannot reach in step.
  const speak = (language) => {
    document.documentElement.lang = language;
    for (const element of all("[data-en]")) {
      const words = element.dataset[language];
      if (element instanceof HTMLInputElement) element.placeholder = words;
      else if (element.hasAttribute("aria-label")) element.setAttribute("aria-label", words);
      else element.textContent = words;
    }
  };
  for (const choice of all("input[name=language]")) {
    choice.addEventListener("change", () => speak(choice.value));
    if (choice.checked) speak(choice.value); // the browser may have kept the reader's choice over a reload
  }

  // Filter.
  const form = document.getElementById("filter");
  const controls = all("details.control").map((details) => ({
    details,
    severity: details.dataset.severity,
    text: details.querySelector("summary").textContent.toLowerCase(),
    parts: all("section.part", details).map((part) => ({
      part,
      account: part.dataset.account,
      text: part.querySelector("h3").textContent.toLowerCase(),
      lines: all("tbody tr", part).map((line) => ({
        line,
        held: line.dataset.held ?? "open",
        text: line.textContent.toLowerCase(),
      })),
    })),
  }));
  const filter = () => {
    const account = form.elements.account.value;
    const severity = form.elements.severity.value;
    const wantedHeld = form.elements.held?.value; // there only where something is suppressed
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    let total = 0;
    for (const control of controls) {
      let inControl = 0;
      for (const part of control.parts) {
        const wanted = (!account || part.account === account) && (!severity || control.severity === severity);
        let inPart = 0;
        for (const { line, held, text } of part.lines) {
          const matches = wanted && (!wantedHeld || held === wantedHeld) && words.every((w) => (control.text + part.text + text).includes(w));
          line.hidden = !matches;
          inPart += matches;
        }
        part.part.hidden = inPart === 0;
        inControl += inPart;
        total += part.lines.length;
      }
      control.details.hidden = inControl === 0;
      shown += inControl;
    }
    document.getElementById("shown").textContent = `${shown.toLocaleString("en")} / ${total.toLocaleString("en")}`;
    document.getElementById("none").hidden = shown > 0;
  };
  if (form) {
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    filter();
  }

  // A link to a control opens it.
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!(target instanceof HTMLDetailsElement)) return;
    if (target.hidden) form.reset();
    target.hidden = false;
    target.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();

  // Open or close every control at once; paper shows what is open.
  const fold = document.getElementById("fold");
  if (fold) {
    fold.addEventListener("click", () => {
      const open = fold.getAttribute("aria-pressed") !== "true";
      fold.setAttribute("aria-pressed", String(open));
      for (const { details } of controls) details.open = open;
      for (const details of all("#exceptions details")) details.open = open;
    });
  }
})();
