"""IAM Identity Center: permission sets, whose changes reach accounts only when they are provisioned."""

import re
from collections.abc import Mapping

from moto.moto_api._internal import mock_random

from ishigaki.demo.emulator.handlers.identity_center import Instance, Set, changing, instance_of, set_of
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now


def create_set(context: Context, params: Params) -> Answer:
    """CreatePermissionSet: a name once."""
    instance, name = instance_of(context, params), params["Name"]
    if any(s.shown["Name"] == name for s in instance.sets.values()):
        raise Refused("ConflictException", f"PermissionSet with name {name} already exists.", status=400)
    if not re.fullmatch(r"[\w+=,.@-]{1,32}", name):
        raise Refused("ValidationException", "Name is not valid", status=400)
    arn = f"{instance.arn.replace(':instance/', ':permissionSet/')}/ps-{mock_random.get_random_hex(16)}"
    shown = {"Name": name, "PermissionSetArn": arn, "CreatedDate": now(), "SessionDuration": "PT1H"}
    optional = {n: params[n] for n in ("Description", "SessionDuration", "RelayState") if params.get(n)}
    tags = {t["Key"]: t["Value"] for t in params.get("Tags") or []}
    instance.sets[arn] = Set(arn, {**shown, **optional}, tags=tags)
    return {"PermissionSet": instance.sets[arn].shown}


def update_set(context: Context, params: Params) -> Answer:
    """UpdatePermissionSet: what accounts have stays as it was until the set is provisioned."""
    instance, found = changing(context, params)
    found.shown |= {n: params[n] for n in ("Description", "SessionDuration", "RelayState") if params.get(n)}
    return _stale(instance, found)


def _stale(instance: Instance, found: Set) -> Answer:
    found.outdated = set(instance.accounts_of(found.arn))
    return {}


def describe_set(context: Context, params: Params) -> Answer:
    return {"PermissionSet": set_of(instance_of(context, params), params).shown}


def list_sets(context: Context, params: Params) -> Answer:
    return {"PermissionSets": list(instance_of(context, params).sets)}


def delete_set(context: Context, params: Params) -> Answer:
    """DeletePermissionSet: not while it is assigned."""
    instance, found = changing(context, params)
    if instance.accounts_of(found.arn):
        raise Refused("ConflictException", "PermissionSet is still assigned", status=400)
    del instance.sets[found.arn]
    return {}


def attach_policy(context: Context, params: Params) -> Answer:
    instance, found = changing(context, params)
    arn = params["ManagedPolicyArn"]
    if not arn.startswith("arn:aws:iam::aws:policy/"):
        raise Refused("ResourceNotFoundException", f"Policy does not exist with ARN: {arn}", status=400)
    if arn in found.policies:
        message = f"Permission set already has a typed policy {arn} attached"
        raise Refused("ConflictException", f"{message}: it already exists", status=400)
    found.policies.append(arn)
    return _stale(instance, found)


def detach_policy(context: Context, params: Params) -> Answer:
    instance, found = changing(context, params)
    if params["ManagedPolicyArn"] not in found.policies:
        raise Refused("ResourceNotFoundException", "Could not find ManagedPolicy", status=400)
    found.policies.remove(params["ManagedPolicyArn"])
    return _stale(instance, found)


def list_policies(context: Context, params: Params) -> Answer:
    found = set_of(instance_of(context, params), params)
    shown = [{"Name": arn.rpartition("/")[2], "Arn": arn} for arn in found.policies]
    return {"AttachedManagedPolicies": shown}


def attach_customer(context: Context, params: Params) -> Answer:
    """AttachCustomerManagedPolicyReferenceToPermissionSet: a name that each account must have a policy of."""
    instance, found = changing(context, params)
    reference = params["CustomerManagedPolicyReference"]
    if reference in found.references:
        raise Refused("ConflictException", f"{reference['Name']}: it already exists", status=400)
    found.references.append(reference)
    return _stale(instance, found)


def detach_customer(context: Context, params: Params) -> Answer:
    instance, found = changing(context, params)
    reference = params["CustomerManagedPolicyReference"]
    if reference not in found.references:
        raise Refused("ResourceNotFoundException", "Could not find CustomerManagedPolicy", status=400)
    found.references.remove(reference)
    return _stale(instance, found)


def list_customer(context: Context, params: Params) -> Answer:
    return {"CustomerManagedPolicyReferences": set_of(instance_of(context, params), params).references}


def put_inline(context: Context, params: Params) -> Answer:
    instance, found = changing(context, params)
    found.inline = params["InlinePolicy"]
    return _stale(instance, found)


def get_inline(context: Context, params: Params) -> Answer:
    """GetInlinePolicyForPermissionSet: an empty text where there is none."""
    return {"InlinePolicy": set_of(instance_of(context, params), params).inline}


def delete_inline(context: Context, params: Params) -> Answer:
    instance, found = changing(context, params)
    found.inline = ""
    return _stale(instance, found)


def put_boundary(context: Context, params: Params) -> Answer:
    instance, found = changing(context, params)
    found.boundary = params["PermissionsBoundary"]
    return _stale(instance, found)


def get_boundary(context: Context, params: Params) -> Answer:
    found = set_of(instance_of(context, params), params)
    if found.boundary is None:
        raise Refused("ResourceNotFoundException", "Could not find a permissions boundary", status=400)
    return {"PermissionsBoundary": found.boundary}


def delete_boundary(context: Context, params: Params) -> Answer:
    instance, found = changing(context, params)
    found.boundary = None
    return _stale(instance, found)


def list_tags(context: Context, params: Params) -> Answer:
    found = _tagged(context, params)
    return {"Tags": [{"Key": key, "Value": value} for key, value in found.tags.items()]}


def tag(context: Context, params: Params) -> Answer:
    _tagged(context, params).tags |= {t["Key"]: t["Value"] for t in params["Tags"]}
    return {}


def untag(context: Context, params: Params) -> Answer:
    found = _tagged(context, params)
    found.tags = {k: v for k, v in found.tags.items() if k not in params["TagKeys"]}
    return {}


def _tagged(context: Context, params: Params) -> Set:
    instance = instance_of(context, params)
    return set_of(instance, {**params, "PermissionSetArn": params["ResourceArn"]})


HANDLERS: Mapping[str, Handler] = {
    "AttachCustomerManagedPolicyReferenceToPermissionSet": attach_customer,
    "AttachManagedPolicyToPermissionSet": attach_policy,
    "CreatePermissionSet": create_set,
    "DeleteInlinePolicyFromPermissionSet": delete_inline,
    "DeletePermissionSet": delete_set,
    "DeletePermissionsBoundaryFromPermissionSet": delete_boundary,
    "DescribePermissionSet": describe_set,
    "DetachCustomerManagedPolicyReferenceFromPermissionSet": detach_customer,
    "DetachManagedPolicyFromPermissionSet": detach_policy,
    "GetInlinePolicyForPermissionSet": get_inline,
    "GetPermissionsBoundaryForPermissionSet": get_boundary,
    "ListCustomerManagedPolicyReferencesInPermissionSet": list_customer,
    "ListManagedPoliciesInPermissionSet": list_policies,
    "ListPermissionSets": list_sets,
    "ListTagsForResource": list_tags,
    "TagResource": tag,
    "UntagResource": untag,
    "PutInlinePolicyToPermissionSet": put_inline,
    "PutPermissionsBoundaryToPermissionSet": put_boundary,
    "UpdatePermissionSet": update_set,
}
