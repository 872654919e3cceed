"""AWS Health: access keys that AWS has seen in public, and other signs that an account is misused.

AWS's codes begin with `AWS_RISK_` (`AWS_RISK_CREDENTIALS_EXPOSED`, `AWS_RISK_CREDENTIALS_EXPOSURE_SUSPECTED`,
`AWS_RISK_ACCOUNT_CONSOLE_COMPROMISE`); what AWS adds later is taken as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ishigaki.core.answer import GLOBAL
from ishigaki.core.concern import Detection, Source
from ishigaki.core.finding import Severity
from ishigaki.core.intake import Read
from ishigaki.intake.members import account, facts, items, moment, needed, shown, text

RISK = "AWS_RISK_"
EXPOSED, COMPROMISED = "credentials_exposed", "account_compromised"
KEY = re.compile(r"A(?:KIA|SIA)[A-Z0-9]{12,124}")
FACTS: Mapping[str, tuple[str, ...]] = {
    "code": ("eventTypeCode",),
    "user": ("eventMetadata.userName",),
    "exposed_at": ("eventMetadata.exposedUrl",),
    "reply_by": ("eventMetadata.notifcationdateplusfour",),  # AWS's spelling
    "event": ("eventArn",),
}


def read(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Read:
    """The keys that an event is about, or the account where it names none; nothing where it is no risk.
    Raises `Unreadable`."""
    if not needed(detail, "eventTypeCode").startswith(RISK):
        return Read()
    named = [text(e, "entityValue") for e in items(detail, "affectedEntities")]
    named.append(text(detail, "eventMetadata.publicKey"))
    keys = list(dict.fromkeys(k for k in named if KEY.fullmatch(k)))
    return Read(tuple(_detection(event, detail, key) for key in keys or [""]))


def _detection(event: Mapping[str, Any], detail: Mapping[str, Any], key: str) -> Detection:
    code, owner = needed(detail, "eventTypeCode"), _owner(event, detail)
    told = facts(detail, FACTS)
    user = str(told.get("user", ""))
    return Detection(
        source=Source.HEALTH,
        kind=EXPOSED if "CREDENTIALS" in code else COMPROMISED,
        id=f"{needed(detail, 'eventArn')}/{key or owner}",
        account=owner,
        region=GLOBAL,
        resource=f"AWS::IAM::AccessKey:{key}" if key else f"AWS::::Account:{owner}",
        resource_type="AWS::IAM::AccessKey" if key else "AWS::::Account",
        severity=Severity.CRITICAL,
        title=shown(text(detail, "eventDescription.latestDescription")),
        first_at=moment({"d": detail, "e": event}, "d.startTime", "e.time"),
        at=moment({"d": detail, "e": event}, "d.lastUpdatedTime", "d.startTime", "e.time"),
        name=user or key or owner,
        open=text(detail, "statusCode") != "closed",
        facts={**told, **({"access_key": key} if key else {})},
    )


def _owner(event: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    """Whose account it is. With Health's view of an organization, the administrator is told of a member's."""
    told = text(detail, "affectedAccount")
    return told if re.fullmatch(r"[0-9]{12}", told) else account(event, "account")
