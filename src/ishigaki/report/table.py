"""The terminal: the eight exposures, what to do today, scores by account, and the worst findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ishigaki.core.checklist import Checked
from ishigaki.core.concern import Source
from ishigaki.core.finding import Finding, Status
from ishigaki.core.score import Score
from ishigaki.core.today import Action
from ishigaki.core.written import State
from ishigaki.report.checklist import MARK, details
from ishigaki.report.exceptions import Card, cards, decision_words, quiet_rows
from ishigaki.report.flow import Flow
from ishigaki.report.picture import Picture, Row, current, standards_of, worst_first
from ishigaki.report.terminal import STYLE, plain, printed
from ishigaki.report.words import (
    action_fix,
    brief_words,
    fault_words,
    honest_words,
    moment,
    phrase,
    score_words,
    time_words,
    title_of,
)
from ishigaki.standards import EXPOSURES
from ishigaki.texts import Words, control_text

MOST = 10  # controls among the worst findings
PLACES = 2  # named of one action
STATE_STYLE = {State.EXPIRED: "bold red", State.ENDS_SOON: "yellow", State.IN_FORCE: ""}


def render(picture: Picture, *, width: int, color: bool = False) -> str:
    """The picture for a terminal of so many columns."""
    return printed(document(picture), width=width, color=color)


def document(picture: Picture) -> RenderableType:
    """The picture as something `rich` prints at any width."""
    parts = [
        _exposures(picture),
        _today(picture),
        _scores(picture),
        _worst(picture),
        _exceptions(picture),
        _by_policy(picture),
        _counts(picture),
    ]
    return Group(_head(picture), *(Padding(p, (1, 0, 0, 0)) for p in parts if p is not None))


def _head(picture: Picture) -> Text:
    language = picture.language
    scope = phrase("head.scope_is", accounts=len(picture.accounts), findings=len(current(picture)))
    calls = phrase("head.calls_are", calls=picture.calls, seconds=f"{picture.wall_s:.1f}")
    head = Text(phrase("title.report")[language], style="bold")
    head.append(f"\n{moment(picture.at)[language]} · {scope[language]}", style="not bold")
    if picture.source == Source.SECURITY_HUB:
        head.append(
            f"\n{phrase('head.source')[language]}: {phrase('head.by_hub')[language]}", style="not bold"
        )
    return head.append(f"\n{phrase('head.calls')[language]}: {calls[language]}", style="not bold")


def _table(picture: Picture, title: str, columns: Sequence[str]) -> Table:
    table = Table(
        title=Text(phrase(title)[picture.language], style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
        show_header=any(columns),
        expand=True,
        pad_edge=False,
    )
    for column in columns:
        table.add_column(Flow(Text(column)), overflow="fold")
    return table


def _scores(picture: Picture) -> RenderableType:
    language = picture.language
    titles = [s.title_ja if language == "ja" else s.title_en for s in picture.standards]
    names = [phrase(f"column.{c}")[language] for c in ("account", "seen")]
    table = _table(picture, "section.scores", [*names, *titles])
    table.columns[0].ratio, table.columns[1].min_width = 2, 10
    for column in table.columns[2:]:
        column.ratio = 2
    for account in picture.accounts:
        table.add_row(
            Flow(Text(f"{plain(account.name)}\n{account.id}")),
            Text(
                phrase(f"seen.{account.seen}")[language], style="" if account.seen == "complete" else "yellow"
            ),
            *_scores_of(picture, account.scores),
            end_section=account is picture.accounts[-1],
        )
    if len(picture.accounts) > 1:
        total = Flow(Text(phrase("score.estate")[language], style="bold"))
        table.add_row(total, "", *_scores_of(picture, picture.estate_scores))
    return table


def _scores_of(picture: Picture, scores: Mapping[str, Score]) -> list[Flow]:
    return [_score(picture, scores.get(s.id)) for s in picture.standards]


def _score(picture: Picture, score: Score | None) -> Flow:
    """The score; its range and the honest score each on a line of their own."""
    said = score_words(score)[picture.language].replace(" (", "\n(")
    honest = honest_words(score)
    return Flow(Text(said if honest is None else f"{said}\n{honest[picture.language]}"))


def _exposures(picture: Picture) -> RenderableType | None:
    exposures = picture.checklists[EXPOSURES]
    if not exposures:
        return None
    table = _table(picture, "section.exposures", ("", "", "", ""))
    table.columns[0].width, table.columns[1].no_wrap = 1, True
    table.columns[2].ratio, table.columns[3].ratio = 3, 2
    for exposure in exposures:
        mark, style = MARK[exposure.tick]
        title = title_of(exposure.control)[picture.language]
        table.add_row(Text(mark, style=style), exposure.control, Flow(Text(title)), _said(picture, exposure))
    return table


def _said(picture: Picture, exposure: Checked) -> Flow:
    said = [phrase(f"tick.{exposure.tick}"), *details(exposure)]
    return Flow(Text("\n".join(w[picture.language] for w in said)))


def _today(picture: Picture) -> RenderableType | None:
    """Three to five actions: what, how long, why, the exact step, where, and what it does to the scores."""
    if not picture.actions:
        return None
    language = picture.language
    table = _table(picture, "section.today", ("", ""))
    table.columns[0].width, table.columns[1].ratio = 1, 1
    for number, action in enumerate(picture.actions, start=1):
        said = control_text(action.control)
        size = phrase("today.resources", resources=action.resources, accounts=len(action.accounts))[language]
        text = Text(f"{title_of(action.control)[language]} ", style="bold")
        text.append(f"{action.control} ", style=STYLE[action.severity])
        comma = "、" if language == "ja" else ", "
        text.append(f"({size}{comma}{time_words(action.minutes)[language]})", style="not bold")
        text.append(f"\n{said.why[language]}", style="not bold")
        text.append(f"\n→ {action_fix(action)[language]}", style="green not bold")
        where = [_place(picture, finding) for finding in action.findings]
        text.append("".join(f"\n· {plain(place)}" for place in where[:PLACES]), style="dim not bold")
        if len(where) > PLACES:
            more = phrase("today.more", count=len(where) - PLACES)[language]
            text.append(f"\n  {more}", style="dim not bold")
        for gain in _gains(picture, action):
            text.append(f"\n{gain}", style="not bold")
        table.add_row(str(number), Flow(text), end_section=number < len(picture.actions))
    return table


def _gains(picture: Picture, action: Action) -> list[str]:
    titles = {s.id: s.title_ja if picture.language == "ja" else s.title_en for s in picture.standards}
    return [
        f"{titles[gain.standard]}: {brief_words(gain.before)[picture.language]} → "
        f"{brief_words(gain.after)[picture.language]}"
        for gain in action.gains
        if gain.standard in titles and gain.after.passed > gain.before.passed
    ]


def _place(picture: Picture, finding: Finding) -> str:
    return f"{picture.account(finding.account).name}: {finding.region}: {finding.name or finding.resource}"


def _worst(picture: Picture) -> RenderableType:
    language = picture.language
    groups = _failed(picture)
    if not groups:
        return Text(phrase("section.findings_none")[language], style="green")
    columns = [phrase(f"column.{c}")[language] for c in ("severity", "control", "count", "wrong")]
    table = _table(picture, "title.worst", columns)
    table.columns[0].min_width, table.columns[2].min_width = 8, 5
    table.columns[1].ratio, table.columns[2].justify, table.columns[3].ratio = 2, "right", 3
    for control, rows in list(groups.items())[:MOST]:
        severity = Text(phrase(f"severity.{rows[0].severity}")[language], style=STYLE[rows[0].severity])
        title = Text(control, style="bold").append(f"\n{title_of(control)[language]}", style="not bold")
        table.add_row(severity, Flow(title), f"{len(rows):,}", _example(picture, rows[0]))
    if len(groups) > MOST:
        more = phrase("today.more", count=len(groups) - MOST)[language]
        table.add_row("", Text(more, style="dim"), "", "")
    return table


def _failed(picture: Picture) -> Mapping[str, list[Row]]:
    """What failed and counts in the picture's standards, or is asked by a control of our own, which counts in none;
    by control, worst first."""
    groups: dict[str, list[Row]] = {}
    for row in worst_first(current(picture)):
        counted = row.finding.status is Status.FAILED and not row.suppressed
        if counted and (row.facts.own or standards_of(picture, row.finding.control)):
            groups.setdefault(row.finding.control, []).append(row)
    return groups


def _example(picture: Picture, row: Row) -> Flow:
    finding = row.finding
    wrong = _join(picture, [fault_words(finding.control, f) for f in finding.faults])
    return Flow(
        Text(plain(_place(picture, finding))).append(f"\n{plain(wrong)}" if wrong else "", style="dim")
    )


def _join(picture: Picture, said: Iterable[Words]) -> str:
    return ("、" if picture.language == "ja" else ", ").join(w[picture.language] for w in said)


def _exceptions(picture: Picture) -> RenderableType | None:
    """The expired exceptions first, then those in force: until when, what, where, why and whose."""
    found = cards(picture)
    if not found:
        return None
    language = picture.language
    columns = [phrase(key)[language] for key in ("exception.expires", "column.control", "column.count")]
    table = _table(picture, "section.exceptions", [*columns, phrase("exception.reason")[language]])
    table.columns[0].width, table.columns[2].min_width = 12, 5
    table.columns[1].ratio, table.columns[2].justify, table.columns[3].ratio = 2, "right", 3
    for card in found[:MOST]:
        state, style = phrase(f"exception_state.{card.state}")[language], STATE_STYLE[card.state]
        ends = Text(f"{card.own.expires}\n{state}" if card.own else "–", style=style)
        titles = [title[language] for _, title in card.controls]
        what = Text(", ".join(c for c, _ in card.controls), style="bold")
        what.append(f"\n{titles[0]}" if len(titles) == 1 else "", style="not bold")
        table.add_row(ends, Flow(what), f"{len(card.places):,}", _why(picture, card))
    if len(found) > MOST:
        table.add_row("", Text(phrase("today.more", count=len(found) - MOST)[language], style="dim"), "", "")
    return table


def _why(picture: Picture, card: Card) -> Flow:
    """The reason of an exception, whose it is, and the first thing it is about."""
    place = card.places[0]
    text = Text(plain(card.reason[picture.language]))
    if card.own:
        text.append(f"\n{phrase('exception.owner')[picture.language]}: {plain(card.own.owner)}", style="dim")
    where = f"{place.account.name}: {place.region}: {place.name or place.resource}"
    return Flow(text.append(f"\n{plain(where)}", style="dim"))


def _by_policy(picture: Picture) -> RenderableType | None:
    """The rows of the response policy that suppress something: how much, which, of which controls, and why."""
    found = quiet_rows(picture)
    if not found:
        return None
    language = picture.language
    keys = ("policy_row.row", "policy_row.controls", "column.count", "exception.reason")
    table = _table(picture, "section.by_policy", [phrase(key)[language] for key in keys])
    table.columns[2].min_width, table.columns[2].justify = 5, "right"
    for column, ratio in zip(table.columns, (2, 2, None, 3), strict=True):
        column.ratio = ratio
    for each in found[:MOST]:
        row = Text(plain(each.row)).append(f"\n{decision_words(each.decision)[language]}", style="dim")
        named = ", ".join(control for control, _ in each.controls[:PLACES])
        if len(each.controls) > PLACES:
            named += f" {phrase('today.more', count=len(each.controls) - PLACES)[language]}"
        table.add_row(
            Flow(row), Flow(Text(named)), f"{each.count:,}", Flow(Text(plain(each.reason[language])))
        )
    if len(found) > MOST:
        table.add_row(Text(phrase("today.more", count=len(found) - MOST)[language], style="dim"), "", "", "")
    return table


def _counts(picture: Picture) -> Flow:
    """How many findings there are of each status, and that nothing unseen is among the passed."""
    rows = current(picture)
    counts = {s: sum(r.finding.status is s for r in rows) for s in Status}
    line = Text(" · ".join(f"{phrase(f'status.{s}')[picture.language]} {counts[s]:,}" for s in Status))
    hidden = {"excepted": len(picture.exceptions.excepted), "by_policy": len(picture.exceptions.by_policy)}
    said = [phrase(f"count.{how}", count=n)[picture.language] for how, n in hidden.items() if n]
    if said:
        line.append(f" ({('、' if picture.language == 'ja' else ', ').join(said)})")
    if counts[Status.NOT_AVAILABLE] or picture.gaps:
        line.append(f"\n{phrase('section.unseen_note')[picture.language]}", style="yellow")
    return Flow(line)
