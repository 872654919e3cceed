"""Classic load balancers: what is required."""

from __future__ import annotations

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen, none, some
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.elb.classic.resources import (
    ClassicAttributes,
    ClassicListener,
    ClassicLoadBalancer,
    Policy,
    PolicyAttribute,
)
from ishigaki.services.elb.resources import Attribute
from ishigaki.services.zones import Zones

STRONG = "ELBSecurityPolicy-TLS-1-2-2017-01"
NEGOTIATION, REFERENCE = "SSLNegotiationPolicyType", "Reference-Security-Policy"
DESYNC = "elb.http.desyncmitigationmode"

HTTPS = ClassicListener(
    protocol="HTTPS",
    port=443,
    certificate="arn:aws:acm:ap-northeast-1:111122223333:certificate/example",
    policy_names=("tls", "sticky"),
)
HTTP = ClassicListener(protocol="HTTP", port=80, certificate=None, policy_names=())
TLS = Policy(
    policy_name="tls",
    policy_type_name=NEGOTIATION,
    policy_attribute_descriptions=(
        PolicyAttribute(attribute_name="Protocol-TLSv1.2", attribute_value="true"),
        PolicyAttribute(attribute_name=REFERENCE, attribute_value=STRONG),
    ),
)
STICKY = Policy(
    policy_name="sticky",
    policy_type_name="LBCookieStickinessPolicyType",
    policy_attribute_descriptions=(),
)
BALANCER = ClassicLoadBalancer(listener_descriptions=(HTTPS,), policies=(TLS, STICKY))


def _with(*listeners: ClassicListener) -> ClassicLoadBalancer:
    return replace(BALANCER, listener_descriptions=listeners)


def has_encrypted_listener(balancer: ClassicLoadBalancer) -> bool:
    return some(balancer.listener_descriptions, lambda each: each.is_encrypted)


@control(
    "ELB.2",
    where=has_encrypted_listener,
    examples=[
        passes(BALANCER),
        passes(_with(HTTPS, HTTP)),
        fails(
            "not_of_acm", _with(replace(HTTPS, certificate="arn:aws:iam::111122223333:server-certificate/a"))
        ),
        fails("not_of_acm", _with(HTTPS, replace(HTTPS, protocol="SSL", certificate=None))),
        ignores(_with(HTTP)),
        ignores(_with()),
    ],
)
def uses_acm_certificate(balancer: ClassicLoadBalancer) -> Faults:
    """The certificate of every HTTPS and SSL listener is one of AWS Certificate Manager.

    Load balancers without such a listener are not judged: AWS speaks of those with one.
    """
    for listener in chosen(balancer.listener_descriptions, lacks_acm_certificate):
        yield fault("not_of_acm", port=listener.port)


def lacks_acm_certificate(listener: ClassicListener) -> bool:
    if not listener.is_encrypted:
        return False
    return listener.certificate is None or ":acm:" not in listener.certificate


@control(
    "ELB.3",
    where=lambda balancer: bool(balancer.listener_descriptions),
    examples=[
        passes(BALANCER),
        passes(_with(replace(HTTPS, protocol="SSL"))),
        fails("plain_listener", _with(HTTPS, HTTP)),
        fails("plain_listener", _with(replace(HTTP, protocol="TCP", port=443))),
        ignores(_with()),
    ],
)
def listens_encrypted(balancer: ClassicLoadBalancer) -> Faults:
    """Every listener's protocol towards the clients is HTTPS or SSL. One without listeners is not judged."""
    for listener in chosen(balancer.listener_descriptions, lambda each: not each.is_encrypted):
        yield fault("plain_listener", protocol=listener.protocol, port=listener.port)


def refers_to(policy: Policy, name: str) -> bool:
    """Whether it is a TLS policy that follows a predefined one of AWS; a name alone proves nothing."""
    return policy.policy_type_name == NEGOTIATION and some(
        policy.policy_attribute_descriptions,
        lambda each: each.attribute_name == REFERENCE and each.attribute_value == name,
    )


@control(
    "ELB.8",
    where=has_encrypted_listener,
    examples=[
        passes(BALANCER),
        passes(_with(HTTPS, HTTP)),
        fails("weak_policy", replace(BALANCER, policies=(replace(TLS, policy_name=STRONG), STICKY))),
        fails("weak_policy", _with(replace(HTTPS, policy_names=("sticky",)))),
        fails(
            "weak_policy",
            replace(BALANCER, policies=(replace(TLS, policy_attribute_descriptions=()), STICKY)),
        ),
        fails("weak_policy", replace(BALANCER, policies=(replace(TLS, policy_type_name="Other"), STICKY))),
        fails(
            "weak_policy",
            replace(
                BALANCER,
                policies=(
                    replace(
                        TLS,
                        policy_attribute_descriptions=(
                            PolicyAttribute(
                                attribute_name=REFERENCE, attribute_value="ELBSecurityPolicy-2016-08"
                            ),
                        ),
                    ),
                    STICKY,
                ),
            ),
        ),
        fails("weak_policy", _with(HTTPS, replace(HTTPS, protocol="SSL", port=8443, policy_names=()))),
        ignores(_with(HTTP)),
    ],
)
def uses_strong_policy(balancer: ClassicLoadBalancer) -> Faults:
    """Every HTTPS and SSL listener follows the predefined policy ELBSecurityPolicy-TLS-1-2-2017-01.

    What counts is the policy that the listener's own refers to, not its name.
    """
    for listener in chosen(balancer.listener_descriptions, lambda each: follows_weakly(balancer, each)):
        yield fault("weak_policy", port=listener.port)


def follows_weakly(balancer: ClassicLoadBalancer, listener: ClassicListener) -> bool:
    """Whether an encrypted listener follows anything but the strong predefined policy."""
    return listener.is_encrypted and none(
        balancer.policies,
        lambda policy: policy.policy_name in listener.policy_names and refers_to(policy, STRONG),
    )


@control(
    "ELB.7",
    examples=[
        passes(ClassicLoadBalancer(attributes=ClassicAttributes(draining_enabled=True))),
        fails("not_drained", ClassicLoadBalancer(attributes=ClassicAttributes(draining_enabled=False))),
    ],
)
def drains_connections(balancer: ClassicLoadBalancer) -> Faults:
    """Connection draining is on, for however long."""
    if not balancer.attributes.draining_enabled:
        yield fault("not_drained")


@control(
    "ELB.9",
    examples=[
        passes(ClassicLoadBalancer(attributes=ClassicAttributes(cross_zone_enabled=True))),
        fails("not_cross_zone", ClassicLoadBalancer(attributes=ClassicAttributes(cross_zone_enabled=False))),
    ],
)
def balances_across_zones(balancer: ClassicLoadBalancer) -> Faults:
    """Cross-zone load balancing is on."""
    if not balancer.attributes.cross_zone_enabled:
        yield fault("not_cross_zone")


TWO_ZONES = ClassicLoadBalancer(availability_zones=("ap-northeast-1a", "ap-northeast-1c"))


@control(
    "ELB.10",
    examples=[
        passes(TWO_ZONES),
        fails("few_zones", TWO_ZONES, asked=Zones(min_availability_zones=3)),
        fails("few_zones", replace(TWO_ZONES, availability_zones=("ap-northeast-1a",))),
        fails("few_zones", replace(TWO_ZONES, availability_zones=("ap-northeast-1a", "ap-northeast-1a"))),
    ],
)
def spans_zones(balancer: ClassicLoadBalancer, asked: Zones) -> Faults:
    """The load balancer is in at least two Availability Zones, or as many as the account asks for."""
    zones = len(set(balancer.availability_zones))
    if zones < asked.min_availability_zones:
        yield fault("few_zones", zones=zones, least=asked.min_availability_zones)


def _in_mode(mode: str) -> ClassicLoadBalancer:
    additional = (Attribute(key="example", value="1"), Attribute(key=DESYNC, value=mode))
    return ClassicLoadBalancer(attributes=ClassicAttributes(additional_attributes=additional))


@control(
    "ELB.14",
    examples=[
        passes(_in_mode("defensive")),
        passes(_in_mode("strictest")),
        fails("only_monitors", _in_mode("monitor")),
        cannot_tell(_in_mode("mode_of_the_future")),
    ],
)
def mitigates_desync(balancer: ClassicLoadBalancer) -> Faults:
    """The desync mitigation mode is defensive or strictest."""
    mode = balancer.attributes.additional(DESYNC)
    if mode == "monitor":
        yield fault("only_monitors")
    elif mode not in ("defensive", "strictest"):
        raise Unseen(f"ClassicLoadBalancer.attributes {DESYNC}", UNKNOWN_VALUE)


CONTROLS = (
    uses_acm_certificate,
    listens_encrypted,
    drains_connections,
    uses_strong_policy,
    balances_across_zones,
    spans_zones,
    mitigates_desync,
)
