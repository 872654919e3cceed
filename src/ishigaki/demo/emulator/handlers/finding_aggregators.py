"""Security Hub: the account's one finding aggregator, which every Region shows."""

from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

LINKING: Mapping[str, bool] = {  # linking mode -> whether it goes with a list of Regions
    "ALL_REGIONS": False,
    "ALL_REGIONS_EXCEPT_SPECIFIED": True,
    "SPECIFIED_REGIONS": True,
    "NO_REGIONS": False,
}


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


def gone_with_hub(context: Context) -> None:
    """In the home Region the aggregator goes with the hub."""
    if _aggregator(context).get("FindingAggregationRegion") == context.region:
        context.partition_settings.clear()


HANDLERS: Mapping[str, Handler] = {
    "CreateFindingAggregator": create_aggregator,
    "GetFindingAggregator": get_aggregator,
    "ListFindingAggregators": list_aggregators,
}
