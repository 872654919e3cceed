"""WAF: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, none
from ishigaki.core.record import replace
from ishigaki.services.waf.resources import (
    Activated,
    CloudFrontRuleGroup,
    CloudFrontWebACL,
    Condition,
    Content,
    Definition,
    GlobalLog,
    GlobalRule,
    GlobalRuleGroup,
    GlobalWebACL,
    Named,
    RegionalRule,
    RegionalRuleGroup,
    RegionalWebACL,
    RuleGroup,
    Visibility,
    WebACL,
)

CONDITION = Condition(type="IPMatch")
ACTIVATED = Activated(rule_id="a1b2c3d4-5678-90ab-cdef-111122223333")
FIREHOSE = "arn:aws:firehose:us-east-1:111122223333:deliverystream/aws-waf-logs-example"

CLASSIC = GlobalWebACL(id="arn:aws:waf::111122223333:webacl/a1b2c3d4", rules=(ACTIVATED,))
LOG = GlobalLog(id=CLASSIC.id, log_destination_configs=(FIREHOSE,))


@control(
    "WAF.1",
    examples=[
        passes(CLASSIC, LOG),
        fails("not_logged", CLASSIC),
        fails("not_logged", CLASSIC, replace(LOG, id=f"{CLASSIC.id}-2")),
    ],
)
def logs_requests(acl: GlobalWebACL, logs: Given[GlobalLog]) -> Faults:
    """A web ACL of WAF Classic for CloudFront has a logging configuration."""
    if none(logs.by("id")[acl.id], lambda log: bool(log.log_destination_configs)):
        yield fault("not_logged")


@control(
    "WAF.2",
    examples=[
        passes(RegionalRule(conditions=(CONDITION,))),
        fails("no_condition", RegionalRule(conditions=())),
    ],
)
def regional_rule_has_condition(rule: RegionalRule) -> Faults:
    """A rule of WAF Classic in a Region has a condition: without one it applies to nothing."""
    if not rule.conditions:
        yield fault("no_condition")


@control(
    "WAF.3",
    examples=[
        passes(RegionalRuleGroup(rules=(ACTIVATED,))),
        fails("empty", RegionalRuleGroup(rules=())),
    ],
)
def regional_group_has_rule(group: RegionalRuleGroup) -> Faults:
    """A rule group of WAF Classic in a Region has a rule."""
    if not group.rules:
        yield fault("empty")


@control(
    "WAF.4",
    examples=[
        passes(RegionalWebACL(rules=(ACTIVATED,))),
        fails("empty", RegionalWebACL(rules=())),
    ],
)
def regional_acl_has_rule(acl: RegionalWebACL) -> Faults:
    """A web ACL of WAF Classic in a Region has a rule or rule group."""
    if not acl.rules:
        yield fault("empty")


@control(
    "WAF.6",
    examples=[
        passes(GlobalRule(conditions=(CONDITION,))),
        fails("no_condition", GlobalRule(conditions=())),
    ],
)
def global_rule_has_condition(rule: GlobalRule) -> Faults:
    """A rule of WAF Classic for CloudFront has a condition: without one it applies to nothing."""
    if not rule.conditions:
        yield fault("no_condition")


@control(
    "WAF.7",
    examples=[
        passes(GlobalRuleGroup(rules=(ACTIVATED,))),
        fails("empty", GlobalRuleGroup(rules=())),
    ],
)
def global_group_has_rule(group: GlobalRuleGroup) -> Faults:
    """A rule group of WAF Classic for CloudFront has a rule."""
    if not group.rules:
        yield fault("empty")


@control(
    "WAF.8",
    examples=[
        passes(GlobalWebACL(rules=(ACTIVATED,))),
        fails("empty", GlobalWebACL(rules=())),
    ],
)
def global_acl_has_rule(acl: GlobalWebACL) -> Faults:
    """A web ACL of WAF Classic for CloudFront has a rule or rule group."""
    if not acl.rules:
        yield fault("empty")


RULE = Named(name="rate-limit")
CONTENT = Content(
    rules=(RULE,),
    pre_process_firewall_manager_rule_groups=(),
    post_process_firewall_manager_rule_groups=(),
)
EMPTY = replace(CONTENT, rules=())


@control(
    "WAF.10",
    examples=[
        passes(WebACL(content=CONTENT)),
        passes(WebACL(content=replace(EMPTY, pre_process_firewall_manager_rule_groups=(RULE,)))),
        passes(WebACL(content=replace(EMPTY, post_process_firewall_manager_rule_groups=(RULE,)))),
        fails("empty", WebACL(content=EMPTY)),
        passes(CloudFrontWebACL(content=CONTENT)),
        fails("empty", CloudFrontWebACL(content=EMPTY)),
    ],
)
def acl_has_rule(acl: WebACL | CloudFrontWebACL) -> Faults:
    """A web ACL has a rule or rule group, of its own or of Firewall Manager's."""
    if acl.content.is_empty:
        yield fault("empty")


MEASURED = Definition(
    rules=(),
    visibility_config=Visibility(
        sampled_requests_enabled=False, cloud_watch_metrics_enabled=True, metric_name="example"
    ),
)
UNMEASURED = Definition(
    rules=(), visibility_config=replace(MEASURED.visibility_config, cloud_watch_metrics_enabled=False)
)


@control(
    "WAF.12",
    examples=[
        passes(RuleGroup(definition=MEASURED)),
        fails("no_metrics", RuleGroup(definition=UNMEASURED)),
        passes(CloudFrontRuleGroup(definition=MEASURED)),
        fails("no_metrics", CloudFrontRuleGroup(definition=UNMEASURED)),
    ],
)
def group_has_metrics(group: RuleGroup | CloudFrontRuleGroup) -> Faults:
    """A rule group sends metrics to CloudWatch. The Config rule looks at the group's own setting, not its rules'."""
    if not group.definition.visibility_config.cloud_watch_metrics_enabled:
        yield fault("no_metrics")


CONTROLS = (
    logs_requests,
    regional_rule_has_condition,
    regional_group_has_rule,
    regional_acl_has_rule,
    global_rule_has_condition,
    global_group_has_rule,
    global_acl_has_rule,
    acl_has_rule,
    group_has_metrics,
)
