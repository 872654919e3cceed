"""What a message is about: a control or a detection, in words for whoever has to act."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from ishigaki.core.case import Item
from ishigaki.core.catalogue import OWN, plain
from ishigaki.core.concern import Source
from ishigaki.core.notice import Notice
from ishigaki.report.reader import Reader, cleaned
from ishigaki.report.values import ACCOUNT
from ishigaki.report.words import said_of, title_of
from ishigaki.standards import catalogue
from ishigaki.texts import LANGUAGES, Words, steps
from ishigaki.texts.notices import (
    ControlTelling,
    by_category,
    control_telling,
    detection_telling,
    question_for,
)

_CONTROL = re.compile(r"[A-Za-z0-9.]+\.\d+(@.+)?")
SOURCES = {
    Source.ISHIGAKI: "ishigaki",
    Source.SECURITY_HUB: "Security Hub",
    Source.GUARDDUTY: "GuardDuty",
    Source.ACCESS_ANALYZER: "IAM Access Analyzer",
    Source.CLOUDTRAIL: "CloudTrail",
    Source.HEALTH: "AWS Health",
    Source.PEOPLE: "ishigaki",
}


class Subject(msgspec.Struct, frozen=True):
    """`topic` names it in a few words with its id. `title` is what a control asks, unless `why` says so. `fix` or
    `steps` say what to do, `blanks` what is to be put in there, with its meaning where it has one; `hours` is how long
    a fix may take to show, 0 where nothing is known of that."""

    id: str
    topic: str
    why: str
    question: str
    control: bool
    title: str = ""
    fix: str = ""
    steps: tuple[str, ...] = ()
    blanks: tuple[tuple[str, str], ...] = ()
    safer: str = ""
    link: str = ""
    hours: int = 0
    shortened: bool = False  # the control has longer steps than are said here


def is_control(kind: str) -> bool:
    """Whether a kind is a control's id, also one that the catalogue does not know yet."""
    return plain(kind) in catalogue() or bool(_CONTROL.fullmatch(kind))


def topic_words(kind: str) -> Words:
    """What a kind is about, in a few words of every language."""
    at = datetime(1970, 1, 1, tzinfo=UTC)  # no time is said
    return {language: topic_of(kind, Reader(language, UTC, at)) for language in LANGUAGES}


def heading(kind: str) -> Words:
    """What a kind is about, as a list names it: a control by its id and what it requires, a detection in a few words."""
    if plain(kind) not in catalogue():
        return topic_words(kind)
    title = title_of(kind)
    return {language: f"{kind} {title[language]}" for language in LANGUAGES}


def topic_of(kind: str, reader: Reader) -> str:
    """What a kind is about, in a few words."""
    language = reader.language
    if not is_control(kind):
        name = (detection_telling(kind).name or {})[language]
        own = kind.isidentifier() and ":" not in kind
        return name if own else reader.say("tail.topic", topic=name, id=cleaned(kind))
    telling, facts = control_telling(plain(kind)), catalogue().get(plain(kind))
    if telling.name:
        name = telling.name[language]
    else:
        service = plain(kind).removeprefix(OWN).rpartition(".")[0]
        name = f"{service}: {by_category('category', facts.category if facts else '')[language]}"
    return reader.say("tail.topic", topic=name, id=kind)


def subject_of(notice: Notice, reader: Reader) -> Subject:
    """What is said of the control or detection that a notice is about."""
    return _control(notice, reader) if is_control(notice.subject) else _detection(notice, reader)


def _control(notice: Notice, reader: Reader) -> Subject:
    language, id = reader.language, notice.subject
    facts, said, telling = catalogue().get(plain(id)), said_of(id), control_telling(plain(id))
    category = facts.category if facts else ""
    why = (said.why if said else None) or by_category("why", category)
    title = (facts.title_ja if language == "ja" else facts.title_en) if facts else ""
    unmet = reader.say("say.unmet", title=title) if title else ""
    question = telling.question or question_for(_type_of(notice.items))
    fix = _fix(notice, telling, reader)
    safer = telling.safer[language] if telling.safer else ""
    return Subject(
        id=id,
        topic=topic_of(id, reader),
        why=telling.why[language] if telling.why else f"{unmet}{why[language]}",
        question=question[language],
        control=True,
        title=title if telling.why else "",
        fix=fix,
        blanks=tuple(_blanks(fix, _type_of(notice.items), reader)),
        safer=safer,
        link=facts.reference if facts else "",
        hours=telling.hours,
        shortened=bool(telling.fix and said),
    )


def _fix(notice: Notice, telling: ControlTelling, reader: Reader) -> str:
    """The fix, with what is known filled in as far as it is the same for everything that the notice is about."""
    said = said_of(notice.subject)
    if telling.fix:
        return telling.fix[reader.language]
    if said:
        things = [(i, i.resource_type) for i in notice.items] if len(notice.items) >= notice.count else []
        return steps.filled_for(said.fix[reader.language], things)
    if plain(notice.subject) in catalogue():
        return reader.say("unknown.fix")
    return reader.say("unknown.fix_plain", source=_source(notice.items))


def _blanks(fix: str, type: str, reader: Reader) -> Iterable[tuple[str, str]]:
    """What stands in capitals for a person's own values, and what is meant."""
    for blank in steps.still_open(fix):
        meaning = steps.meaning(blank, type)
        yield blank, meaning[reader.language] if meaning else ""


def _detection(notice: Notice, reader: Reader) -> Subject:
    language = reader.language
    telling = detection_telling(notice.subject)
    why, cause = (_said(words, reader) for words in (telling.why, telling.cause))
    return Subject(
        id=cleaned(notice.subject),
        topic=topic_of(notice.subject, reader),
        why=f"{why}{'' if language == 'ja' else ' '}{cause}",
        question=_said(telling.question, reader),
        control=False,
        steps=(telling.steps or {})[language],
        safer=_said(telling.safer, reader),
        link=telling.link,
    )


def _said(words: Words | None, reader: Reader) -> str:
    return words[reader.language] if words else ""


def _type_of(items: Sequence[Item]) -> str:
    return items[0].resource_type if items else ACCOUNT


def _source(items: Sequence[Item]) -> str:
    return source_name(items[0].source) if items else SOURCES[Source.SECURITY_HUB]


def source_name(source: str) -> str:
    """A watcher as AWS writes it."""
    return next((name for known, name in SOURCES.items() if known == source), cleaned(source))
