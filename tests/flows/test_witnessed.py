"""One list of kept findings from two witnesses: for whoever decides about them."""

from __future__ import annotations

from datetime import UTC, datetime

from ishigaki.core.finding import EMPTY, Finding, Status
from ishigaki.core.witness import Mark
from ishigaki.flows.witness import with_ours, witnessed
from ishigaki.store.results import Kept

ID, TOKYO = "111122223333", "ap-northeast-1"
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
GROUP = f"arn:aws:ec2:{TOKYO}:{ID}:security-group/sg-1"


def own(status: Status = Status.FAILED, resource: str = GROUP, *, since: str = "", shipped: str = "") -> Kept:
    finding = Finding("EC2.2", ID, TOKYO, "AWS::EC2::SecurityGroup", resource, status)
    return Kept(finding, since=since, shipped=shipped)


def hub(status: Status = Status.FAILED, resource: str = GROUP) -> Kept:
    finding = Finding("EC2.2", ID, TOKYO, "AWS::EC2::SecurityGroup", resource, status)
    return Kept(finding, tags={"Owner": "web"}, hub=(Mark("f", "p", AT, status, resource),))


def test_either_alone_is_what_it_is() -> None:
    assert witnessed([own()], None) == [own()]
    assert witnessed(None, [hub()]) == [hub()]
    assert witnessed(None, None) == []


def test_ours_rules_and_takes_what_only_the_other_knows() -> None:
    (one,) = witnessed([own(since="2026", shipped="rule")], [hub(Status.PASSED, "sg-1")])
    assert (one.finding.status, one.finding.resource) == (Status.FAILED, GROUP)
    assert (one.since, one.shipped, one.tags) == ("2026", "rule", {"Owner": "web"})
    assert [m.resource for m in one.hub] == ["sg-1"]


def test_what_we_did_not_see_is_as_security_hub_says_under_our_id() -> None:
    (one,) = witnessed([own(Status.NOT_AVAILABLE)], [hub(Status.FAILED, "sg-1")])
    assert (one.finding.status, one.finding.resource) == (Status.FAILED, GROUP)


def test_that_there_is_nothing_is_taken_from_us_where_we_looked() -> None:
    nothing = Kept(
        Finding("EC2.2", ID, TOKYO, "AWS::::Account", f"AWS::::Account:{ID}", Status.PASSED, reason=EMPTY)
    )
    assert witnessed([own()], [nothing]) == [own()]
    assert witnessed([], [nothing]) == [nothing]


def test_what_only_we_know_is_laid_beside() -> None:
    (one,) = with_ours([Kept(hub().finding)], [own(shipped="rule")])
    assert (one.shipped, one.tags) == ("rule", None)
    assert with_ours([hub()], []) == [hub()]
