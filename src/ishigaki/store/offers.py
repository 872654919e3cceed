"""Which controls Security Hub does not offer in which Regions, as AWS said it last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from ishigaki.store.folder import aside

NAME = "regions.json"


class Offers(msgspec.Struct, frozen=True):
    """When it was asked, and of each Region that answered the controls that it does not offer."""

    at: datetime | None = None
    missing: Mapping[str, tuple[str, ...]] = {}


def read(store: Path) -> Offers:
    """What is kept; nothing, where nobody has asked yet."""
    path = store / NAME
    return msgspec.json.decode(path.read_bytes(), type=Offers) if path.is_file() else Offers()


def write(store: Path, offers: Offers) -> Path:
    path = store / NAME
    with aside(path) as out:
        out.write(msgspec.json.format(msgspec.json.encode(offers), indent=1))
    return path
