"""A small company to keep: scans written as a scan would write them, and destinations that note what they are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from ishigaki.core.concern import Detection
from ishigaki.core.deadline import Calendar
from ishigaki.core.destination import Destination, Sent, Webhook
from ishigaki.core.estate import Account
from ishigaki.core.fault import Fault
from ishigaki.core.finding import Finding, Reason, Severity, Status
from ishigaki.core.intake import Read
from ishigaki.core.notice import Message
from ishigaki.core.response import Policy
from ishigaki.core.waiver import Waiver
from ishigaki.flows.keeper import Keeper
from ishigaki.flows.policy import default
from ishigaki.flows.tick import Outside, tick
from ishigaki.notify.undelivered import Undelivered
from ishigaki.store import cases as kept
from ishigaki.store import intake, results
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import Entered, ScanHeader, Snapshots
from ishigaki.store.transactions import reading, writing

SHOP, ORDERS = "111111111111", "222222222222"
TOKYO, TOKYO_TIME = "ap-northeast-1", ZoneInfo("Asia/Tokyo")
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 10:00 in Tokyo
ACCOUNTS = {
    SHOP: Account(SHOP, name="shop", environment="production", owner="shop team"),
    ORDERS: Account(ORDERS, name="orders", environment="non-production", owner="orders team"),
}


def bucket(name: str) -> str:
    return f"arn:aws:s3:::{name}"


def finding(
    control: str,
    resource: str,
    status: Status = Status.FAILED,
    *,
    account: str = SHOP,
    type: str = "AwsS3Bucket",
) -> Finding:
    faults = (Fault("setting_off"),) if status is Status.FAILED else ()
    reason = Reason("AccessDenied") if status is Status.NOT_AVAILABLE else None
    return Finding(
        control, account, TOKYO, type, resource, status, faults, reason, name=resource.rpartition(":")[2]
    )


def unseen(control: str, *, account: str = SHOP) -> Finding:
    """A listing that was denied."""
    return finding(
        control, f"AWS::::Account:{account}", Status.NOT_AVAILABLE, account=account, type="AWS::::Account"
    )


@dataclass
class Company:
    """The store of a company, its clock, and what each destination was told."""

    engine: sa.Engine
    store: Path
    now: datetime = MONDAY
    policy: Policy = field(default_factory=default)
    waivers: tuple[Waiver, ...] = ()
    destinations: tuple[Destination, ...] = ()
    told: list[tuple[str, Message]] = field(default_factory=list)
    failing: dict[str, Undelivered] = field(default_factory=dict)
    said: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    scans: int = 0

    def scan(self, *findings: Finding) -> None:
        """Keep a scan of this moment."""
        self.scans += 1
        id = f"{self.now:%Y%m%dT%H%M%SZ}-{self.scans:06}"
        met = tuple(Entered(a.id, a.name, a.environment, a.owner, (TOKYO,)) for a in ACCOUNTS.values())
        header = ScanHeader(
            id=id,
            at=self.now,
            version="0",
            standards=("fsbp",),
            controls=tuple(sorted({f.control for f in findings})),
            home=TOKYO,
            partition="aws",
            accounts=met,
            calls=0,
            throttles=0,
            wall_s=0,
        )
        results.write(self.store, id, [Kept(f, tags={}) for f in findings])
        Snapshots(self.store).write_header(header)

    def detect(self, *detections: Detection) -> None:
        with writing(self.engine) as connection:
            intake.enter(connection, f"message-{self.now}", Read(detections), self.now)

    def keeper(self, name: str = "here") -> Keeper:
        return Keeper(
            engine=self.engine,
            store=self.store,
            policy=self.policy,
            calendar=Calendar(zone=TOKYO_TIME),
            destinations=self.destinations,
            waivers=self.waivers,
            accounts=ACCOUNTS,
            language="en",
            holder=name,
        )

    def tick(self, later: timedelta = timedelta(0)) -> list[str]:
        """One tick; the kinds of what was told in it, by destination."""
        self.now += later
        before = len(self.told)
        assert tick(self.keeper(), self.outside(), lambda event, facts: self.said.append((event, facts)))
        return sorted(f"{where}: {message.kind}" for where, message in self.told[before:])

    def outside(self) -> Outside:
        return Outside(send=self.send, clock=lambda: self.now)

    def send(self, message: Message, destination: Destination, previous: Sent | None) -> Sent:
        if destination.name in self.failing:
            raise self.failing[destination.name]
        self.told.append((destination.name, message))
        return previous or Sent(root=f"{destination.name}-{len(self.told)}", reference=str(len(self.told)))

    def cases(self) -> list[str]:
        """Cases as `kind owner state`, in order."""
        with reading(self.engine) as connection:
            return sorted(f"{c.kind} {c.owner} {c.state.value}" for c in kept.cases(connection).values())

    def case(self, kind: str) -> str:
        with reading(self.engine) as connection:
            (found,) = [c.id for c in kept.cases(connection).values() if c.kind == kind and c.open]
        return found


def destination(name: str, **facts: Any) -> Destination:
    return Webhook(name=name, language="en", url="http://127.0.0.1:9", secret="env:X", **facts)


def threat(*, at: datetime, open: bool = True, severity: Severity = Severity.HIGH) -> Detection:
    return Detection(
        source="guardduty",
        kind="UnauthorizedAccess:EC2/SSHBruteForce",
        id="gd-1",
        account=SHOP,
        region=TOKYO,
        resource="arn:aws:ec2:ap-northeast-1:111111111111:instance/i-0123456789abcdef0",
        resource_type="AwsEc2Instance",
        severity=severity,
        title="SSH brute force",
        first_at=at,
        at=at,
        open=open,
    )


def kinds(messages: Iterable[tuple[str, Message]]) -> list[str]:
    return [message.kind for _, message in messages]
