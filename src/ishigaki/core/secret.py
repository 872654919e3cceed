"""What was found in code, and what is allowed to stay there: for a reason, of somebody, until a day. Pure.

A hit never holds the secret. Its fingerprint is a hash of what AWS drew by chance (240 bits and more), so that it
is the same on every machine and tells nothing; a secret that could be guessed (a password, say) has none and is
allowed by rule and path. See docs/adr/0018.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fnmatch import fnmatchcase
from hashlib import blake2b

import msgspec

from ishigaki.core.keyforms import Rule
from ishigaki.core.toml_ import read, refuse
from ishigaki.core.written import LONGEST

FINGERPRINT = re.compile(r"[0-9a-f]{20}")
SHALLOW = "shallow"  # why history was not read to its beginning
OWN_RULES = frozenset(rule.value for rule in Rule)


class Hit(msgspec.Struct, frozen=True):
    """A secret at a place; line and column count from 1. `key_id`, `account` and `user` are what it tells of itself.
    `commit` and `authored` are those of the first commit that has it."""

    rule: str
    path: str
    line: int
    column: int
    fingerprint: str = ""
    key_id: str = ""
    account: str = ""
    user: str = ""
    commit: str = ""
    authored: datetime | None = None


class Unread(msgspec.Struct, frozen=True):
    """What should have been read and was not, and why: the system's words, or ours."""

    path: str
    why: str


class Looked(msgspec.Struct, frozen=True):
    """What was looked at, and what is in it. `read` counts files or versions of files, `binary` those among them that
    are no text; `before` are hits that a commit does not bring because HEAD has them already."""

    hits: tuple[Hit, ...]
    read: int
    binary: int = 0
    unread: tuple[Unread, ...] = ()
    before: int = 0


class Allowed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of the allow list: one secret by its fingerprint, or a rule in a path (`*` stands for anything). It
    holds through the day `expires`."""

    reason: str
    owner: str
    expires: date
    fingerprint: str = ""
    rule: str = ""
    path: str = ""

    def fits(self, hit: Hit) -> bool:
        if self.fingerprint:
            return hit.fingerprint == self.fingerprint
        return hit.rule == self.rule and fnmatchcase(hit.path, self.path)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    allow: tuple[Allowed, ...] = ()


class Sorted(msgspec.Struct, frozen=True):
    """Hits under an allow list: what counts, what is allowed and by which entry, and which entries have expired
    although what they are about is still there."""

    counted: tuple[Hit, ...] = ()
    allowed: tuple[tuple[Hit, Allowed], ...] = ()
    expired: tuple[tuple[Hit, Allowed], ...] = ()


def fingerprint(rule: str, text: str) -> str:
    """The hash by which a secret is allowed; none for one that could be guessed."""
    if rule not in OWN_RULES:
        return ""
    return blake2b(text.encode(), digest_size=10, person=b"ishigaki secret").hexdigest()


def sort(hits: Iterable[Hit], entries: Sequence[Allowed], *, today: date) -> Sorted:
    """What of it counts. An expired entry hides nothing and is told with what counts again because of it."""
    counted: list[Hit] = []
    allowed: list[tuple[Hit, Allowed]] = []
    expired: list[tuple[Hit, Allowed]] = []
    for hit in hits:
        fitting = [entry for entry in entries if entry.fits(hit)]
        holding = next((entry for entry in fitting if entry.expires >= today), None)
        if holding is not None:
            allowed.append((hit, holding))
            continue
        counted.append(hit)
        expired.extend((hit, entry) for entry in fitting[-1:])
    return Sorted(tuple(counted), tuple(allowed), tuple(expired))


def parse(text: str, *, file: str, today: date) -> tuple[Allowed, ...]:
    """An allow list from TOML. Raises `UsageError` that names file, line and remedy."""
    entries = read(text, _File, file=file, invalid="secrets_invalid", lacks="secret_lacks").allow
    for number, entry in enumerate(entries):
        refuse(_mistakes(entry, today=today), text=text, file=file, at=f"$.allow[{number}]")
    return entries


def _mistakes(entry: Allowed, *, today: date) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """What is wrong with an entry: the message, the key it is about, and its facts."""
    for field in ("reason", "owner"):
        if not getattr(entry, field).strip():
            yield "secret_lacks", field, {"field": field}
    if bool(entry.fingerprint) == bool(entry.rule and entry.path) or bool(entry.rule) != bool(entry.path):
        yield "secret_scope", "", {}
    if entry.fingerprint and not FINGERPRINT.fullmatch(entry.fingerprint):
        yield "secret_fingerprint", "fingerprint", {"fingerprint": entry.fingerprint}
    if entry.expires > today + LONGEST:
        yield "secret_period", "expires", {"expires": entry.expires, "latest": today + LONGEST}


def written(entry: Allowed) -> str:
    """The entry as it is appended to the file: a block of its own, so that two people's do not collide."""
    scope = (
        [("fingerprint", entry.fingerprint)]
        if entry.fingerprint
        else [("rule", entry.rule), ("path", entry.path)]
    )
    told = [*scope, ("reason", entry.reason), ("owner", entry.owner)]
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in told]
    return "\n".join(["", "[[allow]]", *lines, f"expires = {entry.expires}", ""])


def once_each(hits: Iterable[Hit]) -> list[list[Hit]]:
    """Hits of the same secret together, in the order of the first; those without a fingerprint each for itself."""
    groups: dict[object, list[Hit]] = {}
    for number, hit in enumerate(hits):
        groups.setdefault((hit.rule, hit.fingerprint) if hit.fingerprint else number, []).append(hit)
    return list(groups.values())
