"""The summary: the figures of a scan as one small JSON object."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from ishigaki.core.finding import Status
from ishigaki.report import exceptions
from ishigaki.report.picture import AccountPicture, Picture, current


def render(picture: Picture) -> str:
    return msgspec.json.format(msgspec.json.encode(figures(picture)), indent=2).decode() + "\n"


def figures(picture: Picture) -> dict[str, Any]:
    """Scores by account and standard, and how many findings there are of each status; scores in percent,
    None where there is no data."""
    counts = Counter(r.finding.status for r in current(picture))
    return {
        "accounts": [_account(a) for a in picture.accounts],
        "findings": {status.value: counts[status] for status in Status},
        "exceptions": exceptions.figures(picture),
        "suppressed_by_policy": len(picture.exceptions.by_policy),
        "calls": picture.calls,
        "wall_s": picture.wall_s,
    }


def _account(account: AccountPicture) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "environment": account.environment,
        "seen": account.seen,
        "scores": {
            standard: {
                "passed": score.passed,
                "counted": score.counted,
                "score": score.low,
                "honest_score": score.honest,
            }
            for standard, score in account.scores.items()
        },
    }
