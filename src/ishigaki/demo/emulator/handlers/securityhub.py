"""Security Hub: standards and the finding aggregator. What AWS's own checks would find is not imitated."""

from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

FSBP = "standards/aws-foundational-security-best-practices/v/1.0.0"
CIS_1_2 = "ruleset/cis-aws-foundations-benchmark/v/1.2.0"
STANDARDS: Mapping[str, tuple[str, bool]] = {  # path -> name, on by default
    FSBP: ("AWS Foundational Security Best Practices v1.0.0", True),
    CIS_1_2: ("CIS AWS Foundations Benchmark v1.2.0", True),
    "standards/cis-aws-foundations-benchmark/v/1.4.0": ("CIS AWS Foundations Benchmark v1.4.0", False),
    "standards/cis-aws-foundations-benchmark/v/3.0.0": ("CIS AWS Foundations Benchmark v3.0.0", False),
    "standards/cis-aws-foundations-benchmark/v/5.0.0": ("CIS AWS Foundations Benchmark v5.0.0", False),
    "standards/nist-800-53/v/5.0.0": ("NIST Special Publication 800-53 Revision 5", False),
    "standards/pci-dss/v/3.2.1": ("PCI DSS v3.2.1", False),
    "standards/pci-dss/v/4.0.1": ("PCI DSS v4.0.1", False),
}
LINKING: Mapping[str, bool] = {  # linking mode -> whether it goes with a list of Regions
    "ALL_REGIONS": False,
    "ALL_REGIONS_EXCEPT_SPECIFIED": True,
    "SPECIFIED_REGIONS": True,
    "NO_REGIONS": False,
}
NOT_SUBSCRIBED = "Account {} is not subscribed to AWS Security Hub"
NEEDS_NO_HUB = frozenset(
    {
        "EnableSecurityHub",
        "EnableOrganizationAdminAccount",
        "DisableOrganizationAdminAccount",
        "ListOrganizationAdminAccounts",
    }
)


def answering_account(context: Context) -> str:
    """The account itself; all but a few operations are refused while Security Hub is off."""
    if context.operation not in NEEDS_NO_HUB and not context.backend().enabled:
        raise Refused("InvalidAccessException", NOT_SUBSCRIBED.format(context.account), status=401)
    return context.account


def _arn(context: Context, path: str) -> str:
    """A standard's ARN; the oldest is the partition's, the others are the Region's."""
    return (
        f"arn:aws:securityhub:::{path}"
        if path == CIS_1_2
        else f"arn:aws:securityhub:{context.region}::{path}"
    )


def _on(context: Context) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = context.settings.setdefault("standards", {})
    return found


def _subscribe(context: Context, path: str, inputs: Mapping[str, str]) -> dict[str, Any]:
    subscription = context.arn("subscription/" + path.partition("/")[2])
    _on(context)[subscription] = {
        "StandardsSubscriptionArn": subscription,
        "StandardsArn": _arn(context, path),
        "StandardsInput": dict(inputs),
        "StandardsStatus": "READY",
    }
    return _on(context)[subscription]


def enable(context: Context, params: Params) -> Answer:
    """EnableSecurityHub: with the default standards unless they are not wanted."""
    answer = context.moto()
    if params.get("EnableDefaultStandards", True) is not False:
        for path, (_, by_default) in STANDARDS.items():
            if by_default:
                _subscribe(context, path, {})
    return answer


def disable(context: Context, _: Params) -> Answer:
    """DisableSecurityHub: the standards go with it, and in the home Region the aggregator."""
    answer = context.moto()
    context.settings.clear()
    if _aggregator(context).get("FindingAggregationRegion") == context.region:
        context.partition_settings.clear()
    return answer


def describe_standards(context: Context, _: Params) -> Answer:
    """DescribeStandards."""
    return {
        "Standards": [
            {"StandardsArn": _arn(context, path), "Name": name, "Description": name, "EnabledByDefault": on}
            for path, (name, on) in STANDARDS.items()
        ]
    }


def enabled_standards(context: Context, params: Params) -> Answer:
    """GetEnabledStandards, all or those named."""
    named = params.get("StandardsSubscriptionArns")
    on = _on(context)
    return {"StandardsSubscriptions": [on[arn] for arn in on if not named or arn in named]}


def batch_enable(context: Context, params: Params) -> Answer:
    """BatchEnableStandards: ready at once."""
    paths = {_arn(context, path): path for path in STANDARDS}
    requests = params["StandardsSubscriptionRequests"]
    for request in requests:
        if request["StandardsArn"] not in paths:
            raise Refused("InvalidInputException", f"There is no standard {request['StandardsArn']}.")
    return {
        "StandardsSubscriptions": [
            _subscribe(context, paths[request["StandardsArn"]], request.get("StandardsInput") or {})
            for request in requests
        ]
    }


def batch_disable(context: Context, params: Params) -> Answer:
    """BatchDisableStandards."""
    gone = [_on(context).pop(arn, None) for arn in params["StandardsSubscriptionArns"]]
    return {"StandardsSubscriptions": [{**one, "StandardsStatus": "DELETING"} for one in gone if one]}


def _aggregator(context: Context) -> dict[str, Any]:
    """The account's one finding aggregator, which every Region shows; empty where there is none."""
    found: dict[str, Any] = context.partition_settings.get("aggregator", {})
    return found


def create_aggregator(context: Context, params: Params) -> Answer:
    """CreateFindingAggregator: this Region becomes the home Region; an account has one aggregator."""
    if _aggregator(context):
        raise Refused("LimitExceededException", "The account has a finding aggregator already.")
    mode, named = params["RegionLinkingMode"], params.get("Regions")
    if mode not in LINKING or LINKING[mode] != bool(named):
        raise Refused("InvalidInputException", f"{mode} with Regions {named} links nothing.")
    context.partition_settings["aggregator"] = {
        "FindingAggregatorArn": context.arn(f"finding-aggregator/{mock_random.uuid4()}"),
        "FindingAggregationRegion": context.region,
        "RegionLinkingMode": mode,
        **({"Regions": list(named)} if named else {}),
    }
    return _aggregator(context)


def get_aggregator(context: Context, params: Params) -> Answer:
    """GetFindingAggregator."""
    found = _aggregator(context)
    if params["FindingAggregatorArn"] != found.get("FindingAggregatorArn"):
        raise Refused("ResourceNotFoundException", "There is no such finding aggregator.")
    return found


def list_aggregators(context: Context, _: Params) -> Answer:
    """ListFindingAggregators, the same from every Region."""
    found = _aggregator(context)
    rows = [{"FindingAggregatorArn": found["FindingAggregatorArn"]}] if found else []
    return {"FindingAggregators": rows}


HANDLERS: Mapping[str, Handler] = {
    "BatchDisableStandards": batch_disable,
    "BatchEnableStandards": batch_enable,
    "CreateFindingAggregator": create_aggregator,
    "DescribeStandards": describe_standards,
    "DisableSecurityHub": disable,
    "EnableSecurityHub": enable,
    "GetEnabledStandards": enabled_standards,
    "GetFindingAggregator": get_aggregator,
    "ListFindingAggregators": list_aggregators,
}
