"""The access keys of an account as rows: those that IAM lists, and where it did not list them those of the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from ishigaki.core.credential_report import ReportKey, ReportRow
from ishigaki.core.people import ACTIVE, IAM, IAM_USER, REPORT, ROOT, Key
from ishigaki.flows.people_look import Looked
from ishigaki.services.iam.users.resources import UserKey

DAY = timedelta(days=1)


class Keys:
    """Key rows by the name of their user, without the one by whom it is used. `shown` are the columns that say whose
    stock-take and which report it is."""

    def __init__(self, looked: Looked, shown: Mapping[str, Any], *, now: datetime) -> None:
        self._looked, self._shown, self._now = looked, shown, now
        self._listed: dict[str, list[UserKey]] = {}
        for key in looked.keys.seen:
            if "user_name" in key.seen():
                self._listed.setdefault(key.user_name, []).append(key)

    def are_all(self, name: str) -> bool:
        """Whether every key of a user was seen, those that are not active too."""
        return self._looked.keys.complete or name in self._listed

    def of(self, name: str, arn: str, row: ReportRow | None) -> list[Key]:
        """The keys of a user; without ids where only the report knows them."""
        if self.are_all(name):
            return [self._of_iam(key, arn) for key in self._listed.get(name, ())]
        return list(self._of_report(row)) if row else []

    def of_root(self, row: ReportRow) -> list[Key]:
        """The active keys of the root user, which nothing lists."""
        return [msgspec.structs.replace(key, used_by=ROOT) for key in self._of_report(row)]

    def _of_report(self, row: ReportRow) -> Iterator[Key]:
        for key in row.keys:
            if key.active:
                yield self._key(row.user, row.arn, "", ACTIVE, key.rotated_at, _told_by_report(key))

    def _of_iam(self, key: UserKey, arn: str) -> Key:
        found, use = self._looked.in_report.get(key.id), self._looked.last_uses.get(key.id)
        told: dict[str, Any] = {}
        if found:
            told = _told_by_report(found)
        elif use:
            used_at = use.last_used_date
            where = {"used_service": use.service_name, "used_region": use.region} if used_at else {}
            told = {"told_by": IAM, "used_at": used_at, "never_used": used_at is None, **where}
        seen = key.seen()
        return self._key(key.user_name, arn, key.name, seen.get("status", ""), seen.get("create_date"), told)

    def _key(
        self, name: str, arn: str, id: str, status: str, made: datetime | None, told: Mapping[str, Any]
    ) -> Key:
        since = told.get("used_at") or (made if told else None)
        return Key(
            **self._shown,
            what=ROOT if arn.endswith(":root") else IAM_USER,
            user_name=name,
            user_id=arn,
            used_by="",
            key_id=id,
            status=status,
            created_at=made,
            age_days=days(made, self._now),
            idle_days=days(since, self._now),
            **told,
        )


def _told_by_report(key: ReportKey) -> dict[str, Any]:
    where = {"used_service": key.used_service, "used_region": key.used_region}
    return {"told_by": REPORT, "used_at": key.used_at, "never_used": key.used_at is None, **where}


def days(since: datetime | None, now: datetime) -> int | None:
    """Whole days since a moment, none of them below zero: AWS's clock may be ahead of ours."""
    return max(0, (now - since) // DAY) if since else None
