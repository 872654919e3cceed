"""Network Firewall: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource

FIREWALLS = call("network-firewall", "ListFirewalls", MaxResults=100)


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
