"""The announcement of a plan, for the people it concerns: what, when, at what cost, and what they may notice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from ishigaki.core.change import Safety
from ishigaki.core.plan import Plan, Planned
from ishigaki.report.overview import kind_of
from ishigaki.report.route import does
from ishigaki.report.spend import commitment_lines
from ishigaki.report.terminal import plain
from ishigaki.report.words import phrase, words
from ishigaki.standards.prices import known_since, prices
from ishigaki.texts import Language, remediation_text

LANGUAGES: tuple[Language, ...] = ("ja", "en")  # the order in the notice
MOST = 8  # accounts named of one kind of change
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def announcement(made: Plan, *, when: str = "", contact: str = "", contacts: Mapping[str, str] = {}) -> str:
    """The notice in Markdown, Japanese and then English. `contact` is one for all; else `contacts` by account."""
    parts = [_notice(made, language, when, contact, contacts) for language in LANGUAGES]
    return "\n---\n\n".join(parts)


def _notice(made: Plan, language: Language, when: str, contact: str, contacts: Mapping[str, str]) -> str:
    accounts = len({c.account for c in made.changes})
    lead = phrase("announce.lead", changes=len(made.changes), accounts=accounts)[language]
    until = f"{made.expires:%Y-%m-%d %H:%M} UTC"
    sections: dict[str, Iterable[str]] = {
        "when": [escaped(when) or phrase("announce.when_open", until=until)[language]],
        "what": _what(made, language),
        "notice": _notices(made, language),
        "cost": _cost(made, language),
        "expect": _expected(made, language),
        "contact": _contacts(made, language, contact, contacts),
    }
    lines = [f"# {phrase('announce.title')[language]}", "", lead, ""]
    for name, said in sections.items():
        body = "\n".join(said).strip()
        lines += [f"## {phrase(f'announce.{name}')[language]}", "", body, ""]
    return "\n".join([*lines, phrase("announce.scope", scan=made.scan)[language], ""])


def escaped(text: str) -> str:
    """A name as Markdown shows it, with nothing of it read as Markdown."""
    return MARKDOWN.sub(r"\\\1", plain(text))


def _what(made: Plan, language: Language) -> Iterator[str]:
    """The changes by class, one line for each kind of change, with where and how many."""
    if not made.changes:
        yield phrase("announce.nothing")[language]
    for safety in (Safety.SAFE, Safety.DISRUPTIVE):
        found = [c for c in made.changes if c.safety is safety]
        if not found:
            continue
        yield f"**{phrase(f'announce.{safety}')[language]}**"
        yield ""
        for name in _kinds(found):
            yield f"- {_line(made, [c for c in found if c.remediation == name], language)}"
        yield ""


def _kinds(changes: Iterable[Planned]) -> list[str]:
    return list(dict.fromkeys(c.remediation for c in changes))


def _line(made: Plan, changes: Sequence[Planned], language: Language) -> str:
    counts = Counter(c.account for c in changes)
    places = [
        phrase("announce.place", account=_account(made, account), changes=count)[language]
        for account, count in counts.most_common(MOST)
    ]
    if len(counts) > MOST:
        places.append(phrase("announce.more", accounts=len(counts) - MOST)[language])
    return phrase("announce.line", does=_does(changes, language), places=_list(places, language))[language]


def _list(said: Iterable[str], language: Language) -> str:
    return ("、" if language == "ja" else ", ").join(said)


def _account(made: Plan, account: str) -> str:
    return escaped(made.around[account].name or account)


def _does(changes: Sequence[Planned], language: Language) -> str:
    work = kind_of(changes)
    return does(msgspec.structs.replace(work, name=escaped(work.name)), language)


def _notices(made: Plan, language: Language) -> Iterator[str]:
    """What could stop working, for every kind of change that can be noticed; and what cannot be taken back."""
    noticed = _kinds(c for c in made.changes if c.disruption != "none")
    if not noticed:
        yield phrase("announce.notice_none")[language]
    for name in noticed:
        mine = [c for c in made.changes if c.remediation == name]
        yield f"- **{_does(mine, language)}**: {remediation_text(name).breaks[language]}"
    yield ""
    lasting = [c for c in made.changes if not c.reversible]
    if not lasting:
        yield phrase("announce.back")[language]
        return
    yield phrase("announce.back_not")[language]
    yield ""
    for name in _kinds(lasting):
        yield f"- {_does([c for c in lasting if c.remediation == name], language)}"


def _cost(made: Plan, language: Language) -> Iterator[str]:
    costs = [c.cost for c in made.changes if c.cost]
    yield from (f"**{line}**" for line in commitment_lines(made, language))
    if not costs:
        yield phrase("announce.cost_none")[language]
        return
    facts = tuple(dict.fromkeys(f for c in costs for f in c.facts if f in prices()))
    regions = ", ".join(dict.fromkeys(prices()[f].basis(made.home) for f in facts))
    total = f"{sum(c.monthly for c in costs):,.2f}"
    yield phrase("announce.cost_is", usd=total, region=regions, date=str(known_since(facts)))[language]
    yield ""
    yield from (f"- {prices()[f].label[language]}" for f in facts)
    yield ""
    pages = " ".join(f"<{page}>" for page in dict.fromkeys(prices()[f].page for f in facts))
    yield phrase("announce.cost_more", pages=pages)[language]


def _expected(made: Plan, language: Language) -> Iterator[str]:
    """The messages that the calls of the plan are known to bring."""
    made_calls = {f"{s.request.service}:{s.request.operation}" for c in made.changes for s in c.steps}
    for key, said in words()["expect"].items():
        if key == "always" or key in made_calls:
            yield f"- {said[language]}"


def _contacts(made: Plan, language: Language, contact: str, contacts: Mapping[str, str]) -> Iterator[str]:
    if contact:
        yield escaped(contact)
        return
    known: dict[str, list[str]] = {}
    for account in dict.fromkeys(c.account for c in made.changes):
        if contacts.get(account):
            known.setdefault(contacts[account], []).append(_account(made, account))
    if not known:
        yield phrase("announce.contact_open")[language]
    for whom, accounts in known.items():
        facts = {"account": _list(accounts, language), "contact": escaped(whom)}
        yield f"- {phrase('announce.contact_of', **facts)[language]}"
