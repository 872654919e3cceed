"""A file that people write in TOML: read as its form, and what is wrong with it told with file and line. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from ishigaki.core.usage import UsageError

F = TypeVar("F")
Mistake = tuple[str, str, Mapping[str, Any]]  # the message, the key it is about, and its facts


def read(text: str, form: type[F], *, file: str, invalid: str, lacks: str = "") -> F:
    """A file's text as its form; `invalid` and `lacks` are the messages for what does not fit, and for a required key
    that is missing. Raises `UsageError`."""
    return formed(tables(text, file=file), form, text=text, file=file, invalid=invalid, lacks=lacks)


def tables(text: str, *, file: str) -> dict[str, Any]:
    """A file's text as plain data. Raises `UsageError`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        found = re.search(r"line (\d+)", str(broken))
        line = found.group(1) if found else str(len(text.splitlines()))
        raise UsageError("file_not_toml", file=file, line=line, detail=str(broken)) from None


def formed(
    data: Mapping[str, Any],
    form: type[F],
    *,
    text: str,
    file: str,
    invalid: str,
    lacks: str = "",
    within: str = "$",
) -> F:
    """What lies `within` a file, as its form. Raises `UsageError`."""
    try:
        return msgspec.convert(data, form)
    except msgspec.ValidationError as broken:
        detail, _, path = str(broken).partition(" - at `")
        path = path.rstrip("`") or within
        line = line_of(text, path, detail)
        missing = re.search(r"missing required field `(\w+)`", detail) if lacks else None
        if missing:
            raise UsageError(lacks, file=file, line=line, field=missing.group(1)) from None
        raise UsageError(invalid, file=file, line=line, detail=detail, path=path) from None


def refuse(mistakes: Iterable[Mistake], *, text: str, file: str, at: str, **also: Any) -> None:
    """Raises `UsageError` for the first of the mistakes in the table `at`, if there is one."""
    for code, key, facts in mistakes:
        raise UsageError(code, file=file, line=line_of(text, f"{at}.{key}"), **also, **facts)


def line_of(text: str, path: str, detail: str = "") -> int:
    """The line that a msgspec path (`$.accounts[2].id`) speaks of: its key's, else its table's header."""
    unknown = re.search(r"unknown field `([^`]+)`", detail)
    steps = re.findall(r"\.([\w-]+)|\[(\d+)\]", path)
    dotted = [".".join(name for name, _ in steps[:n] if name) for n in range(len(steps), 0, -1)]
    with_header = (t for t in dotted if re.search(rf"(?m)^\s*\[\[?\s*{re.escape(t)}\s*\]", text))
    table, number = next(with_header, ""), next((int(n) for _, n in steps if n), 0)
    named = [name for name, _ in steps[1:] if name]
    key = unknown.group(1) if unknown else named[-1] if named else ""
    header = rf"\s*\[\[?\s*{re.escape(table)}\s*\]\]?"
    lines, start, met = text.splitlines(), 0, -1
    for here, line in enumerate(lines):
        if table and re.match(header, line):
            met += 1
            if met == number:
                start = here
                break
    for here in range(start, len(lines)):
        if here > start and re.match(r"\s*\[", lines[here]):
            break
        if key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", lines[here]):
            return here + 1
    return start + 1
