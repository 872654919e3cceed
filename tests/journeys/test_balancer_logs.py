"""The access logs of an application load balancer, switched on and taken back."""

from __future__ import annotations

from tests.journeys.scenes.network import application
from tests.journeys.workshop import Workshop, outcomes


def test_the_bucket_that_aws_goes_on_showing_does_not_hold_the_undo_up(workshop: Workshop) -> None:
    """AWS takes no empty bucket name: once the logs are off again, it shows the last one."""
    balancer = application(workshop)
    run = workshop.apply(workshop.plan("ELB.5"))
    assert set(outcomes(run)) == {"proven"}
    undone = workshop.undo(run.id)
    assert set(outcomes(undone)) == {"proven"}
    shown = workshop.do("elbv2", "DescribeLoadBalancerAttributes", LoadBalancerArn=balancer)
    attributes = {each["Key"]: each["Value"] for each in shown.merged["Attributes"]}
    assert attributes["access_logs.s3.enabled"] == "false"
    assert attributes["access_logs.s3.bucket"] != ""
