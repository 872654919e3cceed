"""ELB: what an answer without the attribute, or with one nobody knows, amounts to."""

from __future__ import annotations

import pytest

from ishigaki.core.answer import Answer, Place
from ishigaki.core.control import EXAMPLE_NOW, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.finding import Status
from ishigaki.core.gather import gather
from ishigaki.services import controls
from ishigaki.services.elb.classic.resources import ClassicLoadBalancer
from ishigaki.services.elb.resources import Attribute, Listener, LoadBalancer

TOKYO = Place("111122223333", "ap-northeast-1")


@pytest.mark.parametrize(
    ("kind", "attributes", "expected"),
    [
        (
            "application",
            {"access_logs.s3.enabled": "true", "idle_timeout.timeout_seconds": "60"},
            Status.PASSED,
        ),
        ("application", {"access_logs.s3.enabled": "false"}, Status.FAILED),
        ("application", {"access_logs.s3.enabled": "perhaps"}, Status.NOT_AVAILABLE),
        ("application", {"idle_timeout.timeout_seconds": "60"}, Status.NOT_AVAILABLE),
        ("application", {"connection_logs.s3.enabled": "true"}, Status.NOT_AVAILABLE),
        ("network", {"access_logs.s3.enabled": "false"}, None),
    ],
)
def test_access_logs_are_what_the_attribute_says(
    kind: str, attributes: dict[str, str], expected: Status | None
) -> None:
    shown = tuple(Attribute(key=key, value=value) for key, value in attributes.items())
    example = Example(LoadBalancer(type=kind, attributes=shown), (), None)
    finding = judge_example(controls()["ELB.5"], example, now=EXAMPLE_NOW)
    assert (finding.status if finding else None) is expected


def test_a_classic_load_balancer_has_an_arn_of_its_own_form() -> None:
    asking = gather(ClassicLoadBalancer, TOKYO, ())
    next(asking)
    with pytest.raises(StopIteration) as end:
        asking.send([Answer(({"LoadBalancerDescriptions": [{"LoadBalancerName": "web"}]},))])
    (found,) = end.value.value.population
    assert found.id == "arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:loadbalancer/web"


def test_listeners_are_asked_of_each_load_balancer() -> None:
    asking = gather(Listener, TOKYO, ())
    next(asking)
    balancers = [{"LoadBalancerArn": f"arn:{n}", "LoadBalancerName": n} for n in ("a", "b")]
    asked = asking.send([Answer(({"LoadBalancers": balancers},))])
    assert [call.params["LoadBalancerArn"] for call in asked] == ["arn:a", "arn:b"]
    arn = "arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:listener/app/a/1/2"
    with pytest.raises(StopIteration) as end:
        asking.send([Answer(({"Listeners": [{"ListenerArn": arn}]},)), Answer(error="AccessDenied")])
    population = end.value.value.population
    assert [each.id for each in population.seen] == [arn]
    assert not population.complete
