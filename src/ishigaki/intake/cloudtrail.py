"""What CloudTrail tells through EventBridge: the root user at work, new users, keys and passwords, AWS's quarantine.

These are moments, not states: nobody tells that they are over. Everything of IAM and of the root user is of the
account as a whole, whichever Region wrote it down.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.answer import GLOBAL
from ishigaki.core.concern import Detection, Source
from ishigaki.core.finding import Severity
from ishigaki.core.intake import Read
from ishigaki.intake.members import Unreadable, account, at, facts, members, moment, needed, text

SCHEMA = "1"
QUARANTINE = "AWSCompromisedKeyQuarantine"  # whatever version AWS is at
QUARANTINING = tuple(
    f"{verb}{whose}Policy" for verb in ("Attach", "Put") for whose in ("User", "Role", "Group")
)
MADE: Mapping[str, str] = {
    "CreateAccessKey": "access_key_created",
    "CreateLoginProfile": "password_created",
    "CreateUser": "user_created",
}
ROOT, BY_SERVICE = "Root", "AwsServiceEvent"
FACTS: Mapping[str, tuple[str, ...]] = {
    "by": ("userIdentity.arn", "userIdentity.principalId"),
    "ip": ("sourceIPAddress",),
    "region": ("awsRegion",),
    "api": ("eventName",),
    "service": ("eventSource",),
    "agent": ("userAgent",),
    "error": ("errorCode", "errorMessage"),
    "mfa": ("additionalEventData.MFAUsed", "userIdentity.sessionContext.attributes.mfaAuthenticated"),
}


def sign_in(event: Mapping[str, Any], record: Mapping[str, Any]) -> Read:
    """A sign-in to the console: the root user's, also one that failed. Raises `Unreadable`."""
    _check(record)
    if text(record, "userIdentity.type") != ROOT:
        return Read()
    outcome = text(record, "responseElements.ConsoleLogin") or "Unknown"
    severity = Severity.HIGH if outcome == "Success" else Severity.MEDIUM
    return Read((_of_root(event, record, "root_sign_in", severity, outcome=outcome),))


def api_call(event: Mapping[str, Any], record: Mapping[str, Any]) -> Read:
    """A call of an API: everything the root user does itself, and the few calls that tell of people and keys.
    Raises `Unreadable`."""
    _check(record)
    found: list[Detection] = []
    by_aws = text(record, "userIdentity.invokedBy") or text(record, "eventType") == BY_SERVICE
    if text(record, "userIdentity.type") == ROOT and not by_aws:
        key = text(record, "userIdentity.accessKeyId")
        told = {"access_key": key} if key.startswith("AKIA") else {}  # else it is a session of the console
        found.append(_of_root(event, record, "root_activity", Severity.HIGH, **told))
    if text(record, "eventSource") == "iam.amazonaws.com" and not text(record, "errorCode", "errorMessage"):
        name = text(record, "eventName")
        if name in MADE:
            found.append(_made(event, record, MADE[name]))
        elif name in QUARANTINING and (policy := _quarantine(record)):
            found.append(_quarantined(event, record, policy))
    return Read(tuple(found))


def _check(record: Mapping[str, Any]) -> None:
    version = needed(record, "eventVersion")
    if version.partition(".")[0] != SCHEMA:
        raise Unreadable("schema_version", version)
    needed(record, "eventName")
    members(record, "userIdentity")


def _made(event: Mapping[str, Any], record: Mapping[str, Any], kind: str) -> Detection:
    """Whose user, key or password it is: a key's secret is in no event, and nothing but its id is looked at."""
    answer = at(record, "responseElements")
    user = text(answer, "user.userName", "accessKey.userName", "loginProfile.userName") or text(
        record, "requestParameters.userName"
    )
    if not user and text(record, "userIdentity.type") == ROOT:
        key = text(answer, "accessKey.accessKeyId")
        return _of_root(event, record, kind, Severity.CRITICAL, **({"new_access_key": key} if key else {}))
    user = user or needed(record, "userIdentity.userName")
    arn = (
        text(answer, "user.arn", longest=1024)
        or f"arn:{_partition(record)}:iam::{_owner(event, record)}:user/{user}"
    )
    told = {"user": user}
    if key := text(answer, "accessKey.accessKeyId"):
        told["new_access_key"] = key
    thing = ("AWS::IAM::User", arn, user)
    return _detection(event, record, kind, Severity.MEDIUM, thing=thing, told=told)


def _quarantine(record: Mapping[str, Any]) -> str:
    """The name of AWS's quarantine policy, if it is what the call is about."""
    named = text(record, "requestParameters.policyArn", "requestParameters.policyName").rpartition("/")[2]
    return named if named.startswith(QUARANTINE) else ""


def _quarantined(event: Mapping[str, Any], record: Mapping[str, Any], policy: str) -> Detection:
    whose = next(w for w in ("user", "role", "group") if w.capitalize() in text(record, "eventName"))
    name = needed(record, f"requestParameters.{whose}Name")
    arn = f"arn:{_partition(record)}:iam::{_owner(event, record)}:{whose}/{name}"
    thing = (f"AWS::IAM::{whose.capitalize()}", arn, name)
    told = {"policy": policy, whose: name}
    return _detection(event, record, "quarantine_policy", Severity.CRITICAL, thing=thing, told=told)


def _of_root(
    event: Mapping[str, Any], record: Mapping[str, Any], kind: str, severity: Severity, **told: str
) -> Detection:
    owner = _owner(event, record)
    thing = ("AWS::::Account", f"AWS::::Account:{owner}", "root")
    return _detection(event, record, kind, severity, thing=thing, told={"user": "root", **told})


def _detection(
    event: Mapping[str, Any],
    record: Mapping[str, Any],
    kind: str,
    severity: Severity,
    *,
    thing: tuple[str, str, str],
    told: Mapping[str, str],
) -> Detection:
    resource_type, resource, name = thing
    at_ = moment(record, "eventTime")
    return Detection(
        source=Source.CLOUDTRAIL,
        kind=kind,
        id=f"{needed(record, 'eventID')}/{kind}",
        account=_owner(event, record),
        region=GLOBAL,
        resource=resource,
        resource_type=resource_type,
        severity=severity,
        title="",
        first_at=at_,
        at=at_,
        name=name,
        facts={**facts(record, FACTS), **told},
    )


def _owner(event: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    return account(
        {"record": record, "event": event},
        "record.recipientAccountId",
        "record.userIdentity.accountId",
        "event.account",
    )


def _partition(record: Mapping[str, Any]) -> str:
    arn = text(record, "userIdentity.arn").split(":")
    return arn[1] if len(arn) > 1 and arn[1] in ("aws", "aws-cn", "aws-us-gov") else "aws"
