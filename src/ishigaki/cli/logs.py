"""What `ishigaki run` says while it runs: one JSON object a line on standard error, without secrets.

    {"at": "2026-11-22T09:00:00.000+00:00", "level": "info", "event": "letter_sent", "facts": {"destination": "slack"}}

Our own code logs an event's code, with its facts: `log.info("letter_sent", extra={"facts": {…}})`. What a library
says is the event `library`, from warnings on.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TextIO

from ishigaki.core.scrub import scrub, scrubbed

OURS = "ishigaki"


class Lines(logging.Formatter):
    """A record as one line. `known` are secrets of the settings, which are hidden wherever they show."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        super().__init__()
        self._known = tuple(known)

    def format(self, record: logging.LogRecord) -> str:
        own = record.name.partition(".")[0] == OURS
        facts = getattr(record, "facts", {}) if own else {"logger": record.name, "text": _text(record)}
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": scrub(_text(record), self._known) if own else "library",
        }
        if facts:
            line["facts"] = scrubbed(facts, self._known)
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = scrub("".join(traceback.format_exception(record.exc_info[1])), self._known)
        text = json.dumps(line, ensure_ascii=False, default=lambda value: scrub(str(value), self._known))
        return text.encode("utf-8", "backslashreplace").decode()


def _text(record: logging.LogRecord) -> str:
    """What is said; as it stands where its blanks do not fit, for logging would print such a record as it is."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def start(stream: TextIO | None = None, *, known: Iterable[str] = (), level: int = logging.INFO) -> None:
    """Say everything as lines from now on."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines(known))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger(OURS).setLevel(level)
    logging.captureWarnings(True)
