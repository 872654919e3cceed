"""ELB: what is collected of application, network and gateway load balancers."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER, NOT_OFFERED, UNKNOWN_VALUE, Unseen

PROTOCOLS = ("HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC")


class Attribute(Value):
    key: str
    value: str


class Zone(Value):
    zone_name: str


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
    availability_zones: tuple[Zone, ...]
    attributes: tuple[Attribute, ...] = facet(
        call("elbv2", "DescribeLoadBalancerAttributes", LoadBalancerArn="{LoadBalancerArn}"),
        at="Attributes",
    )
    web_acl: str | None = facet(
        call("wafv2", "GetWebACLForResource", ResourceArn="{LoadBalancerArn}"),
        at="WebACL.ARN",
        absent={NOT_IN_ANSWER: None},
        why="WebACL: the web ACL that is associated with the resource; if there is none, this is null",
        only={"Type": "application"},
    )
    classic_web_acl: str | None = facet(
        call("waf-regional", "GetWebACLForResource", ResourceArn="{LoadBalancerArn}"),
        at="WebACLSummary.WebACLId",
        absent={NOT_IN_ANSWER: None, NOT_OFFERED: None},
        why="without an association there is no summary, and where WAF Classic is not offered no association",
        only={"Type": "application"},
    )

    def attribute(self, key: str) -> str:
        """The value of one attribute. AWS shows all that the type has: one it does not show is unseen."""
        for each in self.attributes:
            if each.key == key:
                return each.value
        raise Unseen(f"LoadBalancer.attributes {key}", NOT_IN_ANSWER)

    def switch(self, key: str) -> bool:
        """Whether an attribute that is on or off is on."""
        value = self.attribute(key)
        if value not in ("true", "false"):
            raise Unseen(f"LoadBalancer.attributes {key}", UNKNOWN_VALUE)
        return value == "true"


class Action(Value):
    """What a listener does with a request that no rule takes."""

    type: str
    redirect_protocol: str | None = member(
        at="RedirectConfig.Protocol", absent=None, why="RedirectConfig: specify only when Type is redirect"
    )


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

    load_balancer_arn: str
    port: int
    protocol: str = member(values=PROTOCOLS)
    ssl_policy: str
    default_actions: tuple[Action, ...]

    @property
    def of_gateway(self) -> bool:
        """Whether it is a gateway load balancer's: its ARN says so. These take every packet, in GENEVE."""
        return ":loadbalancer/gwy/" in self.load_balancer_arn


@resource(
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    listed_by=call("elbv2", "DescribeTargetGroups"),
    at="TargetGroups",
    id="{TargetGroupArn}",
    name="{TargetGroupName}",
)
class TargetGroup(Resource):
    """A target group, whether a load balancer uses it or not."""

    target_type: str = member(values=("instance", "ip", "lambda", "alb"))
    protocol: str = member(values=PROTOCOLS)
    health_check_protocol: str = member(values=PROTOCOLS)
