"""The sample events: after AWS's documentation, with the account ids of documentation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ishigaki.core.concern import Detection
from ishigaki.core.intake import Read
from ishigaki.intake.events import read

FOLDER = Path(__file__).parent / "events"
NAMES = sorted(p.stem for p in FOLDER.glob("*.json"))


def body(name: str) -> str:
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def event(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(body(name))
    return loaded


def taken(name: str) -> Read:
    found = read(body(name))
    assert isinstance(found, Read), found
    return found


def one(name: str) -> Detection:
    """The only detection of an event."""
    (found,) = taken(name).detections
    return found
