"""Network Firewall: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, Ref, alters, change, note, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.network_firewall.controls import (
    DROP,
    FORWARD,
    PASS,
    PROTECTED,
    described,
    lets_nothing_pass,
)
from ishigaki.services.network_firewall.resources import Beside, Firewall, FirewallPolicy

UNPROTECTED = replace(PROTECTED, delete_protection=False)
LAST_UPDATE = "12345678-1234-1234-1234-123456789012"
CHANGEABLE = replace(PROTECTED, subnet_change_protection=False)


@remediation(
    disruption=Disruption.NONE,
    examples=[mends(Firewall(protections=UNPROTECTED)), leaves(Firewall(protections=PROTECTED))],
)
def protect_firewall(firewall: Firewall) -> Changes:
    """Keeps a firewall from being deleted before somebody switches its protection off."""
    if not firewall.protections.delete_protection:
        yield _switched_on(firewall, "UpdateFirewallDeleteProtection", "DeleteProtection")


@remediation(
    disruption=Disruption.NONE,
    examples=[mends(Firewall(protections=CHANGEABLE)), leaves(Firewall(protections=PROTECTED))],
)
def keep_firewall_subnets(firewall: Firewall) -> Changes:
    """Keeps a firewall in its subnets until somebody switches the protection off."""
    if not firewall.protections.subnet_change_protection:
        yield _switched_on(firewall, "UpdateSubnetChangeProtection", "SubnetChangeProtection")


def _switched_on(firewall: Firewall, operation: str, name: str) -> Change:
    def switch(*, on: bool) -> Call:
        protection: dict[str, Any] = {name: on}
        return call("network-firewall", operation, FirewallArn=firewall.id, **protection)

    before = said(firewall, "protections")
    return change(
        alters(firewall, protections={**before, name: True}),
        steps=[step("protect", switch(on=True), undo=switch(on=False))],
    )


def _known(**changes: object) -> FirewallPolicy:
    return replace(described(**changes), beside=Beside(description="edge"), update_token=LAST_UPDATE)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_known(default_actions=(PASS,))),
        mends(_known(default_actions=(PASS, "count"))),
        leaves(_known()),
        leaves(_known(default_actions=(DROP,))),
    ],
)
def inspect_packets(policy: FirewallPolicy) -> Changes:
    """Hands full packets that no stateless rule takes to the stateful rules, in the place of letting them pass."""
    if not lets_nothing_pass(policy.policy.default_actions):
        yield _forwarded(policy, "StatelessDefaultActions")


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_known(fragment_actions=(PASS,))),
        mends(_known(fragment_actions=("count",))),
        leaves(_known()),
        leaves(_known(fragment_actions=(FORWARD,))),
    ],
)
def inspect_fragments(policy: FirewallPolicy) -> Changes:
    """Hands fragments that no stateless rule takes to the stateful rules, in the place of letting them pass."""
    if not lets_nothing_pass(policy.policy.fragment_actions):
        yield _forwarded(policy, "StatelessFragmentDefaultActions")


def _forwarded(policy: FirewallPolicy, name: str) -> Change:
    """The policy with one default action changed; custom actions stay. Each update has to name the one before."""
    before = said(policy, "policy")
    after = {**before, name: [FORWARD, *(each for each in before[name] if each not in (PASS, FORWARD))]}
    return change(
        alters(policy, policy=after),
        steps=[
            step(
                "update",
                _update(policy, after, token=policy.update_token),
                undo=_update(policy, before, token=Ref("update", "UpdateToken")),
            )
        ],
        notes=(note("stateful_rules_decide", policy=policy.name),),
    )


def _update(policy: FirewallPolicy, document: Mapping[str, Any], *, token: str | Ref) -> Call:
    """The whole policy said anew, with what is set together with it: AWS resets what it is not given."""
    beside = said(policy, "beside")
    kept = {name: beside[name] for name in ("Description", "EncryptionConfiguration") if beside.get(name)}
    return call(
        "network-firewall",
        "UpdateFirewallPolicy",
        FirewallPolicyArn=policy.id,
        FirewallPolicy=document,
        UpdateToken=token,
        **kept,
    )


REMEDIATIONS = {
    "NetworkFirewall.4": inspect_packets,
    "NetworkFirewall.5": inspect_fragments,
    "NetworkFirewall.9": protect_firewall,
    "NetworkFirewall.10": keep_firewall_subnets,
}
