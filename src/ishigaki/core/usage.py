"""A user's mistake, in data: what is wrong and with what; the words are in `texts/messages.toml`."""

from __future__ import annotations

from typing import Any


class UsageError(Exception):
    """Ends a command with exit code 2. `code` names the message, `facts` fill its blanks."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(f"{code}: {facts}")
        self.code, self.facts = code, facts
