"""ELB: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen


class ClassicAttributes(Value):
    access_log_enabled: bool = member(at="AccessLog.Enabled")


@resource(
    "AWS::ElasticLoadBalancing::LoadBalancer",
    listed_by=call("elb", "DescribeLoadBalancers"),
    at="LoadBalancerDescriptions",
    id="arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{LoadBalancerName}",
    name="{LoadBalancerName}",
)
class ClassicLoadBalancer(Resource):
    attributes: ClassicAttributes = facet(
        call("elb", "DescribeLoadBalancerAttributes", LoadBalancerName="{LoadBalancerName}"),
        at="LoadBalancerAttributes",
    )


class Attribute(Value):
    key: str
    value: str


@resource(
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    listed_by=call("elbv2", "DescribeLoadBalancers"),
    at="LoadBalancers",
    id="{LoadBalancerArn}",
    name="{LoadBalancerName}",
)
class LoadBalancer(Resource):
    """An application, network or gateway load balancer."""

    type: str = member(values=("application", "network", "gateway"))
    attributes: tuple[Attribute, ...] = facet(
        call("elbv2", "DescribeLoadBalancerAttributes", LoadBalancerArn="{LoadBalancerArn}"),
        at="Attributes",
        only={"Type": "application"},  # ELB.5 asks no others
    )

    def attribute(self, key: str) -> str:
        """The value of one attribute. AWS shows all that the type has: one it does not show is unseen."""
        for each in self.attributes:
            if each.key == key:
                return each.value
        raise Unseen(f"LoadBalancer.attributes {key}", NOT_IN_ANSWER)


@resource(
    "AWS::ElasticLoadBalancingV2::Listener",
    listed_by=call(
        "elbv2",
        "DescribeListeners",
        LoadBalancerArn="{LoadBalancerArn}",
        secret=("Listeners[].DefaultActions[].AuthenticateOidcConfig.ClientSecret",),
    ),
    over=LoadBalancer,
    at="Listeners",
    id="{ListenerArn}",
    name="{parent.LoadBalancerName} {ListenerArn!name}",
)
class Listener(Resource):
    """A listener of an application, network or gateway load balancer."""


@resource(
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    listed_by=call("elbv2", "DescribeTargetGroups"),
    at="TargetGroups",
    id="{TargetGroupArn}",
    name="{TargetGroupName}",
)
class TargetGroup(Resource):
    """A target group, whether a load balancer uses it or not."""
