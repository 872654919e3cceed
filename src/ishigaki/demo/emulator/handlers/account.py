"""Account: opt-in Regions and contact information; the alternate contacts are moto's."""

from collections.abc import Mapping

from ishigaki.demo.emulator.regions import ALWAYS_ON, all_regions, is_enabled
from ishigaki.demo.emulator.state import Account, Answer, Context, Handler, Params, Refused


def _account(context: Context, params: Params) -> Account:
    return context.emulator.account(params.get("AccountId") or context.account)


def _status(account: Account, region: str) -> str:
    if region in ALWAYS_ON:
        return "ENABLED_BY_DEFAULT"
    return "ENABLED" if is_enabled(account, region) else "DISABLED"


def _switchable(params: Params) -> str:
    region = str(params["RegionName"])
    if region not in all_regions():
        raise Refused("ValidationException", f"{region} is not a Region.")
    return region


def region_status(context: Context, params: Params) -> Answer:
    """GetRegionOptStatus."""
    region = _switchable(params)
    return {"RegionName": region, "RegionOptStatus": _status(_account(context, params), region)}


def list_regions(context: Context, params: Params) -> Answer:
    """ListRegions, of some states where asked."""
    account, wanted = _account(context, params), params.get("RegionOptStatusContains")
    states = [(region, _status(account, region)) for region in all_regions()]
    return {
        "Regions": [
            {"RegionName": region, "RegionOptStatus": state}
            for region, state in states
            if not wanted or state in wanted
        ]
    }


def enable_region(context: Context, params: Params) -> Answer:
    """EnableRegion: at once, where AWS takes minutes to hours."""
    return _switch(context, params, "ENABLED")


def disable_region(context: Context, params: Params) -> Answer:
    """DisableRegion: at once."""
    return _switch(context, params, "DISABLED")


def _switch(context: Context, params: Params, state: str) -> Answer:
    region = _switchable(params)
    if region in ALWAYS_ON:
        raise Refused("ValidationException", f"{region} is enabled by default and cannot be switched.")
    _account(context, params).regions[region] = state
    return {}


def put_contact(context: Context, params: Params) -> Answer:
    """PutContactInformation."""
    account = _account(context, params).id
    context.emulator.settings["account", account, ""]["contact"] = dict(params["ContactInformation"])
    return {}


def get_contact(context: Context, params: Params) -> Answer:
    """GetContactInformation."""
    account = _account(context, params).id
    found = context.emulator.settings["account", account, ""].get("contact")
    if found is None:
        raise Refused("ResourceNotFoundException", "No contact information found.")
    return {"ContactInformation": found}


def delete_alternate(context: Context, params: Params) -> Answer:
    """DeleteAlternateContact: of one that is there."""
    contacts = context.backend(account=_account(context, params).id)._alternate_contacts
    if params["AlternateContactType"] not in contacts:
        message = "No contact of the inputted alternate contact type found."
        raise Refused("ResourceNotFoundException", message, status=404)
    return context.moto()


HANDLERS: Mapping[str, Handler] = {
    "DeleteAlternateContact": delete_alternate,
    "DisableRegion": disable_region,
    "EnableRegion": enable_region,
    "GetContactInformation": get_contact,
    "GetRegionOptStatus": region_status,
    "ListRegions": list_regions,
    "PutContactInformation": put_contact,
}
