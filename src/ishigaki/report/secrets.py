"""Secrets found in code, for a terminal and as JSON: what, where, whose, and what to do now. Never the secret."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ishigaki.core.finding import Reason
from ishigaki.core.incident import Card, Fact, Kind, Subject
from ishigaki.core.keyforms import Rule
from ishigaki.core.keyid import is_temporary
from ishigaki.core.leak import Register, Standing, Whose
from ishigaki.core.secret import OWN_RULES, SHALLOW, Allowed, Hit, Looked, Sorted, Unread, once_each
from ishigaki.report.flow import Flow
from ishigaki.report.incident import fact_words, shell_lines
from ishigaki.report.terminal import plain, printed
from ishigaki.report.words import moment, phrase, reason_words, words
from ishigaki.texts import LANGUAGES, Language, Words

MOST = 5  # places of one secret
BAD = "bold red"
MARGIN, LABEL = 3, 24  # columns before the values


class Step(msgspec.Struct, frozen=True):
    """One thing to do, and the command that does it, where there is one."""

    words: Words
    command: str = ""


class Findings(msgspec.Struct, frozen=True):
    """All that there is to say of one look. `engine`: whether secrets of other makers were looked for, too."""

    looked: Looked
    sorted: Sorted
    register: Register
    now: datetime
    history: bool = False
    engine: bool = False


def rule_words(hit: Hit) -> Words:
    """What a hit is; of an engine's rule its own name."""
    return words()["secret_rule"].get(hit.rule) or dict.fromkeys(LANGUAGES, hit.rule)


def render(found: Findings, *, language: Language, width: int, color: bool = False) -> str:
    """The findings for a terminal of so many columns."""
    return printed(*_document(found, language, width), width=width, color=color)


def _document(found: Findings, language: Language, width: int) -> Iterator[RenderableType]:
    groups = once_each(found.sorted.counted)
    kind = ("found" if groups else "none") + ("_history" if found.history else "")
    said = phrase(f"secrets.{kind}", count=len(groups), read=found.looked.read)
    yield Flow(Text(said[language], style=BAD if groups else "green"))
    yield from (Flow(Text(words[language])) for words in _known_by(found, groups))
    for number, group in enumerate(groups, 1):
        yield Text()
        yield Flow(Text(plain(f"{number}. {_title(group[0], language)}"), style="bold"))
        yield from _places(group, language)
        yield _block(group[0], found, language, width)
    if groups:
        yield Text()
        yield Text(phrase("secrets.for_all")[language], style="bold")
        yield from (Flow(Text(f"・{step[language]}"), hang=2) for step in afterwards())
    notes = list(_notes(found))
    if notes:
        yield Text()
    for note, style in notes:
        yield Flow(Text(plain(note[language]), style=style), hang=2)


def _known_by(found: Findings, groups: Sequence[Sequence[Hit]]) -> Iterator[Words]:
    """What the keys were looked up in."""
    register, zone = found.register, found.now.tzinfo
    if not any(register.of(group[0]) for group in groups):
        return
    if register.taken is not None:
        yield phrase("secrets.known_by_stock", when=moment(register.taken, zone))
    if register.scanned is not None:
        yield phrase("secrets.known_of", scan=register.scan, when=moment(register.scanned, zone))
    if register.taken is None and register.scanned is None:
        yield phrase("secrets.no_scan")


def _title(hit: Hit, language: Language) -> str:
    return f"{rule_words(hit)[language]} {hit.key_id}".strip()


def _places(group: Sequence[Hit], language: Language) -> Iterator[RenderableType]:
    for each in group[:MOST]:
        yield Flow(Text(plain(f"   {each.path}:{each.line}:{each.column}"), style="cyan"), hang=2)
    if len(group) > MOST:
        yield Text(f"   {phrase('secrets.places', count=len(group) - MOST)[language]}")


def _block(hit: Hit, found: Findings, language: Language, width: int) -> RenderableType:
    """Whose it is, and what to do now. Commands are broken as a shell takes them."""
    whose = found.register.of(hit)
    table = Table(box=None, show_header=False, pad_edge=False, expand=True)
    for columns in (MARGIN, LABEL):
        table.add_column(width=columns)
    table.add_column(ratio=1)
    for label, value, style in _lines(hit, whose, found):
        table.add_row("", Flow(Text(label[language])), Flow(Text(plain(value[language]), style=style)))
    for number, step in enumerate(steps(hit, whose)):
        now = "" if number else phrase("secrets.now")[language]
        table.add_row("", now, Flow(Text(step.words[language], style="bold")))
        _add_command(table, "", step.command, width)
    _add_command(table, phrase("secrets.harmless")[language], _allow(hit), width)
    return table


def _add_command(table: Table, label: str, command: str, width: int) -> None:
    lines = shell_lines(plain(command), width - MARGIN - LABEL - 2) if command else []
    for number, line in enumerate(lines):
        table.add_row("", "" if number else label, Text(line, no_wrap=True, overflow="ignore"))


def _lines(hit: Hit, whose: Whose | None, found: Findings) -> Iterator[tuple[Words, Words, str]]:
    """What is known of a secret: a label, a value, and how loud it is."""
    if hit.commit:
        when = moment(hit.authored, found.now.tzinfo) if hit.authored else dict.fromkeys(LANGUAGES, "")
        yield phrase("secrets.first"), {lang: f"{hit.commit[:12]} · {when[lang]}" for lang in LANGUAGES}, ""
    if whose is None:
        return
    if whose.account:
        name = f"{whose.name} ({whose.account})" if whose.name else whose.account
        yield phrase("secrets.account"), dict.fromkeys(LANGUAGES, name), ""
    if whose.owner:
        yield phrase("secrets.owner"), dict.fromkeys(LANGUAGES, whose.owner), ""
    yield phrase("secrets.whose"), standing_words(whose), "" if whose.standing is Standing.OURS else "yellow"
    if whose.user and not any(f.name == "user" for f in whose.facts):
        yield words()["incident_fact"]["user"], dict.fromkeys(LANGUAGES, whose.user), ""
    card = Card(Subject("", Kind.ACCESS_KEY, ""), found.now, found.now, found.now)
    for fact in whose.facts:
        yield words()["incident_fact"][fact.name], fact_words(fact, card), _loud(fact)


def _loud(fact: Fact) -> str:
    if fact.unseen:
        return "yellow"
    bad = (
        fact.value == "Active" if fact.name == "key_status" else fact.name in ("administrator", "quarantine")
    )
    return "red" if bad and fact.value else ""


def standing_words(whose: Whose) -> Words:
    """How the key stands to the estate."""
    if whose.standing is not Standing.UNSEEN:
        return words()["secret_standing"][whose.standing]
    why = words()["incident_unseen"].get(whose.why) or reason_words(Reason(whose.why))
    return phrase("secret_standing.unseen", why=why)


def steps(hit: Hit, whose: Whose | None) -> list[Step]:
    """What to do about this one now, in this order; `afterwards` goes for all."""
    if hit.rule not in OWN_RULES:
        return [_step("maker")]
    first = _first_step(hit, whose)
    return [first, _step("incident", f"ishigaki incident {hit.key_id}")] if hit.key_id else [first]


def afterwards() -> list[Words]:
    """What is to be done about every secret that was found."""
    return [phrase(f"secret_todo.{name}") for name in ("replace", "remove")]


def _step(name: str, command: str = "", **facts: str) -> Step:
    return Step(phrase(f"secret_todo.{name}", **facts), command)


def _first_step(hit: Hit, whose: Whose | None) -> Step:
    """What makes the key useless, or else what finds out how."""
    if whose is not None and whose.standing is Standing.NOT_OURS:
        return _step("not_ours", account=whose.account)
    if hit.rule == Rule.BEDROCK_API_KEY and not hit.key_id:
        if not hit.user:
            return _step("bedrock_unknown")
        command = f"aws iam list-service-specific-credentials --user-name {shlex.quote(hit.user)}"
        return _step("bedrock", command, account=hit.account)
    if not hit.key_id:
        return _step("session" if hit.rule == Rule.SESSION_TOKEN else "secret_alone")
    if is_temporary(hit.key_id):
        return _step("session")
    if whose is None or whose.standing is Standing.NO_ACCOUNT:
        return _step("whose", f"aws sts get-access-key-info --access-key-id {hit.key_id}")
    if whose.standing is Standing.NOT_LISTED:
        return _step("root", account=whose.account)
    user = f" --user-name {shlex.quote(whose.user)}" if whose.user else ""
    if whose.active is False:
        return _step("delete", f"aws iam delete-access-key --access-key-id {hit.key_id}{user}")
    command = f"aws iam update-access-key --access-key-id {hit.key_id} --status Inactive{user}"
    return _step("deactivate", command, account=whose.account)


def _allow(hit: Hit) -> str:
    scope = hit.fingerprint or f"--rule {hit.rule} --path {shlex.quote(hit.path)}"
    return f"ishigaki secrets allow {scope} --reason '…'"


def _notes(found: Findings) -> Iterator[tuple[Words, str]]:
    """What has to be said beside: what was not read, what has expired, what is not counted."""
    for each in found.looked.unread:
        yield phrase("secrets.unread", path=each.path, why=why_words(each)), "yellow"
    for entry in dict.fromkeys(e for _, e in found.sorted.expired):
        facts = {"scope": _scope(entry), "expires": entry.expires, "owner": entry.owner}
        yield phrase("secrets.expired", reason=entry.reason, **facts), "yellow"
    for name, count in (
        ("before", found.looked.before),
        ("allowed", len(found.sorted.allowed)),
        ("binary", found.looked.binary),
    ):
        if count:
            yield phrase(f"secrets.{name}", count=count), ""
    if not found.engine:
        yield phrase("secrets.engine_absent"), "dim"


def why_words(unread: Unread) -> Words:
    """Why something was not read."""
    own = words()["secrets"].get(unread.why) if unread.why in (SHALLOW, "missing") else None
    return own or dict.fromkeys(LANGUAGES, unread.why)


def _scope(entry: Allowed) -> str:
    return entry.fingerprint or f"{entry.rule} {entry.path}"


def to_json(found: Findings) -> str:
    """The findings as plain data; words in both languages."""
    said = {
        "secrets": [_plain(hit, found.register.of(hit)) for hit in found.sorted.counted],
        "allowed": [{**_plain(h, None), "entry": msgspec.to_builtins(e)} for h, e in found.sorted.allowed],
        "expired": [{**_plain(h, None), "entry": msgspec.to_builtins(e)} for h, e in found.sorted.expired],
        "unread": [{"path": u.path, "why": u.why, "words": why_words(u)} for u in found.looked.unread],
        "read": found.looked.read,
        "binary": found.looked.binary,
        "before": found.looked.before,
        "afterwards": afterwards(),
        "engine": found.engine,
        "scan": found.register.scan,
        "stock_take": found.register.taken,
    }
    return msgspec.json.format(msgspec.json.encode(said), indent=1).decode() + "\n"


def _plain(hit: Hit, whose: Whose | None) -> dict[str, Any]:
    told: dict[str, Any] = {**msgspec.to_builtins(hit), "title": rule_words(hit)}
    if whose is not None:
        told["whose"] = {**msgspec.to_builtins(whose), "active": whose.active, "words": standing_words(whose)}
    return {**told, "steps": [{**s.words, "command": s.command} for s in steps(hit, whose)]}


def first_of(hits: Iterable[Hit]) -> dict[str, Hit]:
    """One hit of each rule, in the order of their names."""
    found: dict[str, Hit] = {}
    for hit in hits:
        found.setdefault(hit.rule, hit)
    return dict(sorted(found.items()))
