"""Price facts: complete, dated, with a source; and what they add up to in a plan."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from ishigaki.core.change import Act, Change, Safety
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.plan import Planned, Request, Step, Touched
from ishigaki.core.proposal import changes_of
from ishigaki.core.remediation import Remediation
from ishigaki.services import remedies
from ishigaki.services.ec2.vpcs.resources import FlowLog, VpcEndpoint
from ishigaki.services.guardduty.resources import Detector
from ishigaki.services.kms.resources import Key
from ishigaki.standards.prices import ELSEWHERE, Price, commitments, known_since, monthly, prices
from tools.verbatim import world_of

CHARGED = {
    Key: "kms_key",
    Detector: "guardduty_region",
    FlowLog: "flow_log_s3",
    VpcEndpoint: "interface_endpoint_az",
}
SOURCE = Path(__file__).parents[2] / "src" / "ishigaki"


@pytest.mark.parametrize(("name", "price"), prices().items(), ids=list(prices()))
def test_a_price_has_a_figure_a_source_and_a_day(name: str, price: Price) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    assert ELSEWHERE in price.usd
    assert all(usd > 0 for usd in price.usd.values())
    assert price.typical > 0
    assert price.unit.keys() == price.label.keys() == {"en", "ja"}
    assert re.fullmatch(r"https://aws\.amazon\.com/[a-z0-9/-]+/pricing/", price.page)
    assert date(2024, 1, 1) < price.as_of


def test_the_home_region_has_its_own_price_and_others_that_of_us_east_1() -> None:
    endpoint = prices()["interface_endpoint_az"]
    assert endpoint.basis("ap-northeast-1") == "ap-northeast-1"
    assert endpoint.basis("eu-west-1") == ELSEWHERE
    assert monthly("ap-northeast-1")["interface_endpoint_az"] == pytest.approx(10.22)
    assert monthly("eu-west-1")["interface_endpoint_az"] == pytest.approx(7.30)


def test_estimates_are_as_old_as_their_oldest_fact() -> None:
    assert known_since([]) is None
    assert known_since(["kms_key", "config_region"]) == min(
        prices()[f].as_of for f in ("kms_key", "config_region")
    )


def calling(service: str, operation: str) -> Planned:
    touch = Touched("create", "AWS::::Account", "AWS::::Account:1", "x", "us-east-1")
    step = Step("one", Request(service, operation, "us-east-1", {}))
    return Planned(
        "id", "111122223333", "us-east-1", touch.id, "r", (touch,), (step,), Safety.SAFE, "none", True
    )


def test_shield_advanced_is_warned_of_wherever_a_call_would_subscribe_to_it() -> None:
    assert commitments([calling("s3", "PutBucketPolicy")]) == ()
    assert commitments([calling("shield", "CreateSubscription")]) == ("shield_advanced",)
    assert prices()["shield_advanced"].monthly("ap-northeast-1") == 3000


def test_no_text_proposes_shield_advanced_without_its_price() -> None:
    for path in (SOURCE / "services").rglob("texts.toml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert "Shield Advanced" not in line or "3,000" in line, f"{path}: {line}"


def test_every_cost_of_a_remediation_is_a_known_fact() -> None:
    for path in (SOURCE / "services").rglob("*.py"):
        for costs in re.findall(r"costs=\{([^}]*)\}", path.read_text(encoding="utf-8")):
            assert set(re.findall(r'"(\w+)"', costs)) <= prices().keys(), path


@pytest.mark.parametrize("remedy", remedies().values(), ids=list(remedies()))
def test_what_is_created_and_charged_for_is_in_the_costs(remedy: Remediation) -> None:
    for case in (c for c in remedy.examples if c.mends):
        world = world_of(case.subject, case.given, remedy.kinds)
        found = next((p, r) for p, r in world.subjects(remedy.subjects) if r.id == case.subject.id)
        wanted = case.wanted or remedy.aim
        said = changes_of(
            remedy, world, found, around=case.around, wanted=wanted, asked=case.asked, now=EXAMPLE_NOW
        )
        for change in (c for c in said if isinstance(c, Change)):
            made = [type(e.resource) for e in change.effects if e.act is Act.CREATE]
            assert {CHARGED[k] for k in made if k in CHARGED} <= change.costs.keys()
            assert change.costs.get("kms_key", 0) == made.count(Key)
