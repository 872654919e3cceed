"""What comes in from AWS's own watchers: read, or set aside with its reason."""

from __future__ import annotations

from datetime import datetime

import msgspec

from ishigaki.core.concern import Detection


class HubFinding(msgspec.Struct, frozen=True):
    """A finding of one of Security Hub's controls as it came: `body` is JSON in either of its formats (ASFF, OCSF),
    without the details of resources. The id is the same in both."""

    id: str
    account: str
    region: str
    at: datetime
    body: str


class Read(msgspec.Struct, frozen=True):
    """What one message told. Both empty: understood, and nothing to take (a sign-in that was not the root user's)."""

    detections: tuple[Detection, ...] = ()
    hub: tuple[HubFinding, ...] = ()


class SetAside(msgspec.Struct, frozen=True):
    """A message that could not be read. `reason`: not_json, too_large, not_an_event, unknown_event, schema_version,
    missing_member, bad_value, wrong_account, parser_error; `detail` is what it is about."""

    reason: str
    detail: str = ""


class Kept(msgspec.Struct, frozen=True):
    """A message that was set aside, as it is kept: without secrets, and only its beginning where it is `cut`."""

    id: str
    received_at: datetime
    reason: str
    detail: str
    body: str
    cut: bool = False


class Listing(msgspec.Struct, frozen=True):
    """A complete look at what a watcher holds open in one Region: what it lists no more is over. Either of the things
    of these accounts, or of those that one analyzer found."""

    source: str
    region: str
    accounts: tuple[str, ...] = ()
    analyzer: str = ""
