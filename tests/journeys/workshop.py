"""An account of the emulator that tests may change: furnished anew for each, with its store and its plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from ishigaki.aws.access import Access
from ishigaki.core.answer import Answer
from ishigaki.core.call import call
from ishigaki.core.estate import Account
from ishigaki.core.plan import Plan
from ishigaki.core.remediation import Wanted
from ishigaki.demo.emulator.server import Running
from ishigaki.flows.apply import Machine, Permit, Run, apply, resume
from ishigaki.flows.planning import Wishes, make_plan
from ishigaki.flows.scan import Outcome, scan
from ishigaki.flows.undo import undo_plan
from ishigaki.standards.choice import choose
from ishigaki.store.snapshots import Snapshots

ID = "444455556666"
TOKYO = "ap-northeast-1"


@dataclass
class Workshop:
    """One account in Tokyo, entered with its own credentials; time passes as fast as it is asked to."""

    running: Running
    folder: Path
    environment: str = "non-production"
    slept: list[float] = field(default_factory=list)

    @property
    def accounts(self) -> tuple[Account, ...]:
        return (Account(ID, name="workshop", environment=self.environment, regions=(TOKYO,)),)

    @property
    def machine(self) -> Machine:
        return Machine(lambda: datetime.now(UTC), self.slept.append)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A request to the emulator's control endpoint."""
        data = json.dumps(body).encode() if body is not None else None
        request = Request(f"{self.running.url}/_ishigaki/{path}", data=data, method=method)
        with urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def access(self) -> Access:
        access = Access(home=TOKYO, salt="workshop")
        access.caller()
        return access

    def do(self, service: str, operation: str, /, region: str = TOKYO, **params: Any) -> Answer:
        """One call in the account."""
        access = self.access()
        return access.perform(access.enter(ID, None), call(service, operation, region=region, **params))

    def scan(self, *globs: str) -> Outcome:
        asked = choose(globs=globs)
        return scan(self.access(), self.accounts, asked, folder=self.folder, now=datetime.now(UTC))

    def plan(self, *globs: str, wishes: Wishes | None = None) -> Plan:
        """Scan, and plan for these controls."""
        outcome = self.scan(*globs)
        return make_plan(
            Snapshots(self.folder),
            outcome.header,
            choose(globs=globs),
            estate=None,
            now=datetime.now(UTC),
            wishes=wishes or Wishes(),
        )

    def apply(self, plan: Plan, permit: Permit | None = None) -> Run:
        permit = permit or Permit(disruptive=True)
        return apply(self.access(), self.accounts, plan, permit, folder=self.folder, machine=self.machine)

    def resume(self, run: str) -> Run:
        return resume(self.access(), self.accounts, run, folder=self.folder, machine=self.machine)

    def undo(self, run: str, *only: str) -> Run:
        return self.apply(undo_plan(self.folder, run, only=only, now=datetime.now(UTC)))


@dataclass
class Entered(Workshop):
    """Entered once for all: making the clients would take longer than most scenes do."""

    entrance: list[Access] = field(default_factory=list)

    def access(self) -> Access:
        if not self.entrance:
            self.entrance.append(super().access())
        return self.entrance[0]


def outcomes(run: Run) -> list[str]:
    """How the changes of a run ended, in the plan's order."""
    return [run.results[c.id].outcome.value for c in run.plan.changes]


def reasons(run: Run) -> list[str]:
    """Why the changes of a run ended so, in the plan's order."""
    return [r.why.code if (r := run.results[c.id]).why else "" for c in run.plan.changes]


Furnish = Callable[[Workshop], Wanted | None]


def furnish_simply(workshop: Workshop, buckets: Sequence[str] = ("alpha-data", "beta-data")) -> None:
    """Two open buckets and no password policy."""
    for name in buckets:
        made = workshop.do(
            "s3", "CreateBucket", Bucket=name, CreateBucketConfiguration={"LocationConstraint": TOKYO}
        )
        assert not made.error, made.message
        opened = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
        )
        workshop.do("s3", "PutPublicAccessBlock", Bucket=name, PublicAccessBlockConfiguration=opened)
