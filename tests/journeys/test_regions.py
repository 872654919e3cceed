"""A control that a Region does not offer says nothing there, by what AWS said of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from msgspec.structs import replace

from ishigaki.aws.access import Access
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call
from ishigaki.flows.regions import ask
from ishigaki.flows.scan import asked_again, rejudge, scan
from ishigaki.standards.choice import choose
from ishigaki.store import offers
from ishigaki.store.offers import Offers
from ishigaki.store.snapshots import Snapshots
from tests.journeys.workshop import ID, TOKYO, Workshop

CONTROLS = ("GuardDuty.1", "EC2.7")


def test_what_security_hub_offers_is_asked_and_kept(workshop: Workshop) -> None:
    now = datetime.now(UTC)
    found, unseen = ask(workshop.access(), [TOKYO], now=now)
    assert (found.missing, unseen) == ({}, {TOKYO: "InvalidAccessException"}), "Security Hub is off"
    workshop.do("securityhub", "EnableSecurityHub", EnableDefaultStandards=False)
    found, unseen = ask(workshop.access(), [TOKYO], now=now)
    assert (found.missing, unseen) == ({TOKYO: ()}, {})
    offers.write(workshop.folder, found)
    assert offers.read(workshop.folder) == found


def test_a_control_that_is_not_offered_says_nothing_there(workshop: Workshop) -> None:
    assert offers.read(workshop.folder) == Offers(), (
        "nobody has asked yet: every control is judged everywhere"
    )
    asked = replace(choose(globs=list(CONTROLS)), missing={TOKYO: ("GuardDuty.1",)})
    now = datetime.now(UTC)
    seen = scan(workshop.access(), workshop.accounts, asked, folder=workshop.folder, now=now)
    assert {f.control for f in seen.judged[ID].findings if f.region == TOKYO} == {"EC2.7"}
    again = rejudge(Snapshots(workshop.folder), seen.header, asked_again(seen.header))
    assert again.judged[ID].findings == seen.judged[ID].findings


class Somewhere:
    """AWS, as far as it is asked here: one Region lacks a control, another is out of reach."""

    def caller(self) -> str:
        return ID

    def enter(self, account: str, role: None) -> str:
        return account

    def performing(self, target: str) -> Callable[[Call], Answer]:
        return self.said

    def said(self, asked: Call) -> Answer:
        if asked.region != TOKYO:
            return Answer(error="EndpointConnectionError")
        rows = (("GuardDuty.7", "UNAVAILABLE"), ("S3.8", "AVAILABLE"))
        shown = [{"SecurityControlId": c, "CurrentRegionAvailability": a} for c, a in rows]
        return Answer(({"SecurityControlDefinitions": shown[:1]}, {"SecurityControlDefinitions": shown[1:]}))


def test_what_is_not_available_is_kept_and_a_region_out_of_reach_is_named() -> None:
    found, unseen = ask(cast("Access", Somewhere()), [TOKYO, "eu-west-1"], now=datetime.now(UTC))
    assert found.missing == {TOKYO: ("GuardDuty.7",)}
    assert unseen == {"eu-west-1": "EndpointConnectionError"}
