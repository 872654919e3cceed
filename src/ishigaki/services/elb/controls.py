"""ELB: what is required of application, network and gateway load balancers."""

from __future__ import annotations

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, chosen, every
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.elb.classic.resources import ClassicAttributes, ClassicLoadBalancer
from ishigaki.services.elb.resources import Action, Attribute, Listener, LoadBalancer, TargetGroup, Zone
from ishigaki.services.zones import Zones

LOGGING = "access_logs.s3.enabled"
DROPPING = "routing.http.drop_invalid_header_fields.enabled"
PROTECTION = "deletion_protection.enabled"
DESYNC = "routing.http.desync_mitigation_mode"
RECOMMENDED = frozenset(
    f"ELBSecurityPolicy-TLS13-{name}"
    for name in (
        "1-3-2021-06",
        "1-3-FIPS-2023-04",
        "1-3-PQ-2025-09",
        "1-3-FIPS-PQ-2025-09",
        "1-2-Res-2021-06",
        "1-2-Res-FIPS-2023-04",
        "1-2-Res-PQ-2025-09",
        "1-2-Res-FIPS-PQ-2025-09",
    )
)


def set_to(key: str, value: str, *, type: str = "application") -> LoadBalancer:
    """An example that has an attribute."""
    other = Attribute(key="idle_timeout.timeout_seconds", value="60")
    return LoadBalancer(type=type, attributes=(other, Attribute(key=key, value=value)))


ARN = "arn:aws:elasticloadbalancing:ap-northeast-1:111122223333"
APPLICATION = LoadBalancer(
    id=f"{ARN}:loadbalancer/app/web/1", type="application", web_acl=None, classic_web_acl=None
)
REDIRECT = Action(type="redirect", redirect_protocol="HTTPS")
FORWARD = Action(type="forward", redirect_protocol=None)
REDIRECTING = Listener(
    id=f"{ARN}:listener/app/web/1/80",
    load_balancer_arn=APPLICATION.id,
    port=80,
    protocol="HTTP",
    default_actions=(REDIRECT,),
)
FORWARDING = replace(REDIRECTING, default_actions=(FORWARD,))
ENCRYPTED = replace(
    REDIRECTING,
    id=f"{ARN}:listener/app/web/1/443",
    port=443,
    protocol="HTTPS",
    ssl_policy="ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    default_actions=(FORWARD,),
)


@control(
    "ELB.1",
    where=lambda balancer: balancer.type == "application",
    examples=[
        passes(APPLICATION, REDIRECTING, ENCRYPTED),
        passes(APPLICATION, ENCRYPTED),
        passes(APPLICATION),
        passes(
            APPLICATION, REDIRECTING, replace(FORWARDING, load_balancer_arn=f"{ARN}:loadbalancer/app/b/2")
        ),
        fails("not_redirected", APPLICATION, FORWARDING, ENCRYPTED),
        fails("not_redirected", APPLICATION, REDIRECTING, replace(FORWARDING, port=8080)),
        fails(
            "not_redirected",
            APPLICATION,
            replace(REDIRECTING, default_actions=(replace(REDIRECT, redirect_protocol="HTTP"),)),
        ),
        fails(
            "not_redirected",
            APPLICATION,
            replace(REDIRECTING, default_actions=(replace(REDIRECT, redirect_protocol="#{protocol}"),)),
        ),
        fails("not_redirected", APPLICATION, replace(REDIRECTING, default_actions=())),
        ignores(replace(APPLICATION, type="network"), FORWARDING),
        ignores(replace(APPLICATION, type="gateway"), FORWARDING),
    ],
)
def redirects_to_https(balancer: LoadBalancer, listeners: Given[Listener]) -> Faults:
    """The default action of every HTTP listener redirects to HTTPS, on whatever port.

    AWS's own published rule looks at the default actions alone, so further rules of a listener are not asked. A
    load balancer without HTTP listeners passes.
    """
    for listener in chosen(listeners.by("load_balancer_arn")[balancer.id], answers_plainly):
        yield fault("not_redirected", port=listener.port)


def answers_plainly(listener: Listener) -> bool:
    """Whether an HTTP listener does anything but redirect to HTTPS."""
    return listener.protocol == "HTTP" and not (
        listener.default_actions
        and every(
            listener.default_actions,
            lambda action: action.type == "redirect" and action.redirect_protocol == "HTTPS",
        )
    )


@control(
    "ELB.4",
    where=lambda balancer: balancer.type == "application",
    examples=[
        passes(set_to(DROPPING, "true")),
        fails("headers_kept", set_to(DROPPING, "false")),
        ignores(set_to(DROPPING, "false", type="network")),
        ignores(set_to(DROPPING, "false", type="gateway")),
    ],
)
def drops_invalid_headers(balancer: LoadBalancer) -> Faults:
    """An application load balancer drops HTTP header fields that are not valid."""
    if not balancer.switch(DROPPING):
        yield fault("headers_kept")


CLASSIC = ClassicLoadBalancer(attributes=ClassicAttributes(access_log_enabled=True))


@control(
    "ELB.5",
    where=lambda balancer: isinstance(balancer, ClassicLoadBalancer) or balancer.type == "application",
    examples=[
        passes(CLASSIC),
        fails("not_logged", replace(CLASSIC, attributes=ClassicAttributes(access_log_enabled=False))),
        passes(set_to(LOGGING, "true")),
        fails("not_logged", set_to(LOGGING, "false")),
        # The control does not ask for the TLS logs of network load balancers.
        ignores(set_to(LOGGING, "false", type="network")),
        ignores(LoadBalancer(type="gateway", attributes=())),
    ],
)
def logs_access(balancer: ClassicLoadBalancer | LoadBalancer) -> Faults:
    """Access logs of application and classic load balancers are on."""
    if not is_logged(balancer):
        yield fault("not_logged")


def is_logged(balancer: ClassicLoadBalancer | LoadBalancer) -> bool:
    if isinstance(balancer, ClassicLoadBalancer):
        return balancer.attributes.access_log_enabled
    return balancer.switch(LOGGING)


@control(
    "ELB.6",
    examples=[
        passes(set_to(PROTECTION, "true")),
        fails("not_protected", set_to(PROTECTION, "false")),
        fails("not_protected", set_to(PROTECTION, "false", type="network")),
        fails("not_protected", set_to(PROTECTION, "false", type="gateway")),
    ],
)
def is_protected_from_deletion(balancer: LoadBalancer) -> Faults:
    """Deletion protection is on, whatever the load balancer's type."""
    if not balancer.switch(PROTECTION):
        yield fault("not_protected")


@control(
    "ELB.12",
    where=lambda balancer: balancer.type == "application",
    examples=[
        passes(set_to(DESYNC, "defensive")),
        passes(set_to(DESYNC, "strictest")),
        fails("only_monitors", set_to(DESYNC, "monitor")),
        cannot_tell(set_to(DESYNC, "mode_of_the_future")),
        ignores(set_to(DESYNC, "monitor", type="network")),
    ],
)
def mitigates_desync(balancer: LoadBalancer) -> Faults:
    """The desync mitigation mode of an application load balancer is defensive or strictest."""
    mode = balancer.attribute(DESYNC)
    if mode == "monitor":
        yield fault("only_monitors")
    elif mode not in ("defensive", "strictest"):
        raise Unseen(f"LoadBalancer.attributes {DESYNC}", UNKNOWN_VALUE)


A, C = Zone(zone_name="ap-northeast-1a"), Zone(zone_name="ap-northeast-1c")
TWO_ZONES = LoadBalancer(availability_zones=(A, C))


@control(
    "ELB.13",
    examples=[
        passes(TWO_ZONES),
        fails("few_zones", TWO_ZONES, asked=Zones(min_availability_zones=3)),
        fails("few_zones", replace(TWO_ZONES, availability_zones=(A,))),
        fails("few_zones", replace(TWO_ZONES, availability_zones=(A, A))),
    ],
)
def spans_zones(balancer: LoadBalancer, asked: Zones) -> Faults:
    """The load balancer is in at least two Availability Zones, or as many as the account asks for."""
    zones = len({each.zone_name for each in balancer.availability_zones})
    if zones < asked.min_availability_zones:
        yield fault("few_zones", zones=zones, least=asked.min_availability_zones)


@control(
    "ELB.16",
    where=lambda balancer: balancer.type == "application",
    examples=[
        passes(replace(APPLICATION, web_acl="arn:aws:wafv2:ap-northeast-1:111122223333:regional/webacl/a/1")),
        passes(replace(APPLICATION, classic_web_acl="12345678-1234-1234-1234-123456789012")),
        fails("no_web_acl", APPLICATION),
        ignores(replace(APPLICATION, type="network")),
        ignores(replace(APPLICATION, type="gateway")),
    ],
)
def has_web_acl(balancer: LoadBalancer) -> Faults:
    """A web ACL of AWS WAF, or of WAF Classic, is associated with the application load balancer.

    Whatever it holds: an empty web ACL counts, too.
    """
    if balancer.web_acl is None and balancer.classic_web_acl is None:
        yield fault("no_web_acl")


@control(
    "ELB.17",
    where=lambda listener: not listener.of_gateway and listener.protocol in ("HTTPS", "TLS"),
    examples=[
        passes(ENCRYPTED),
        passes(replace(ENCRYPTED, protocol="TLS", ssl_policy="ELBSecurityPolicy-TLS13-1-3-2021-06")),
        fails("weak_policy", replace(ENCRYPTED, ssl_policy="ELBSecurityPolicy-2016-08")),
        fails("weak_policy", replace(ENCRYPTED, ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06")),
        fails("weak_policy", replace(ENCRYPTED, protocol="TLS", ssl_policy="ELBSecurityPolicy-2016-08")),
        ignores(REDIRECTING),
        ignores(replace(REDIRECTING, protocol="TCP")),
    ],
)
def uses_recommended_policy(listener: Listener) -> Faults:
    """An HTTPS or TLS listener uses one of the security policies that AWS recommends."""
    if listener.ssl_policy not in RECOMMENDED:
        yield fault("weak_policy", policy=listener.ssl_policy)


@control(
    "ELB.18",
    where=lambda listener: not listener.of_gateway,
    examples=[
        passes(ENCRYPTED),
        passes(replace(ENCRYPTED, protocol="TLS")),
        fails("plain_listener", REDIRECTING),
        fails("plain_listener", replace(REDIRECTING, protocol="TCP")),
        fails("plain_listener", replace(REDIRECTING, protocol="QUIC")),
        ignores(
            Listener(load_balancer_arn=f"{ARN}:loadbalancer/gwy/inspection/1", port=6081, protocol="GENEVE")
        ),
    ],
)
def listens_encrypted(listener: Listener) -> Faults:
    """A listener of an application load balancer is HTTPS, one of a network load balancer is TLS.

    A listener that only redirects to HTTPS fails, too: AWS asks for its protocol alone.
    """
    if listener.protocol not in ("HTTPS", "TLS"):
        yield fault("plain_listener", protocol=listener.protocol, port=listener.port)


TARGETS = TargetGroup(target_type="instance", protocol="HTTPS", health_check_protocol="HTTPS")


@control(
    "ELB.21",
    where=lambda group: group.target_type != "lambda",
    examples=[
        passes(TARGETS),
        passes(replace(TARGETS, target_type="alb", protocol="TCP")),
        fails("plain_health_check", replace(TARGETS, health_check_protocol="HTTP")),
        fails("plain_health_check", replace(TARGETS, protocol="TLS", health_check_protocol="TCP")),
        ignores(replace(TARGETS, target_type="lambda", health_check_protocol="HTTP")),
    ],
)
def checks_health_encrypted(group: TargetGroup) -> Faults:
    """The health checks of a target group are made over HTTPS. Groups with a Lambda function are not judged."""
    if group.health_check_protocol != "HTTPS":
        yield fault("plain_health_check", protocol=group.health_check_protocol)


@control(
    "ELB.22",
    where=lambda group: group.target_type not in ("lambda", "alb") and group.protocol != "GENEVE",
    examples=[
        passes(TARGETS),
        passes(replace(TARGETS, protocol="TLS")),
        passes(replace(TARGETS, protocol="QUIC")),
        fails("plain_targets", replace(TARGETS, protocol="HTTP")),
        fails("plain_targets", replace(TARGETS, target_type="ip", protocol="TCP_QUIC")),
        ignores(replace(TARGETS, target_type="lambda", protocol="HTTP")),
        ignores(replace(TARGETS, target_type="alb", protocol="TCP")),
        ignores(replace(TARGETS, protocol="GENEVE")),
    ],
)
def sends_encrypted(group: TargetGroup) -> Faults:
    """The load balancer speaks HTTPS, TLS or QUIC with the targets; those that cannot be encrypted (Lambda
    functions, application load balancers, GENEVE) are not judged."""
    if group.protocol not in ("HTTPS", "TLS", "QUIC"):
        yield fault("plain_targets", protocol=group.protocol)


CONTROLS = (
    redirects_to_https,
    drops_invalid_headers,
    logs_access,
    is_protected_from_deletion,
    mitigates_desync,
    spans_zones,
    has_web_acl,
    uses_recommended_policy,
    listens_encrypted,
    checks_health_encrypted,
    sends_encrypted,
)
