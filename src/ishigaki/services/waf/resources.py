"""WAF: what is collected, of WAF Classic (global and regional) and of WAF (version 2)."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource


class Condition(Value):
    """A condition of a rule of WAF Classic."""

    type: str


class Activated(Value):
    """A rule, or a rule group, that a rule group or web ACL of WAF Classic uses."""

    rule_id: str


@resource(
    "AWS::WAF::Rule",
    listed_by=call("waf", "ListRules", Limit=100),
    at="Rules",
    id="arn:{partition}:waf::{account}:rule/{RuleId}",
    name="{Name}",
    scope="global",
)
class GlobalRule(Resource):
    """A rule of WAF Classic, for CloudFront; it applies where all of its conditions do."""

    conditions: tuple[Condition, ...] = facet(call("waf", "GetRule", RuleId="{RuleId}"), at="Rule.Predicates")


@resource(
    "AWS::WAF::RuleGroup",
    listed_by=call("waf", "ListRuleGroups", Limit=100),
    at="RuleGroups",
    id="arn:{partition}:waf::{account}:rulegroup/{RuleGroupId}",
    name="{Name}",
    scope="global",
)
class GlobalRuleGroup(Resource):
    """A rule group of WAF Classic, for CloudFront."""

    rules: tuple[Activated, ...] = facet(
        call("waf", "ListActivatedRulesInRuleGroup", RuleGroupId="{RuleGroupId}"), at="ActivatedRules"
    )


@resource(
    "AWS::WAF::WebACL",
    listed_by=call("waf", "ListWebACLs", Limit=100),
    at="WebACLs",
    id="arn:{partition}:waf::{account}:webacl/{WebACLId}",
    name="{Name}",
    scope="global",
)
class GlobalWebACL(Resource):
    """A web ACL of WAF Classic, for CloudFront."""

    rules: tuple[Activated, ...] = facet(call("waf", "GetWebACL", WebACLId="{WebACLId}"), at="WebACL.Rules")


@resource(
    "AWS::WAF::WebACL",
    listed_by=call("waf", "ListLoggingConfigurations", Limit=100),
    at="LoggingConfigurations",
    id="{ResourceArn}",
    scope="global",
)
class GlobalLog(Resource):
    """A web ACL of WAF Classic, for CloudFront, as one that is logged; it has the web ACL's id."""

    log_destination_configs: tuple[str, ...]


@resource(
    "AWS::WAFRegional::Rule",
    listed_by=call("waf-regional", "ListRules", Limit=100),
    at="Rules",
    id="arn:{partition}:waf-regional:{region}:{account}:rule/{RuleId}",
    name="{Name}",
)
class RegionalRule(Resource):
    """A rule of WAF Classic in a Region; it applies where all of its conditions do."""

    conditions: tuple[Condition, ...] = facet(
        call("waf-regional", "GetRule", RuleId="{RuleId}"), at="Rule.Predicates"
    )


@resource(
    "AWS::WAFRegional::RuleGroup",
    listed_by=call("waf-regional", "ListRuleGroups", Limit=100),
    at="RuleGroups",
    id="arn:{partition}:waf-regional:{region}:{account}:rulegroup/{RuleGroupId}",
    name="{Name}",
)
class RegionalRuleGroup(Resource):
    """A rule group of WAF Classic in a Region."""

    rules: tuple[Activated, ...] = facet(
        call("waf-regional", "ListActivatedRulesInRuleGroup", RuleGroupId="{RuleGroupId}"),
        at="ActivatedRules",
    )


@resource(
    "AWS::WAFRegional::WebACL",
    listed_by=call("waf-regional", "ListWebACLs", Limit=100),
    at="WebACLs",
    id="arn:{partition}:waf-regional:{region}:{account}:webacl/{WebACLId}",
    name="{Name}",
)
class RegionalWebACL(Resource):
    """A web ACL of WAF Classic in a Region."""

    rules: tuple[Activated, ...] = facet(
        call("waf-regional", "GetWebACL", WebACLId="{WebACLId}"), at="WebACL.Rules"
    )


class Named(Value):
    """A rule of WAF (version 2), by its name."""

    name: str


class Content(Value):
    """What a web ACL applies: its own rules and rule groups, and those of Firewall Manager before and after them."""

    rules: tuple[Named, ...]
    pre_process_firewall_manager_rule_groups: tuple[Named, ...] = member(
        absent=(), why="The first set of rules for WAF to process: there is one under Firewall Manager only"
    )
    post_process_firewall_manager_rule_groups: tuple[Named, ...] = member(
        absent=(), why="The last set of rules for WAF to process: there is one under Firewall Manager only"
    )

    @property
    def is_empty(self) -> bool:
        return not (
            self.rules
            or self.pre_process_firewall_manager_rule_groups
            or self.post_process_firewall_manager_rule_groups
        )


class Visibility(Value):
    sampled_requests_enabled: bool
    cloud_watch_metrics_enabled: bool
    metric_name: str


class GroupRule(Value):
    name: str
    statement: Any


class Definition(Value):
    """A rule group, as UpdateRuleGroup wants it back: whole."""

    rules: tuple[GroupRule, ...]
    visibility_config: Visibility


@resource(
    "AWS::WAFv2::WebACL",
    listed_by=call("wafv2", "ListWebACLs", Scope="REGIONAL", Limit=100),
    at="WebACLs",
    id="{ARN}",
    name="{Name}",
    owner="{ARN!account}",
)
class WebACL(Resource):
    """A web ACL for regional resources."""

    content: Content = facet(
        call("wafv2", "GetWebACL", Name="{Name}", Scope="REGIONAL", Id="{Id}"), at="WebACL"
    )


@resource(
    "AWS::WAFv2::WebACL",
    listed_by=call("wafv2", "ListWebACLs", Scope="CLOUDFRONT", Limit=100),
    at="WebACLs",
    id="{ARN}",
    name="{Name}",
    owner="{ARN!account}",
    scope="global",
)
class CloudFrontWebACL(Resource):
    """A web ACL for CloudFront: asked in the home Region only."""

    content: Content = facet(
        call("wafv2", "GetWebACL", Name="{Name}", Scope="CLOUDFRONT", Id="{Id}"), at="WebACL"
    )


@resource(
    "AWS::WAFv2::RuleGroup",
    listed_by=call("wafv2", "ListRuleGroups", Scope="REGIONAL", Limit=100),
    at="RuleGroups",
    id="{ARN}",
    name="{Name}",
    owner="{ARN!account}",
)
class RuleGroup(Resource):
    """A rule group for regional resources."""

    definition: Definition = facet(
        call("wafv2", "GetRuleGroup", Name="{Name}", Scope="REGIONAL", Id="{Id}"), at="RuleGroup"
    )
    lock: str = facet(
        call("wafv2", "GetRuleGroup", Name="{Name}", Scope="REGIONAL", Id="{Id}"), at="LockToken"
    )


@resource(
    "AWS::WAFv2::RuleGroup",
    listed_by=call("wafv2", "ListRuleGroups", Scope="CLOUDFRONT", Limit=100),
    at="RuleGroups",
    id="{ARN}",
    name="{Name}",
    owner="{ARN!account}",
    scope="global",
)
class CloudFrontRuleGroup(Resource):
    """A rule group for CloudFront: asked in the home Region only."""

    definition: Definition = facet(
        call("wafv2", "GetRuleGroup", Name="{Name}", Scope="CLOUDFRONT", Id="{Id}"), at="RuleGroup"
    )
    lock: str = facet(
        call("wafv2", "GetRuleGroup", Name="{Name}", Scope="CLOUDFRONT", Id="{Id}"), at="LockToken"
    )
