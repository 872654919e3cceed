"""What is said of a user's traces in CloudTrail: nothing seen, nothing there and somebody else's are three things."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from ishigaki.core.footprint import Footprint, Trail, notes, trail_of

NOW = datetime(2027, 3, 1, tzinfo=UTC)
ARN = "arn:aws:iam::111122223333:user/hanako"
SESSION = "arn:aws:sts::111122223333:assumed-role/admin/hanako"


def event(arn: str) -> dict[str, Any]:
    record = {"userIdentity": {"arn": arn}, "userAgent": "Boto3/1 x", "sourceIPAddress": "192.0.2.1"}
    return {"EventTime": NOW, "EventSource": "ec2.amazonaws.com", "CloudTrailEvent": json.dumps(record)}


def test_a_session_of_the_same_name_is_somebody_else() -> None:
    found = trail_of(
        "us-east-1", 90, [event(SESSION), event(ARN), {"CloudTrailEvent": "{"}], arn=ARN, more=False
    )
    assert (found.events, found.last_at, found.programs) == (1, NOW, (("Boto3/1", 1),))


def test_where_others_stand_before_it_nothing_is_known() -> None:
    crowded = [trail_of(r, 90, [event(SESSION)], arn=ARN, more=True) for r in ("us-east-1", "us-west-2")]
    trails = (*crowded, Trail("eu-west-1", 90), Trail("eu-north-1", 90, unseen="AccessDenied"))
    said = notes(Footprint("111122223333", "hanako", ARN, NOW, trails=trails), now=NOW)
    told = {n.code: n.facts["region"] for n in said if n.code.startswith("retire_trail")}
    assert told == {
        "retire_trail_others": "us-east-1, us-west-2",
        "retire_trail_none": "eu-west-1",
        "retire_trail_unseen": "eu-north-1",
    }
