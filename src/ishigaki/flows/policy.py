"""The response policy as commands use it: read, proven, explained, and tried on the findings of today."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from ishigaki import standards
from ishigaki.core.response import Policy
from ishigaki.core.response_file import parse
from ishigaki.core.usage import UsageError
from ishigaki.standards import catalogue


@cache
def default() -> Policy:
    """The shipped policy."""
    text = files(standards.__name__).joinpath("policy.toml").read_text(encoding="utf-8")
    return parse(text, file="policy.toml", known=catalogue())


def read(path: Path, *, four_eyes: bool = True) -> Policy:
    """The policy of a file, on top of the shipped one unless it says otherwise. Raises `UsageError`."""
    if not path.is_file():
        raise UsageError("policy_missing", file=str(path))
    text = path.read_text(encoding="utf-8")
    return parse(text, file=str(path), known=catalogue(), default=default(), four_eyes=four_eyes)
