"""Network Firewall: what is collected."""

from __future__ import annotations

from collections.abc import Mapping

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER

FIREWALLS = call("network-firewall", "ListFirewalls", MaxResults=100)


class Protections(Value):
    """What a firewall is protected from."""

    delete_protection: bool
    subnet_change_protection: bool


@resource(
    "AWS::NetworkFirewall::Firewall",
    listed_by=FIREWALLS,
    at="Firewalls",
    id="{FirewallArn}",
    name="{FirewallName}",
    owner="{FirewallArn!account}",
)
class Firewall(Resource):
    """A firewall."""

    protections: Protections = facet(
        call("network-firewall", "DescribeFirewall", FirewallArn="{FirewallArn}"), at="Firewall"
    )


class LogDestination(Value):
    """Where logs of one type go: the name of a bucket, log group or delivery stream."""

    log_type: str
    log_destination: Mapping[str, str]


@resource(
    "AWS::NetworkFirewall::LoggingConfiguration",
    listed_by=FIREWALLS,
    at="Firewalls",
    id="{FirewallArn}",
    name="{FirewallName}",
    owner="{FirewallArn!account}",
)
class LoggingConfiguration(Resource):
    """What a firewall logs: AWS knows it by the firewall, also where nothing is logged."""

    destinations: tuple[LogDestination, ...] = facet(
        call("network-firewall", "DescribeLoggingConfiguration", FirewallArn="{FirewallArn}"),
        at="LoggingConfiguration.LogDestinationConfigs",
        absent={NOT_IN_ANSWER: ()},
        why="a firewall without logging has no logging configuration",
    )


class Group(Value):
    """A reference to a rule group."""

    resource_arn: str


class Policy(Value):
    """A firewall policy as it is described."""

    stateless_groups: tuple[Group, ...] = member(
        at="StatelessRuleGroupReferences",
        absent=(),
        why="references to the stateless rule groups that are used in the policy: optional",
    )
    stateful_groups: tuple[Group, ...] = member(
        at="StatefulRuleGroupReferences",
        absent=(),
        why="references to the stateful rule groups that are used in the policy: optional",
    )
    default_actions: tuple[str, ...] = member(at="StatelessDefaultActions")
    fragment_actions: tuple[str, ...] = member(at="StatelessFragmentDefaultActions")


class Beside(Value):
    """What is set together with a policy."""

    description: str | None = member(absent=None, why="a description of the firewall policy: optional")


POLICY = call("network-firewall", "DescribeFirewallPolicy", FirewallPolicyArn="{Arn}")


@resource(
    "AWS::NetworkFirewall::FirewallPolicy",
    listed_by=call("network-firewall", "ListFirewallPolicies", MaxResults=100),
    at="FirewallPolicies",
    id="{Arn}",
    name="{Name}",
    owner="{Arn!account}",
)
class FirewallPolicy(Resource):
    """A firewall policy."""

    policy: Policy = facet(POLICY, at="FirewallPolicy")
    beside: Beside = facet(POLICY, at="FirewallPolicyResponse")
    update_token: str = facet(POLICY, at="UpdateToken")


@resource(
    "AWS::NetworkFirewall::RuleGroup",
    listed_by=call("network-firewall", "ListRuleGroups", Scope="ACCOUNT", MaxResults=100),
    at="RuleGroups",
    id="{Arn}",
    name="{Name}",
    owner="{Arn!account}",
)
class RuleGroup(Resource):
    """A rule group of the account; groups that AWS or a seller manages are not listed."""


class StatelessRule(Value):
    priority: int


@resource(
    "AWS::NetworkFirewall::RuleGroup",
    listed_by=call("network-firewall", "ListRuleGroups", Scope="ACCOUNT", Type="STATELESS", MaxResults=100),
    at="RuleGroups",
    id="{Arn}",
    name="{Name}",
    owner="{Arn!account}",
)
class StatelessRuleGroup(Resource):
    """A stateless rule group of the account."""

    rules: tuple[StatelessRule, ...] = facet(
        call("network-firewall", "DescribeRuleGroup", RuleGroupArn="{Arn}"),
        at="RuleGroup.RulesSource.StatelessRulesAndCustomActions.StatelessRules",
    )
