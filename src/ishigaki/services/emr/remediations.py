"""EMR: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, step
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.emr.resources import BlockPublicAccess, EmrSettings, PortRange

RULES, RANGES = "BlockPublicSecurityGroupRules", "PermittedPublicSecurityGroupRuleRanges"


def _permitting(*ports: int, on: bool = True) -> EmrSettings:
    ranges = tuple(PortRange(min_range=port, max_range=port) for port in ports)
    block = BlockPublicAccess(
        block_public_security_group_rules=on, permitted_public_security_group_rule_ranges=ranges
    )
    return EmrSettings(block_public_access=block)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(_permitting(22, on=False)),
        mends(_permitting(on=False)),
        mends(_permitting(22, 443)),
        leaves(_permitting(22)),
        leaves(_permitting()),
    ],
)
def block_public_clusters(emr: EmrSettings) -> Changes:
    """Switches on EMR's block public access and ends its exceptions for ports other than 22.

    An exception for port 22 that is there stays; none is added.
    """
    before = said(emr, "block_public_access")
    ranges = before.get(RANGES) or []
    kept = [each for each in ranges if each.get("MinRange") == each.get("MaxRange") == 22]
    if emr.block_public_access.block_public_security_group_rules and kept == ranges:
        return
    after = {**before, RULES: True, RANGES: kept}
    ended = [_ports(each) for each in ranges if each not in kept]
    yield change(
        alters(emr, block_public_access=after),
        steps=[step("block", _put(after), undo=_put(before))],
        disruption=Disruption.HIGH if ended else None,
        notes=(note("emr_ports_closed", ports=", ".join(ended)),) if ended else (),
    )


def _ports(permitted: Mapping[str, Any]) -> str:
    first, last = permitted.get("MinRange"), permitted.get("MaxRange")
    return f"{first}" if last in (None, first) else f"{first}-{last}"


def _put(block: Mapping[str, Any]) -> Call:
    return call("emr", "PutBlockPublicAccessConfiguration", BlockPublicAccessConfiguration=block)


REMEDIATIONS = {"EMR.2": block_public_clusters}
