"""What is told of many cases at once, in words: the first look, the owner's week, the month to forward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import msgspec

from ishigaki.core.digest import Digest, DigestLine, Ending, FirstSummary, Monthly, MonthlyRow
from ishigaki.core.finding import SEVERITIES
from ishigaki.core.notice import Notice, Part
from ishigaki.core.score import percent
from ishigaki.report.reader import Reader, cleaned
from ishigaki.report.subject import is_control, topic_of
from ishigaki.report.words import known, score_words
from ishigaki.standards import standard
from ishigaki.texts import Language

Told = tuple[str, list[Part]]
MOST = 5  # lines of one list; the rest is a number
ROWS = 10  # rows of a monthly table
TINY = timedelta(microseconds=1)  # a period ends just before its `until`
SECTIONS = ("overdue", "due_soon", "awaiting", "new", "returned", "told_once")


def first_summary(notice: Notice, reader: Reader) -> Told:
    """One message instead of hundreds: how much there is, and where to begin."""
    summary = msgspec.convert(notice.facts["first_summary"], FirstSummary)
    if not summary.cases:
        parts = [Part(text=reader.say("first.calm", accounts=summary.accounts))]
        return reader.say("title.first_summary_calm"), [*parts, *_rest(summary, reader)]
    lead = reader.say("first.lead", accounts=summary.accounts, things=summary.things, cases=summary.cases)
    counts = [
        f"{known('severity', s.value)[reader.language]} {summary.by_severity[s]:,}"
        for s in SEVERITIES
        if summary.by_severity.get(s)
    ]
    parts = [Part(text=lead)]
    if counts:
        parts.append(Part(text=reader.say("first.severities", counts=reader.listed(counts))))
    parts += [*_list("first.urgent", summary.urgent, reader), *_list("first.first", summary.first, reader)]
    parts += [Part(text=reader.say("first.calmly")), *_rest(summary, reader)]
    return _first_title(summary, reader), parts


def _first_title(summary: FirstSummary, reader: Reader) -> str:
    if summary.due is None or summary.due <= reader.now:
        return reader.say("title.first_summary_open", cases=summary.cases)
    facts = {"due": reader.time(summary.due), "left": reader.span(summary.due - reader.now)}
    return reader.say("title.first_summary", cases=summary.cases, **facts)


def _rest(summary: FirstSummary, reader: Reader) -> Iterator[Part]:
    for key, count in (("first.told_once", summary.told_once), ("first.left", summary.left)):
        if count:
            yield Part(text=reader.say(key, count=count))


def digest(notice: Notice, reader: Reader) -> Told:
    """An owner's week, what was fixed first."""
    week = msgspec.convert(notice.facts["digest"], Digest)
    counts = {name: len(getattr(week, name)) for name in ("fixed", "overdue", "due_soon")}
    calm = not (week.overdue or week.due_soon)
    title = reader.say("title.digest_calm" if calm else "title.digest", **counts)
    parts = [*_list("digest.fixed", week.fixed, reader)]
    if calm:
        parts.append(Part(text=reader.say("digest.calm")))
    for name in SECTIONS:
        parts += _list(f"digest.{name}", getattr(week, name), reader)
    for key, count in (("digest.later", week.later), ("digest.folded", week.folded)):
        if count:
            parts.append(Part(text=reader.say(key, count=count)))
    since, until = (reader.time(at) for at in (week.since, week.until))
    return title, [*parts, Part(text=reader.say("digest.period", since=since, until=until))]


def _list(key: str, lines: Sequence[DigestLine], reader: Reader) -> Iterator[Part]:
    if lines:
        shown = tuple(_line(each, reader) for each in lines[:MOST])
        yield Part(heading=reader.say(key), bullets=shown, more=len(lines) - len(shown))


def _line(line: DigestLine, reader: Reader) -> str:
    count = "tail.count" if is_control(line.subject) else "tail.detections"
    said = reader.say(
        "digest.line",
        topic=topic_of(line.subject, reader),
        places=reader.accounts(line.accounts),
        count=reader.say(count, count=line.count),
    )
    severity = known("severity", line.severity.value)[reader.language]
    parts = [said, reader.say("tail.severity", severity=severity)]
    parts += [reader.due(line.due)] if line.due else []
    parts += [reader.say("footer.case", case=line.case)] if line.case else []
    return " · ".join(parts)


def monthly(notice: Notice, reader: Reader) -> Told:
    """One page to forward: how many were acted upon, how fast, what is left, and by whom."""
    month = msgspec.convert(notice.facts["monthly"], Monthly)
    period = _period(month, reader)
    share = percent(month.acted, month.told) or 0
    title = reader.say(
        "title.monthly" if month.told else "title.monthly_calm",
        period=period,
        acted=month.acted,
        told=month.told,
        share=share,
    )
    parts = [Part(heading=reader.say("monthly.overall"), bullets=tuple(_overall(month, reader)))]
    if month.before or month.after:
        change = reader.say(
            "monthly.score_change",
            standard=_standard(month.standard, reader.language),
            before=score_words(month.before)[reader.language],
            after=score_words(month.after)[reader.language],
        )
        parts.append(Part(heading=reader.say("monthly.score"), bullets=(change,)))
    for name, rows in (("owners", month.owners), ("controls", month.controls), ("accounts", month.accounts)):
        if rows:
            shown = tuple(_row(name, row, reader) for row in rows[:ROWS])
            heading = reader.say(f"monthly.{name}")
            parts.append(Part(heading=heading, bullets=shown, more=len(rows) - len(shown)))
    return title, [*parts, Part(text=reader.say("monthly.thanks"))]


def _period(month: Monthly, reader: Reader) -> str:
    """The month by its name where it is one, else its first and last day."""
    first, last = month.since.astimezone(reader.zone), (month.until - TINY).astimezone(reader.zone)
    if (first.day, first.month) == (1, last.month) and (last + TINY).day == 1:
        return f"{first:%Y-%m}"
    return f"{first:%Y-%m-%d} – {last:%Y-%m-%d}"


def _standard(id: str, language: Language) -> str:
    try:
        found = standard(id)
    except KeyError:
        return cleaned(id)
    return found.title_ja if language == "ja" else found.title_en


def _overall(month: Monthly, reader: Reader) -> Iterator[str]:
    if month.told:
        share = percent(month.acted, month.told) or 0
        yield reader.say("monthly.acted", acted=month.acted, told=month.told, share=share)
    else:
        yield reader.say("monthly.calm")
    for name, hours in (("acknowledge", month.acknowledge_hours), ("fix", month.fix_hours)):
        if hours is not None:
            yield reader.say(f"monthly.{name}", time=reader.span(timedelta(hours=hours)))
    flow = {name: getattr(month, name) for name in ("opened", "closed", "excepted", "reopened")}
    yield reader.say("monthly.flow", **flow)
    yield reader.say("monthly.standing", open=month.open, overdue=month.overdue)


def _row(by: str, row: MonthlyRow, reader: Reader) -> str:
    names = {
        "owners": lambda: cleaned(row.name) or reader.say("say.nobody"),
        "controls": lambda: topic_of(row.name, reader),
        "accounts": lambda: reader.account(row.name),
    }
    facts = {"told": row.told, "acted": row.acted, "open": row.open, "overdue": row.overdue}
    share = percent(row.acted, row.told)
    if share is None:
        return reader.say("monthly.row_none", name=names[by](), **facts)
    return reader.say("monthly.row", name=names[by](), share=share, **facts)


def exception_ending(notice: Notice, reader: Reader) -> Told:
    """An exception that is about to end: what it bears, why it was granted, and what there is to choose."""
    ending = msgspec.convert(notice.facts["ending"], Ending)
    topics = reader.listed([topic_of(each, reader) for each in ending.subjects])
    title = reader.say("title.exception_ending", days=ending.days, expires=ending.expires, topics=topics)
    parts = [
        Part(text=reader.say("ending.lead")),
        Part(bullets=(f"{reader.accounts(ending.accounts)}: {cleaned(ending.scope)}",)),
        Part(text=reader.say("say.reason", reason=cleaned(ending.reason))),
    ]
    if ending.approver:
        parts.append(Part(text=reader.say("say.approver", approver=cleaned(ending.approver))))
    return title, [*parts, Part(text=reader.say("ending.choose"))]
