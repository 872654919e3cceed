"""Which events are wanted: the pattern of each EventBridge rule. `intake/events.py` reads what they let through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ishigaki.intake.cloudtrail import MADE, QUARANTINE, QUARANTINING
from ishigaki.intake.health import RISK

ENABLED = "ENABLED"
# EventBridge leaves out what only reads, unless a rule wants it: the root user should not even read.
WITH_READS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
CALL = "AWS API Call via CloudTrail"


class Rule(msgspec.Struct, frozen=True):
    """A rule: what it is for, and the pattern that an event must meet."""

    says: str
    pattern: Mapping[str, Any]
    state: str = ENABLED


RULES: Mapping[str, Rule] = {
    "GuardDuty": Rule(
        "Every finding of GuardDuty, Low too",
        {"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"]},
    ),
    "AccessAnalyzer": Rule(
        "Access from outside and unused access, as IAM Access Analyzer finds it",
        {
            "source": ["aws.access-analyzer"],
            "detail-type": ["Access Analyzer Finding", "Unused Access Finding for IAM entities"],
        },
    ),
    "SecurityHub": Rule(
        "Findings of Security Hub CSPM, but for vulnerabilities of operating systems and our own",
        {
            "source": ["aws.securityhub"],
            "detail-type": ["Security Hub Findings - Imported"],
            "detail": {"findings": {"ProductName": [{"anything-but": ["Inspector", "ishigaki"]}]}},
        },
    ),
    "SecurityHubV2": Rule(
        "Findings of the new Security Hub, but for vulnerabilities of operating systems",
        {
            "source": ["aws.securityhub"],
            "detail-type": ["Findings Imported V2"],
            "detail": {"findings": {"metadata": {"product": {"name": [{"anything-but": ["Inspector"]}]}}}},
        },
    ),
    "RootSignIn": Rule(
        "Sign-in of the root user to the console, also where it failed",
        {
            "source": ["aws.signin"],
            "detail-type": ["AWS Console Sign In via CloudTrail"],
            "detail": {"userIdentity": {"type": ["Root"]}},
        },
    ),
    "RootActivity": Rule(
        "Everything that the root user does itself, also where it only reads",
        {
            "detail-type": [CALL, "AWS Console Action via CloudTrail"],
            "detail": {
                "userIdentity": {"type": ["Root"], "invokedBy": [{"exists": False}]},
                "eventType": [{"anything-but": ["AwsServiceEvent"]}],
            },
        },
        WITH_READS,
    ),
    "PeopleAndKeys": Rule(
        "New IAM users, access keys and passwords",
        {
            "source": ["aws.iam"],
            "detail-type": [CALL],
            "detail": {
                "eventSource": ["iam.amazonaws.com"],
                "eventName": sorted(MADE),
                "errorCode": [{"exists": False}],
            },
        },
    ),
    "Quarantine": Rule(
        "AWS's policy for users whose key has leaked, of any version",
        {
            "source": ["aws.iam"],
            "detail-type": [CALL],
            "detail": {
                "eventSource": ["iam.amazonaws.com"],
                "eventName": sorted(QUARANTINING),
                "errorCode": [{"exists": False}],
                "requestParameters": {
                    "$or": [
                        {"policyArn": [{"wildcard": f"*:policy/{QUARANTINE}*"}]},
                        {"policyName": [{"prefix": QUARANTINE}]},
                    ]
                },
            },
        },
    ),
    "Health": Rule(
        "Access keys that AWS has seen in public, and other signs of misuse",
        {
            "source": ["aws.health"],
            "detail-type": ["AWS Health Event"],
            "detail": {"eventTypeCode": [{"prefix": RISK}]},
        },
    ),
}
