"""Network Firewall: what is required."""

from __future__ import annotations

from collections.abc import Callable, Collection

from ishigaki.core.control import Control, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import none
from ishigaki.core.record import replace
from ishigaki.services.network_firewall.resources import (
    Firewall,
    FirewallPolicy,
    Group,
    LogDestination,
    LoggingConfiguration,
    Policy,
    Protections,
    StatelessRule,
    StatelessRuleGroup,
)

DROP, FORWARD, PASS = "aws:drop", "aws:forward_to_sfe", "aws:pass"
TO_LOGS = LogDestination(log_type="ALERT", log_destination={"logGroup": "firewall"})


@control(
    "NetworkFirewall.2",
    examples=[
        passes(LoggingConfiguration(destinations=(TO_LOGS,))),
        passes(LoggingConfiguration(destinations=(replace(TO_LOGS, log_destination={}), TO_LOGS))),
        fails("not_logged", LoggingConfiguration(destinations=())),
        fails("not_logged", LoggingConfiguration(destinations=(replace(TO_LOGS, log_destination={}),))),
    ],
)
def logs_something(logging: LoggingConfiguration) -> Faults:
    """At least one type of the firewall's logs has a destination. Whether that exists is not asked."""
    if none(logging.destinations, lambda each: bool(each.log_destination)):
        yield fault("not_logged")


GROUP = Group(resource_arn="arn:aws:network-firewall:ap-northeast-1:111122223333:stateful-rulegroup/a")
GOOD = Policy(
    stateless_groups=(), stateful_groups=(GROUP,), default_actions=(FORWARD,), fragment_actions=(DROP,)
)


def described(**changes: object) -> FirewallPolicy:
    """An example policy with some members changed."""
    return FirewallPolicy(policy=replace(GOOD, **changes))


@control(
    "NetworkFirewall.3",
    examples=[
        passes(described()),
        passes(described(stateful_groups=(), stateless_groups=(GROUP,))),
        fails("no_rule_group", described(stateful_groups=())),
    ],
)
def has_rule_group(policy: FirewallPolicy) -> Faults:
    """The firewall policy refers to a rule group, stateless or stateful."""
    if not policy.policy.stateless_groups and not policy.policy.stateful_groups:
        yield fault("no_rule_group")


def lets_nothing_pass(actions: Collection[str]) -> bool:
    """Whether packets that no stateless rule takes are dropped or inspected further."""
    return PASS not in actions and (DROP in actions or FORWARD in actions)


def stops_by_default(
    id: str, member: str, *, read: Callable[[Policy], tuple[str, ...]], packets: str
) -> Control:
    """A control that the default action for a kind of packets is to drop or to inspect them."""

    def is_stopped(policy: FirewallPolicy) -> Faults:
        actions = read(policy.policy)
        if not lets_nothing_pass(actions):
            yield fault("passes", actions=", ".join(actions))

    return control(
        id,
        examples=[
            passes(described(**{member: (DROP,)})),
            passes(described(**{member: (FORWARD,)})),
            passes(described(**{member: (FORWARD, "count")})),
            fails("passes", described(**{member: (PASS,)})),
            fails("passes", described(**{member: (PASS, "count")})),
            fails("passes", described(**{member: ("count",)})),
        ],
        doc=f"The default stateless action for {packets} packets is to drop them or to forward them to stateful rules.",
    )(is_stopped)


@control(
    "NetworkFirewall.6",
    examples=[
        passes(StatelessRuleGroup(rules=(StatelessRule(priority=1),))),
        fails("no_rules", StatelessRuleGroup(rules=())),
    ],
)
def has_rules(group: StatelessRuleGroup) -> Faults:
    """A stateless rule group holds at least one rule. Stateful groups are not judged."""
    if not group.rules:
        yield fault("no_rules")


PROTECTED = Protections(delete_protection=True, subnet_change_protection=True)


@control(
    "NetworkFirewall.9",
    examples=[
        passes(Firewall(protections=PROTECTED)),
        fails("not_protected", Firewall(protections=replace(PROTECTED, delete_protection=False))),
    ],
)
def is_protected_from_deletion(firewall: Firewall) -> Faults:
    """Deletion protection of the firewall is on."""
    if not firewall.protections.delete_protection:
        yield fault("not_protected")


@control(
    "NetworkFirewall.10",
    examples=[
        passes(Firewall(protections=PROTECTED)),
        fails("not_protected", Firewall(protections=replace(PROTECTED, subnet_change_protection=False))),
    ],
)
def keeps_its_subnets(firewall: Firewall) -> Faults:
    """Subnet change protection of the firewall is on."""
    if not firewall.protections.subnet_change_protection:
        yield fault("not_protected")


CONTROLS = (
    logs_something,
    has_rule_group,
    stops_by_default(
        "NetworkFirewall.4", "default_actions", read=lambda policy: policy.default_actions, packets="full"
    ),
    stops_by_default(
        "NetworkFirewall.5",
        "fragment_actions",
        read=lambda policy: policy.fragment_actions,
        packets="fragmented",
    ),
    has_rules,
    is_protected_from_deletion,
    keeps_its_subnets,
)
