"""Notices in words: the verdict with its deadline first, why, who uses it, the things, the fix, and what one can do."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

import msgspec

from ishigaki.core.case import Item, Standing
from ishigaki.core.notice import Kind, Link, Message, Notice, Part
from ishigaki.report import people_news, summaries, warning
from ishigaki.report.flow import wrapped
from ishigaki.report.reader import Reader, cleaned, no_page
from ishigaki.report.subject import Subject, is_control, source_name, subject_of
from ishigaki.report.terminal import plain
from ishigaki.report.words import known
from ishigaki.texts import Language
from ishigaki.texts import message as words_of
from ishigaki.texts.notices import say

MOST = 5  # things shown of one notice; the rest is a number
RULE = 40  # columns of the line over the footer
# What an incident card can be asked of.
INCIDENT = ("AWS::IAM::AccessKey", "AWS::IAM::User", "AWS::EC2::Instance", "AWS::S3::Bucket")
OVER: tuple[Kind, ...] = ("closed", "excepted")  # nothing is left to do
AGAIN: tuple[Kind, ...] = ("joined", "reminder")  # the question was asked before
OF_A_SUBJECT: tuple[Kind, ...] = (
    *("opened", "joined", "told_once", "reminder", "escalated", "relapsed", "worsened", "closed", "excepted"),
)
WITH_OWNER: tuple[Kind, ...] = (*OF_A_SUBJECT, "retirement")  # the footer says whose it is
OF_AN_OWNER: tuple[Kind, ...] = ("first_summary", "digest")  # those of several may come to one channel
SUMMARIES = {
    "first_summary": summaries.first_summary,
    "digest": summaries.digest,
    "monthly": summaries.monthly,
    "exception_ending": summaries.exception_ending,
    "people": people_news.people,
}


def compose(
    notice: Notice,
    *,
    language: Language,
    zone: tzinfo,
    now: datetime,
    names: Mapping[str, str] = {},
    link: Callable[[str], str] = no_page,
) -> Message:
    """A notice as a message. `names` are those of accounts by id; `link` gives the address of a case's page, where
    there are pages. What others have written is in it as data, on one line and of bounded length."""
    reader = Reader(language, zone, now, names, link)
    if notice.kind in SUMMARIES:
        title, parts = SUMMARIES[notice.kind](notice, reader)
        action = "action.people" if notice.kind == "people" else "action.list"
        actions: tuple[Link, ...] = (Link(reader.say(action), ""),)
        if notice.kind in OF_AN_OWNER and notice.owner:
            title = f"{title} · {cleaned(notice.owner)}"
        return _message(notice, reader, title=title, parts=tuple(parts), actions=actions)
    if notice.kind == "undelivered":
        about = [
            compose(each, language=language, zone=zone, now=now, names=names, link=link)
            for each in msgspec.convert(notice.facts.get("about", ()), tuple[Notice, ...])
        ]
        return _undelivered(notice, about, reader)
    if notice.kind == "retirement":
        return _retirement(notice, reader)
    if notice.kind not in OF_A_SUBJECT:
        return _message(notice, reader, title=_plain_title(notice, reader), parts=_plain(notice, reader))
    subject = subject_of(notice, reader)
    return _message(
        notice,
        reader,
        title=_title(notice, subject, reader),
        parts=tuple(_parts(notice, subject, reader)),
        actions=tuple(_actions(notice, subject, reader)),
        footer=tuple(_policy(notice, subject, reader)),
    )


def _message(
    notice: Notice,
    reader: Reader,
    *,
    title: str,
    parts: tuple[Part, ...],
    actions: tuple[Link, ...] = (),
    footer: tuple[str, ...] = (),
) -> Message:
    return Message(
        id=notice.key,
        thread=notice.thread or notice.case or notice.key,
        kind=notice.kind,
        language=reader.language,
        title=title,
        parts=parts,
        actions=actions,
        footer=(*footer, _identity(notice, reader)),
        severity=notice.severity,
        urgent=notice.urgent,
        due=notice.due,
        assignee=notice.assignee or notice.owner,
        done=notice.kind in OVER,
    )


def _title(notice: Notice, subject: Subject, reader: Reader) -> str:
    """The verdict line: what to do by when, what has happened, how grave, where, how many, and what it is about."""
    count = "tail.count" if subject.control else "tail.detections"
    said = [*_verdict(notice, reader)]
    if notice.severity and notice.kind not in OVER:
        severity = known("severity", notice.severity.value)[reader.language]
        said.append(reader.say("tail.severity", severity=severity))
    if notice.environment:
        said.append(known("environment", notice.environment)[reader.language])
    said.append(reader.say(count, count=_count(notice)))
    return " · ".join([*said, subject.topic])


def _verdict(notice: Notice, reader: Reader) -> Iterator[str]:
    kind = notice.kind
    if kind == "excepted":
        until = notice.facts.get("until")
        yield (
            reader.say("title.excepted", until=reader.time(until))
            if until
            else reader.say("title.excepted_open")
        )
        return
    if kind == "closed":
        yield reader.say("title.closed" if _fixed(notice) else "title.gone")
        return
    if notice.due:
        yield _deadline(notice, notice.due, reader)
    elif kind == "told_once":
        yield reader.say("title.told_once")
    if kind == "escalated":
        yield reader.say(f"title.escalated_{_to(notice)}")
    elif kind == "relapsed" and _exception_ended(notice):
        yield reader.say("title.exception_ended")
    elif kind in ("joined", "relapsed", "worsened"):
        yield reader.say(f"title.{kind}", count=_count(notice))


def _deadline(notice: Notice, due: datetime, reader: Reader) -> str:
    """How much time there is, in words, with the deadline itself."""
    when, left = reader.time(due), due - reader.now
    if notice.kind == "reminder" and notice.facts.get("stage") == "due":
        return reader.say("title.due", due=when)
    if left.total_seconds() <= 0:
        return reader.say("title.late", late=reader.span(-left), due=when)
    if notice.kind in ("reminder", "escalated"):
        return reader.say("title.left", left=reader.span(left), due=when)
    compact = reader.span(left).replace(" ", "") if reader.language == "ja" else reader.span(left)
    return reader.say("title.act", left=compact, due=when)


def _count(notice: Notice) -> int:
    return max(notice.count, len(notice.items))


def _to(notice: Notice) -> str:
    return "security" if notice.facts.get("to") == "security" else "lead"


def _fixed(notice: Notice) -> bool:
    """Whether a re-check has passed: not where a thing is gone, or its watcher says that it is over."""
    return is_control(notice.subject) and all(i.standing is not Standing.GONE for i in notice.items)


def _parts(notice: Notice, subject: Subject, reader: Reader) -> Iterator[Part]:
    opening = "".join(_opening(notice, subject, reader))
    if opening:
        yield Part(text=opening)
    if notice.kind in OVER:
        yield _places(notice, reader)
        return
    yield Part(text=subject.why)
    said_by = _told_by(notice, reader)
    if said_by:
        yield Part(text=said_by)
    question = "" if notice.kind in AGAIN else subject.question
    yield msgspec.structs.replace(_places(notice, reader), text=question)
    yield from _fix(subject, reader)
    if subject.hours and notice.due:
        yield Part(text=reader.say("say.hours", hours=subject.hours))


def _opening(notice: Notice, subject: Subject, reader: Reader) -> Iterator[str]:
    """What this notice has to say before what is said of its subject."""
    kind = notice.kind
    if kind == "escalated":
        owner = cleaned(notice.assignee or notice.owner) or reader.say("say.nobody")
        yield reader.say(f"say.escalated_{_to(notice)}", owner=owner)
    elif kind == "reminder":
        stage = notice.facts.get("stage")
        yield reader.say(f"say.{stage}" if stage in ("overdue", "still_failing") else "say.reminder")
    elif kind == "relapsed" and _exception_ended(notice):
        yield reader.say("say.exception_ended")
    elif kind == "relapsed":
        yield reader.say("say.relapsed" if subject.control else "say.relapsed_threat")
    elif kind == "closed":
        yield from _thanks(notice, reader)
    elif kind == "excepted":
        yield from _exception(notice, reader)
    elif kind in ("joined", "told_once", "worsened"):
        yield reader.say(f"say.{kind}")


def _exception_ended(notice: Notice) -> bool:
    return notice.facts.get("because") == "exception_ended"


def _thanks(notice: Notice, reader: Reader) -> Iterator[str]:
    yield reader.say("say.closed" if _fixed(notice) else "say.gone")
    if notice.due and notice.at < notice.due and _fixed(notice):
        space = "" if reader.language == "ja" else " "
        yield space + reader.say("say.in_time", left=reader.span(notice.due - notice.at))


def _exception(notice: Notice, reader: Reader) -> Iterator[str]:
    yield reader.say("say.excepted")
    for name in ("reason", "approver"):
        if notice.facts.get(name):
            yield "\n" + reader.say(f"say.{name}", **{name: cleaned(str(notice.facts[name]))})


def _told_by(notice: Notice, reader: Reader) -> str:
    """What the watcher itself says of a detection, as data."""
    title = cleaned(str(notice.facts.get("title", "")))
    if not title or not notice.items:
        return ""
    return reader.say("say.told_by", source=source_name(notice.items[0].source), title=title)


def _places(notice: Notice, reader: Reader) -> Part:
    shown = tuple(reader.place(item) for item in notice.items[:MOST])
    return Part(bullets=shown, more=_count(notice) - len(shown))


def _fix(subject: Subject, reader: Reader) -> Iterator[Part]:
    """What to do, the safer way, where to read on, and what is to be put in."""
    safer = reader.say("say.safer", safer=subject.safer) if subject.safer else ""
    word = "say.steps" if subject.control else "say.reference"
    links = (Link(reader.say(word), subject.link),) if subject.link else ()
    if subject.steps:
        yield Part(heading=reader.say("say.first_steps"), bullets=subject.steps)
        if safer or links:
            yield Part(text=safer, links=links)
        return
    yield Part(heading=reader.say("say.fix"), text=_joined(subject.fix, safer, reader), links=links)
    if subject.blanks:
        blanks = reader.listed([blank for blank, _ in subject.blanks])
        meanings = tuple(f"{blank}: {meaning}" for blank, meaning in subject.blanks if meaning)
        yield Part(text=reader.say("say.blanks", blanks=blanks), bullets=meanings)


def _joined(fix: str, safer: str, reader: Reader) -> str:
    """Two sentences; a command ends its line."""
    if not safer or not fix.endswith(("。", ".")):
        return "\n".join(x for x in (fix, safer) if x)
    return f"{fix}{'' if reader.language == 'ja' else ' '}{safer}"


def _actions(notice: Notice, subject: Subject, reader: Reader) -> Iterator[Link]:
    """What one can do, as the page of the case and as commands."""
    if not notice.case or notice.kind in OVER:
        return
    page = reader.link(notice.case)
    if page:
        yield Link(reader.say("say.open_case"), page)
    thing = "" if subject.control or not notice.items else _incident(notice.items[0])
    if thing:
        yield Link(reader.say("action.incident", thing=thing), "")
    first = "show" if notice.kind == "escalated" else "ack"
    names = [first, "extend", *(["waive"] if subject.control else []), "assign"]
    yield from (Link(reader.say(f"action.{name}", case=notice.case), "") for name in names)
    if subject.shortened:
        yield Link(reader.say("action.explain", id=subject.id), "")


def _incident(item: Item) -> str:
    """What an incident card is asked of, as the shell has to be told; empty where there is no card."""
    end = re.split("[/:]", item.resource)[-1]
    return shlex.quote(end) if item.resource_type in INCIDENT and end.isprintable() else ""


def _policy(notice: Notice, subject: Subject, reader: Reader) -> Iterator[str]:
    """Which row decided, and why; what the control asks."""
    action = (
        notice.items[0].action if notice.items else "notify_once" if notice.kind == "told_once" else "track"
    )
    if notice.row:
        decided = reader.say(f"policy.{action}", row=cleaned(notice.row))
        asked = notice.case and notice.kind not in (*OVER, "escalated")
        yield " · ".join([decided, reader.say("footer.not_mine")] if asked else [decided])
    why = notice.why if isinstance(notice.why, str) else notice.why[reader.language]
    if why and why != notice.row:
        yield reader.say("footer.reason", reason=cleaned(why))
    if subject.title:
        yield reader.say("footer.control", id=subject.id, title=subject.title)
    if notice.facts.get("also"):
        yield reader.say("footer.also", kinds=reader.listed([cleaned(str(k)) for k in notice.facts["also"]]))


def _identity(notice: Notice, reader: Reader) -> str:
    """Whose it is, first seen, the case and the message: what people quote."""
    seen = min((item.first_seen for item in notice.items), default=None)
    owner = cleaned(notice.assignee or notice.owner) if notice.kind in WITH_OWNER else ""
    said = [reader.say("footer.owner", owner=owner)] if owner else []
    said += [reader.say("footer.first_seen", at=reader.time(seen))] if seen else []
    said += [reader.say("footer.case", case=notice.case)] if notice.case else []
    return " · ".join([*said, reader.say("footer.message", id=cleaned(notice.key))])


def _retirement(notice: Notice, reader: Reader) -> Message:
    """The warning of a user that is to go: its waiting counts from the moment of sending."""
    dated = msgspec.structs.replace(notice, due=warning.deadline(notice, reader))
    topic, parts, actions = warning.letter(notice, reader)
    title = " · ".join([*_verdict(dated, reader), topic])
    return _message(dated, reader, title=title, parts=tuple(parts), actions=tuple(actions))


def _undelivered(notice: Notice, about: Sequence[Message], reader: Reader) -> Message:
    """What another destination did not take: all of it where it is urgent, else what it was about."""
    title, parts = _plain_title(notice, reader), _plain(notice, reader)
    if notice.urgent and len(about) == 1:
        (whole,) = about
        title, parts = f"{whole.title} · {title}", (*whole.parts, *parts)
        return _message(notice, reader, title=title, parts=parts, actions=whole.actions)
    if about:
        shown = tuple(each.title for each in about)
        lines = Part(text=reader.say("say.about"), bullets=shown, more=_said_count(notice) - len(shown))
        parts = (lines, *parts)
    return _message(notice, reader, title=title, parts=parts)


def _plain_title(notice: Notice, reader: Reader) -> str:
    destination = cleaned(str(notice.facts.get("destination", "")))
    return reader.say(f"title.{notice.kind}", count=_said_count(notice), destination=destination)


def _said_count(notice: Notice) -> int:
    return int(notice.facts.get("count", notice.count))


def _plain(notice: Notice, reader: Reader) -> tuple[Part, ...]:
    """What is told of the product's own running."""
    said = Part(text=reader.say(f"say.{notice.kind}"))
    error, reason = _error(notice, reader), cleaned(str(notice.facts.get("reason", "")))
    if error:
        return Part(text=reader.say("say.error", error=error)), said
    if reason:
        return Part(text=reader.say("say.reason", reason=reason)), said
    return (said,)


def _error(notice: Notice, reader: Reader) -> str:
    """What went wrong, with what to do about it where that is known."""
    error, detail = (cleaned(str(notice.facts.get(name, ""))) for name in ("error", "detail"))
    try:
        return words_of(f"delivery_{error}", reader.language, detail=detail)
    except KeyError:
        return ": ".join(filter(None, (error, detail)))


def as_text(message: Message, width: int = 80) -> str:
    """A message as plain text whose lines are no wider than `width` columns, East Asian characters counting two.
    What has no place to break (an address, a long option) stays whole, and may be wider."""
    language = message.language
    blocks = [[message.title], *(list(_lines(part, language)) for part in message.parts)]
    if message.actions:
        blocks.append([say("say.actions", language), *(f"  {_linked(action)}" for action in message.actions)])
    if message.footer:
        blocks.append(["-" * min(width, RULE), *message.footer])
    return "\n".join("".join(wrapped(_safe(line), width) for line in block) for block in blocks)


def _lines(part: Part, language: Language) -> Iterator[str]:
    """A part: its heading before its text or over its list, its list, and its links."""
    if part.heading or part.text:
        yield f"{part.heading}: {part.text}" if part.heading and part.text else part.heading or part.text
    bullet = "・" if language == "ja" else "- "
    more = [say("say.more", language, count=part.more)] if part.more else []
    yield from (f"{bullet}{each}" for each in (*part.bullets, *more))
    yield from (_linked(link) for link in part.links)


def _linked(link: Link) -> str:
    return f"{link.text}: {link.url}" if link.url else link.text


def _safe(text: str) -> str:
    """Text of possibly several lines without anything that steers."""
    return "\n".join(plain(line) for line in text.split("\n"))
