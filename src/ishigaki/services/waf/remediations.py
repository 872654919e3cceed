"""WAF: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.answer import GLOBAL
from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Ref, alters, change, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.waf.controls import MEASURED, UNMEASURED
from ishigaki.services.waf.resources import CloudFrontRuleGroup, GroupRule, RuleGroup

# What UpdateRuleGroup takes, and clears where it is left out.
SETTINGS = ("Description", "Rules", "VisibilityConfig", "CustomResponseBodies", "MonetizationConfig")
BYTES = "SearchString"  # what a byte match looks for: bytes, which no plan file holds as they are

SOME_ID = "a1b2c3d4-5678-90ab-cdef-111122223333"
GROUP = RuleGroup(
    id=f"arn:aws:wafv2:ap-northeast-1:111122223333:regional/rulegroup/example/{SOME_ID}",
    name="example",
    definition=UNMEASURED,
    lock=SOME_ID,
)
FRONT = CloudFrontRuleGroup(
    id=f"arn:aws:wafv2:us-east-1:111122223333:global/rulegroup/example/{SOME_ID}",
    name="example",
    region=GLOBAL,
    definition=UNMEASURED,
    lock=SOME_ID,
)
MATCHING = replace(
    UNMEASURED, rules=(GroupRule(name="path", statement={"ByteMatchStatement": {BYTES: "/admin"}}),)
)


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(GROUP),
        mends(FRONT),
        leaves(replace(GROUP, definition=MATCHING), skip="rules_hold_bytes"),
        leaves(replace(GROUP, definition=MEASURED)),
    ],
)
def measure_rule_group(group: RuleGroup | CloudFrontRuleGroup) -> Changes:
    """Switches on a rule group's metrics. UpdateRuleGroup is given all of the group, and only the state of it that
    was looked at."""
    if group.definition.visibility_config.cloud_watch_metrics_enabled:
        return
    before = said(group, "definition")
    if holds(before.get("Rules", ()), BYTES):
        yield skip("rules_hold_bytes", group=group.name)
        return
    visibility = {**before["VisibilityConfig"], "CloudWatchMetricsEnabled": True}
    after = {**before, "VisibilityConfig": visibility}
    back = _update(group, before, lock=Ref("measure", "NextLockToken"))
    yield change(
        alters(group, definition=after),
        steps=[step("measure", _update(group, after, lock=group.lock), undo=back)],
    )


def holds(value: Any, name: str) -> bool:
    """Whether a member of that name is anywhere inside."""
    if isinstance(value, Mapping):
        return name in value or any(holds(each, name) for each in value.values())
    return isinstance(value, (list, tuple)) and any(holds(each, name) for each in value)


def _update(
    group: RuleGroup | CloudFrontRuleGroup, definition: Mapping[str, Any], *, lock: str | Ref
) -> Call:
    settings = {name: definition[name] for name in SETTINGS if definition.get(name)}
    return call(
        "wafv2",
        "UpdateRuleGroup",
        Name=group.name,
        Scope="REGIONAL" if isinstance(group, RuleGroup) else "CLOUDFRONT",
        Id=group.id.rpartition("/")[2],
        LockToken=lock,
        **settings,
    )


REMEDIATIONS = {"WAF.12": measure_rule_group}
