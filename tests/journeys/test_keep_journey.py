"""Findings that become work: decided by policy, told at two destinations, fixed, extended, excepted, ignored, back again.

AWS is the emulator, Slack and the mail server are local ones that keep the published limits, the clock is moved.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from ishigaki.core.deadline import Calendar
from ishigaki.core.destination import Destination, Email, Slack
from ishigaki.core.estate import Account
from ishigaki.core.handling import acknowledge, extend
from ishigaki.core.waiver import Waiver
from ishigaki.flows import picture as pictures
from ishigaki.flows.cases import act, listed
from ishigaki.flows.keeper import Keeper
from ishigaki.flows.outside import sending
from ishigaki.flows.policy import default
from ishigaki.flows.scan import scan
from ishigaki.flows.tick import Outside, tick
from ishigaki.notify.secrets import reader
from ishigaki.standards.choice import choose
from ishigaki.store.database import engine
from tests.journeys.workshop import ID, TOKYO, Entered, Workshop
from tests.notify.mailserver import MailServer
from tests.notify.services import TOKEN, SlackService

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CONTROLS = ("EC2.13", "EC2.19", "S3.1", "S3.5", "S3.8")
BUCKET = "arn:aws:s3:::aomine-orders"
OPEN = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


@dataclass
class Kept:
    """The account, its keeper, and what the two destinations received."""

    workshop: Workshop
    engine: sa.Engine
    slack: SlackService
    mail: MailServer
    now: datetime
    waivers: tuple[Waiver, ...] = ()
    read: dict[str, int] = field(default_factory=lambda: {"chat": 0, "mail": 0})

    def tick(self, later: timedelta = timedelta(0), *, look: bool = True) -> dict[str, list[str]]:
        """One tick; the first line of every message that came in, by destination."""
        self.now += later
        outside = Outside(
            send=sending(reader(self.workshop.folder, environment={"TOKEN": TOKEN})),
            clock=lambda: self.now,
            scan=self._look if look else None,
            scan_every=timedelta(0),
        )
        failed: list[object] = []
        whole = tick(self._keeper(), outside, lambda event, facts: failed.append((event, facts)))
        assert whole, failed
        return self._received()

    def _look(self) -> Mapping[str, object]:
        asked = choose(globs=CONTROLS)
        folder = self.workshop.folder
        outcome = scan(self.workshop.access(), self.workshop.accounts, asked, folder=folder, now=self.now)
        pictures.keep(outcome, folder)
        return {"scan": outcome.header.id}

    def _keeper(self) -> Keeper:
        return Keeper(
            engine=self.engine,
            store=self.workshop.folder,
            policy=default(),
            calendar=Calendar(zone=ZoneInfo("Asia/Tokyo")),
            destinations=self._destinations(),
            waivers=self.waivers,
            accounts={ID: Account(ID, name="受注-本番", environment="production", owner="受注システム部")},
            language="ja",
            holder="journey",
        )

    def _destinations(self) -> tuple[Destination, ...]:
        return (
            Slack(name="chat", language="ja", token="env:TOKEN", to=SlackService.CHANNEL, api=self.slack.api),
            Email(
                name="mail",
                language="en",
                host="127.0.0.1",
                port=self.mail.port,
                security="none",
                sender="ishigaki@example.com",
                to=("security@example.com",),
                audience=("lead", "security"),
            ),
        )

    def _received(self) -> dict[str, list[str]]:
        chat = [json.loads(r.body)["text"] for r in self.slack.received]
        mail = [str(m["Subject"]) for m in self.mail.mails]
        # A message that is answered in its thread and edited is one.
        new = {"chat": list(dict.fromkeys(chat[self.read["chat"] :])), "mail": mail[self.read["mail"] :]}
        self.read = {"chat": len(chat), "mail": len(mail)}
        return new

    def states(self) -> dict[str, str]:
        found = listed(self.engine, closed=True)
        return {x.case.kind: x.case.state.value for x in found}

    def case(self, kind: str) -> str:
        return next(x.case.id for x in listed(self.engine, kind=kind))


@pytest.fixture
def kept(workshop: Workshop) -> Iterator[Kept]:
    workshop = Entered(workshop.running, workshop.folder, environment="production")
    with ExitStack() as stack:
        slack, mail = stack.enter_context(SlackService()), stack.enter_context(MailServer())
        made = engine(workshop.folder)
        stack.callback(made.dispose)
        yield Kept(workshop, made, slack, mail, now=datetime(2026, 11, 24, 1, 0, tzinfo=UTC))


def has(messages: list[str], *words: str) -> bool:
    """Whether exactly these messages came, each with its words."""
    return len(messages) == len(words) and all(any(w in m for m in messages) for w in words)


def test_the_life_of_findings(kept: Kept) -> None:
    do = kept.workshop.do
    do("s3", "CreateBucket", Bucket="aomine-orders", CreateBucketConfiguration={"LocationConstraint": TOKYO})
    do("s3", "DeletePublicAccessBlock", Bucket="aomine-orders")
    groups = do("ec2", "DescribeSecurityGroups").pages[0]["SecurityGroups"]
    group = groups[0]["GroupId"]
    do("ec2", "AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[OPEN])

    told = kept.tick()
    assert has(told["chat"], "EC2.19", "S3.1", "S3.5", "S3.8"), "one for the group, though two controls fail"
    assert any(m.startswith("24時間以内に対応してください") for m in told["chat"])
    assert told["mail"] == [], "nothing has to be escalated yet"
    assert set(kept.states().values()) == {"new"}
    assert kept.tick(HOUR) == {"chat": [], "mail": []}, "what was told is not told again"

    # One is fixed: only the look says so, in the message that was sent before.
    do("ec2", "RevokeSecurityGroupIngress", GroupId=group, IpPermissions=[OPEN])
    assert has(kept.tick(HOUR)["chat"], "是正を確認しました")
    assert kept.states()["EC2.19"] == "done"
    assert any(m.get("edited") for m in kept.slack.messages.values())

    # One is extended, one excepted, one ignored.
    until, reason = kept.now + 20 * DAY, "リリース待ち"
    act(kept.engine, kept.case("S3.5"), partial(extend, until=until, reason=reason, who="佐藤", now=kept.now))
    act(kept.engine, kept.case("S3.8"), lambda c, _: acknowledge(c, who="佐藤", now=kept.now))
    today = kept.now.date()
    kept.waivers = (
        Waiver("S3.8", ID, "公開サイト", "佐藤", today, today + 60 * DAY, resource=BUCKET, approver="森"),
    )
    assert has(kept.tick(HOUR)["chat"], "例外として承認されました")
    assert kept.states() == {"EC2.19": "done", "S3.1": "new", "S3.5": "new", "S3.8": "excepted"}

    # The ignored one is reminded of, then taken to the lead, then to the security team: at both destinations.
    assert has(kept.tick(3 * DAY + 12 * HOUR, look=False)["chat"], "S3.1")
    assert has(kept.tick(2 * DAY + 12 * HOUR, look=False)["chat"], "S3.1", "週次まとめ")
    due = kept.tick(DAY, look=False)
    assert has(due["chat"], "S3.1", "月次まとめ 2026-11")
    assert has(due["mail"], "S3.1", "Monthly summary 2026-11")
    kept.tick(3 * DAY, look=False)
    assert has(kept.tick(3 * DAY, look=False)["mail"], "security team")

    # What was fixed comes back, with its history.
    do("ec2", "AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[OPEN])
    assert any("再発しました" in m for m in kept.tick(HOUR)["chat"])
    assert kept.states()["EC2.19"] == "relapsed"
