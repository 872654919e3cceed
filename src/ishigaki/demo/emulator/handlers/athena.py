"""Athena: the data catalog that every account has; work groups changed member by member."""

from collections.abc import Mapping
from typing import Any

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

AWS_CATALOG = {"CatalogName": "AwsDataCatalog", "Type": "GLUE"}


def list_catalogs(context: Context, _: Params) -> Answer:
    """ListDataCatalogs: AWS's own first."""
    found = context.moto().get("DataCatalogsSummary", [])
    return {"DataCatalogsSummary": [AWS_CATALOG, *found]}


RESULTS, RESULT_UPDATES = "ResultConfiguration", "ResultConfigurationUpdates"


def update_work_group(context: Context, params: Params) -> Answer:
    """UpdateWorkGroup: only what is given changes."""
    group = context.backend().work_groups.get(params["WorkGroup"])
    if group is None:
        raise Refused("InvalidRequestException", f"WorkGroup {params['WorkGroup']} is not found.")
    updates = dict(params.get("ConfigurationUpdates") or {})
    kept = {**group.configuration}
    if RESULT_UPDATES in updates:
        kept[RESULTS] = _merged(kept.get(RESULTS) or {}, updates.pop(RESULT_UPDATES))
    group.configuration = _merged(kept, updates)
    group.description = params.get("Description", group.description)
    group.state = params.get("State", group.state)
    return {}


def _merged(before: Mapping[str, Any], updates: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with the updates; `Remove…` takes the member of that name away."""
    gone = {name.removeprefix("Remove") for name, on in updates.items() if name.startswith("Remove") and on}
    given = {name: value for name, value in updates.items() if not name.startswith("Remove")}
    return {name: value for name, value in {**before, **given}.items() if name not in gone}


def get_work_group(context: Context, params: Params) -> Answer:
    """GetWorkGroup: made when it was made, which moto forgets."""
    answer = context.moto()
    made = context.settings.setdefault("made", {})
    first = context.emulator.account(context.account).created
    if params["WorkGroup"] != "primary":
        first = made.setdefault(params["WorkGroup"], answer["WorkGroup"]["CreationTime"])
    return {"WorkGroup": {**answer["WorkGroup"], "CreationTime": first}}


HANDLERS: Mapping[str, Handler] = {
    "GetWorkGroup": get_work_group,
    "ListDataCatalogs": list_catalogs,
    "UpdateWorkGroup": update_work_group,
}
