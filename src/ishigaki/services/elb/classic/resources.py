"""Classic load balancers: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.services.elb.resources import Attribute


class ClassicAttributes(Value):
    access_log_enabled: bool = member(at="AccessLog.Enabled")
    cross_zone_enabled: bool = member(at="CrossZoneLoadBalancing.Enabled")
    draining_enabled: bool = member(at="ConnectionDraining.Enabled")
    additional_attributes: tuple[Attribute, ...]

    def additional(self, key: str) -> str:
        """The value of one additional attribute; one that AWS does not show is unseen."""
        for each in self.additional_attributes:
            if each.key == key:
                return each.value
        raise Unseen(f"ClassicLoadBalancer.attributes {key}", NOT_IN_ANSWER)


class ClassicListener(Value):
    protocol: str = member(at="Listener.Protocol", values=("HTTP", "HTTPS", "TCP", "SSL"))
    port: int = member(at="Listener.LoadBalancerPort")
    certificate: str | None = member(
        at="Listener.SSLCertificateId", absent=None, why="the ARN of the server certificate, where one is set"
    )
    policy_names: tuple[str, ...]

    @property
    def is_encrypted(self) -> bool:
        return self.protocol in ("HTTPS", "SSL")


class PolicyAttribute(Value):
    attribute_name: str
    attribute_value: str


class Policy(Value):
    """A policy of the load balancer: for TLS, stickiness or its instances."""

    policy_name: str
    policy_type_name: str
    policy_attribute_descriptions: tuple[PolicyAttribute, ...]


@resource(
    "AWS::ElasticLoadBalancing::LoadBalancer",
    listed_by=call("elb", "DescribeLoadBalancers"),
    at="LoadBalancerDescriptions",
    id="arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{LoadBalancerName}",
    name="{LoadBalancerName}",
)
class ClassicLoadBalancer(Resource):
    availability_zones: tuple[str, ...]
    listener_descriptions: tuple[ClassicListener, ...]
    attributes: ClassicAttributes = facet(
        call("elb", "DescribeLoadBalancerAttributes", LoadBalancerName="{LoadBalancerName}"),
        at="LoadBalancerAttributes",
    )
    policies: tuple[Policy, ...] = facet(
        call("elb", "DescribeLoadBalancerPolicies", LoadBalancerName="{LoadBalancerName}"),
        at="PolicyDescriptions",
    )
