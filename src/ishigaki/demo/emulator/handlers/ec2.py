"""EC2: the account's settings of a Region, and which Regions there are."""

from collections.abc import Callable, Mapping
from typing import Any

from ishigaki.demo.emulator.regions import ALWAYS_ON, all_regions, is_enabled
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now

BY_ACCOUNT = {"ManagedBy": "account"}  # as opposed to a declarative policy of the organization
NO_PREFERENCE = ("no-preference", -1)
METADATA = (
    "HttpTokens",
    "HttpPutResponseHopLimit",
    "HttpEndpoint",
    "InstanceMetadataTags",
    "HttpTokensEnforced",
)


def _get(member: str, default: object) -> Handler:
    """The reading operation of a setting that is one member."""
    return lambda context, _: {member: context.settings.get(member, default), **BY_ACCOUNT}


def _put(member: str, value: Callable[[Params], object]) -> Handler:
    """The writing operation of a setting that is one member."""

    def put(context: Context, params: Params) -> Answer:
        context.settings[member] = value(params)
        return {member: context.settings[member]}

    return put


def _given(member: str, allowed: tuple[str, ...]) -> Callable[[Params], object]:
    """The parameter of the same name, if it is one of AWS's values."""

    def value(params: Params) -> object:
        if params.get(member) not in allowed:
            raise Refused("InvalidParameterValue", f"Value ({params.get(member)}) for {member} is invalid.")
        return params[member]

    return value


def get_default_key(context: Context, _: Params) -> Answer:
    """GetEbsDefaultKmsKeyId: AWS's own key until another is chosen."""
    chosen = context.backend().default_kms_key_id
    keys = context.backend("kms").keys
    by_aws = [key for key in keys.values() if key.arn == chosen and key.key_manager == "AWS"]
    return {"KmsKeyId": "alias/aws/ebs" if by_aws or not chosen else chosen}


def reset_default_key(context: Context, params: Params) -> Answer:
    """ResetEbsDefaultKmsKeyId."""
    context.backend().default_kms_key_id = ""
    return get_default_key(context, params)


def get_metadata(context: Context, _: Params) -> Answer:
    """GetInstanceMetadataDefaults: what has no preference is absent."""
    chosen = context.settings.get("metadata", {})
    return {"AccountLevel": {**chosen, **BY_ACCOUNT} if chosen else {}}


def modify_metadata(context: Context, params: Params) -> Answer:
    """ModifyInstanceMetadataDefaults: only what is given changes."""
    given = {name: params[name] for name in METADATA if params.get(name) is not None}
    kept = {**context.settings.get("metadata", {}), **given}
    context.settings["metadata"] = {k: v for k, v in kept.items() if v not in NO_PREFERENCE}
    return {"Return": True}


def get_vpc_block(context: Context, _: Params) -> Answer:
    """DescribeVpcBlockPublicAccessOptions."""
    chosen = context.settings.get("vpc_block", {"State": "default-state", "InternetGatewayBlockMode": "off"})
    where = {"AwsAccountId": context.account, "AwsRegion": context.region, "ExclusionsAllowed": "allowed"}
    return {"VpcBlockPublicAccessOptions": {**where, **BY_ACCOUNT, **chosen}}


def modify_vpc_block(context: Context, params: Params) -> Answer:
    """ModifyVpcBlockPublicAccessOptions: complete at once, where AWS takes minutes."""
    modes = ("off", "block-bidirectional", "block-ingress")
    mode = _given("InternetGatewayBlockMode", modes)(params)
    chosen = {"State": "update-complete", "InternetGatewayBlockMode": mode, "LastUpdateTimestamp": now()}
    context.settings["vpc_block"] = chosen
    return get_vpc_block(context, params)


def get_allowed_images(context: Context, _: Params) -> Answer:
    """GetAllowedImagesSettings."""
    found = context.settings.get("allowed_images", {"State": "disabled", "ImageCriteria": []})
    return {**found, **BY_ACCOUNT}


def enable_allowed_images(context: Context, params: Params) -> Answer:
    """EnableAllowedImagesSettings: enabled, or only audited."""
    state = _given("AllowedImagesSettingsState", ("enabled", "audit-mode"))(params)
    criteria = context.settings.get("allowed_images", {}).get("ImageCriteria", [])
    context.settings["allowed_images"] = {"State": state, "ImageCriteria": criteria}
    return {"AllowedImagesSettingsState": state}


def disable_allowed_images(context: Context, _: Params) -> Answer:
    """DisableAllowedImagesSettings: the criteria are forgotten."""
    context.settings.pop("allowed_images", None)
    return {"AllowedImagesSettingsState": "disabled"}


def describe_regions(context: Context, params: Params) -> Answer:
    """DescribeRegions with the account's own opt-in states; without AllRegions only what it can use."""
    account = context.emulator.account(context.account)
    named = params.get("RegionNames") or all_regions()
    if unknown := sorted(set(named) - set(all_regions())):
        raise Refused("InvalidParameterValue", f"Invalid region provided: {unknown[0]}")
    shown = [
        _region(region, enabled=is_enabled(account, region))
        for region in all_regions()
        if region in named and (params.get("AllRegions") or is_enabled(account, region))
    ]
    for wanted in params.get("Filters") or []:
        member = {"region-name": "RegionName", "opt-in-status": "OptInStatus", "endpoint": "Endpoint"}
        shown = [region for region in shown if region[member[wanted["Name"]]] in wanted["Values"]]
    return {"Regions": shown}


def _region(name: str, *, enabled: bool) -> dict[str, Any]:
    opted = "opted-in" if enabled else "not-opted-in"
    status = "opt-in-not-required" if name in ALWAYS_ON else opted
    return {"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": status}


SHARING = ("block-all-sharing", "block-new-sharing")
HANDLERS: Mapping[str, Handler] = {
    "DescribeRegions": describe_regions,
    "DescribeVpcBlockPublicAccessOptions": get_vpc_block,
    "DisableAllowedImagesSettings": disable_allowed_images,
    "DisableImageBlockPublicAccess": _put("ImageBlockPublicAccessState", lambda _: "unblocked"),
    "DisableSerialConsoleAccess": _put("SerialConsoleAccessEnabled", lambda _: False),
    "DisableSnapshotBlockPublicAccess": _put("State", lambda _: "unblocked"),
    "EnableAllowedImagesSettings": enable_allowed_images,
    "EnableImageBlockPublicAccess": _put(
        "ImageBlockPublicAccessState", _given("ImageBlockPublicAccessState", ("block-new-sharing",))
    ),
    "EnableSerialConsoleAccess": _put("SerialConsoleAccessEnabled", lambda _: True),
    "EnableSnapshotBlockPublicAccess": _put("State", _given("State", SHARING)),
    "GetAllowedImagesSettings": get_allowed_images,
    "GetEbsDefaultKmsKeyId": get_default_key,
    "GetImageBlockPublicAccessState": _get("ImageBlockPublicAccessState", "block-new-sharing"),
    "GetInstanceMetadataDefaults": get_metadata,
    "GetSerialConsoleAccessStatus": _get("SerialConsoleAccessEnabled", False),
    "GetSnapshotBlockPublicAccessState": _get("State", "unblocked"),
    "ModifyInstanceMetadataDefaults": modify_metadata,
    "ModifyVpcBlockPublicAccessOptions": modify_vpc_block,
    "ResetEbsDefaultKmsKeyId": reset_default_key,
}
