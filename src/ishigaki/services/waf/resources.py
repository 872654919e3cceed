"""WAF: what is collected, of WAF Classic (global and regional) and of WAF (version 2)."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::WAF::Rule",
    listed_by=call("waf", "ListRules", Limit=100),
    at="Rules",
    id="arn:{partition}:waf::{account}:rule/{RuleId}",
    name="{Name}",
    scope="global",
)
class GlobalRule(Resource):
    """A rule of WAF Classic, for CloudFront."""


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


@resource(
    "AWS::WAFRegional::Rule",
    listed_by=call("waf-regional", "ListRules", Limit=100),
    at="Rules",
    id="arn:{partition}:waf-regional:{region}:{account}:rule/{RuleId}",
    name="{Name}",
)
class RegionalRule(Resource):
    """A rule of WAF Classic in a Region."""


@resource(
    "AWS::WAFRegional::RuleGroup",
    listed_by=call("waf-regional", "ListRuleGroups", Limit=100),
    at="RuleGroups",
    id="arn:{partition}:waf-regional:{region}:{account}:rulegroup/{RuleGroupId}",
    name="{Name}",
)
class RegionalRuleGroup(Resource):
    """A rule group of WAF Classic in a Region."""


@resource(
    "AWS::WAFRegional::WebACL",
    listed_by=call("waf-regional", "ListWebACLs", Limit=100),
    at="WebACLs",
    id="arn:{partition}:waf-regional:{region}:{account}:webacl/{WebACLId}",
    name="{Name}",
)
class RegionalWebACL(Resource):
    """A web ACL of WAF Classic in a Region."""


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
