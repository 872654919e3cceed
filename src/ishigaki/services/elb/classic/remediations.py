"""Classic load balancers: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, Step, alters, change, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.elb.classic.controls import (
    BALANCER,
    DESYNC,
    HTTP,
    HTTPS,
    NEGOTIATION,
    REFERENCE,
    STICKY,
    STRONG,
    TLS,
    follows_weakly,
    refers_to,
)
from ishigaki.services.elb.classic.resources import ClassicAttributes, ClassicLoadBalancer
from ishigaki.services.elb.resources import Attribute


def _with(**attributes: Any) -> ClassicLoadBalancer:
    return ClassicLoadBalancer(attributes=ClassicAttributes(**attributes))


def _in_mode(mode: str) -> ClassicLoadBalancer:
    return _with(additional_attributes=(Attribute(key=DESYNC, value=mode),))


@remediation(
    disruption=Disruption.NONE,
    examples=[mends(_with(draining_enabled=False)), leaves(_with(draining_enabled=True))],
)
def drain_connections(balancer: ClassicLoadBalancer) -> Changes:
    """Lets requests that are under way finish before an instance leaves the load balancer."""
    if not balancer.attributes.draining_enabled:
        yield _switched_on(balancer, "ConnectionDraining")


@remediation(
    disruption=Disruption.NONE,
    examples=[mends(_with(cross_zone_enabled=False)), leaves(_with(cross_zone_enabled=True))],
)
def balance_across_zones(balancer: ClassicLoadBalancer) -> Changes:
    """Spreads requests over the instances of all Availability Zones."""
    if not balancer.attributes.cross_zone_enabled:
        yield _switched_on(balancer, "CrossZoneLoadBalancing")


def _switched_on(balancer: ClassicLoadBalancer, name: str) -> Change:
    was = said(balancer, "attributes")[name]
    return _set(balancer, name, was=was, becomes={**was, "Enabled": True})


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(_in_mode("monitor")),
        leaves(_in_mode("defensive")),
        leaves(_in_mode("strictest")),
    ],
)
def mitigate_classic_desync(balancer: ClassicLoadBalancer) -> Changes:
    """Sets the desync mitigation mode to defensive, AWS's default; the strictest stays."""
    if balancer.attributes.additional(DESYNC) != "monitor":
        return
    was = said(balancer, "attributes")["AdditionalAttributes"]
    mode = {"Key": DESYNC, "Value": "defensive"}
    becomes = [mode if each["Key"] == DESYNC else each for each in was]
    yield _set(balancer, "AdditionalAttributes", was=was, becomes=becomes)


def _set(balancer: ClassicLoadBalancer, name: str, *, was: Any, becomes: Any) -> Change:
    """One of the attributes set, the others as they are: AWS keeps what is not given."""
    before = said(balancer, "attributes")
    return change(
        alters(balancer, attributes={**before, name: becomes}),
        steps=[step("set", _modify(balancer, {name: becomes}), undo=_modify(balancer, {name: was}))],
    )


def _modify(balancer: ClassicLoadBalancer, attributes: dict[str, Any]) -> Call:
    return call(
        "elb",
        "ModifyLoadBalancerAttributes",
        LoadBalancerName=balancer.name,
        LoadBalancerAttributes=attributes,
    )


OURS = "ishigaki-tls-1-2-2017-01"
REFERRING = {"AttributeName": REFERENCE, "AttributeValue": STRONG}
OLD = replace(TLS, policy_attribute_descriptions=())
WEAK = replace(BALANCER, policies=(OLD, STICKY))
READY = replace(TLS, policy_name=OURS)
MADE = {"PolicyName": OURS, "PolicyTypeName": NEGOTIATION, "PolicyAttributeDescriptions": [REFERRING]}


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(WEAK),
        mends(replace(WEAK, policies=(OLD, STICKY, READY))),
        mends(replace(WEAK, listener_descriptions=(HTTPS, replace(HTTPS, port=8443), HTTP))),
        leaves(BALANCER),
        leaves(replace(WEAK, listener_descriptions=(HTTP,))),
        leaves(
            replace(WEAK, policies=(OLD, STICKY, replace(OLD, policy_name=OURS))),
            skip="policy_name_taken",
        ),
    ],
)
def strengthen_classic_listeners(balancer: ClassicLoadBalancer) -> Changes:
    """Lets HTTPS and SSL listeners follow the predefined policy for TLS 1.2; their other policies stay.

    The policy that refers to it is made where the load balancer has none by our name.
    """
    weak = [each for each in balancer.listener_descriptions if follows_weakly(balancer, each)]
    if not weak:
        return
    named = next((each for each in balancer.policies if each.policy_name == OURS), None)
    if named is not None and not refers_to(named, STRONG):
        yield skip("policy_name_taken", policy=OURS)
        return
    policies, made = said(balancer, "policies"), []
    if named is None:
        policies, made = [*policies, MADE], [_make(balancer)]
    ports = {each.port for each in weak}
    tls = {each.policy_name for each in balancer.policies if each.policy_type_name == NEGOTIATION}
    after, follow = [], []
    for listener in said(balancer, "listener_descriptions"):
        port, was = listener["Listener"]["LoadBalancerPort"], listener["PolicyNames"]
        names = [OURS, *(each for each in was if each not in tls)] if port in ports else was
        after.append({**listener, "PolicyNames": names})
        if port in ports:
            undo = _following(balancer, port, was)
            follow.append(step(f"follow {port}", _following(balancer, port, names), undo=undo))
    yield change(
        alters(balancer, listener_descriptions=after, policies=policies),
        steps=[*made, *follow],
        notes=(note("clients_of_old_tls", before=", ".join(sorted(tls))),),
    )


def _make(balancer: ClassicLoadBalancer) -> Step:
    named: dict[str, Any] = {"LoadBalancerName": balancer.name, "PolicyName": OURS}
    made = call(
        "elb",
        "CreateLoadBalancerPolicy",
        **named,
        PolicyTypeName=NEGOTIATION,
        PolicyAttributes=[REFERRING],
    )
    return step("make", made, undo=call("elb", "DeleteLoadBalancerPolicy", **named))


def _following(balancer: ClassicLoadBalancer, port: int, names: list[str]) -> Call:
    return call(
        "elb",
        "SetLoadBalancerPoliciesOfListener",
        LoadBalancerName=balancer.name,
        LoadBalancerPort=port,
        PolicyNames=names,
    )


REMEDIATIONS = {
    "ELB.7": drain_connections,
    "ELB.8": strengthen_classic_listeners,
    "ELB.9": balance_across_zones,
    "ELB.14": mitigate_classic_desync,
}
