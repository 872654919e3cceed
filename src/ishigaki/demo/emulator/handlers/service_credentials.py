"""IAM: credentials of a user for one service alone, which moto does not know."""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now


def _kept(context: Context) -> dict[str, dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = context.partition_settings.setdefault("service_credentials", {})
    for id in [i for i, c in kept.items() if c["UserName"] not in context.backend().users]:
        del kept[id]
    return kept


def create(context: Context, params: Params) -> Answer:
    """CreateServiceSpecificCredential."""
    user = params["UserName"]
    if user not in context.backend().users:
        raise Refused("NoSuchEntity", f"The user with name {user} cannot be found.", status=404)
    id = f"ACCA{mock_random.get_random_string(16, lower_case=False).upper()}"
    made = {
        "UserName": user,
        "ServiceName": params["ServiceName"],
        "ServiceUserName": f"{user}-at-{context.account}",
        "ServiceSpecificCredentialId": id,
        "Status": "Active",
        "CreateDate": now(),
    }
    _kept(context)[id] = made
    return {"ServiceSpecificCredential": {**made, "ServicePassword": mock_random.get_random_string(40)}}


def listed(context: Context, params: Params) -> Answer:
    """ListServiceSpecificCredentials: of a user, or of all."""
    return {"ServiceSpecificCredentials": list(_chosen(context, params))}


def _chosen(context: Context, params: Params) -> Iterator[Mapping[str, Any]]:
    for one in _kept(context).values():
        if params.get("ServiceName") not in (None, one["ServiceName"]):
            continue
        if params.get("AllUsers") or one["UserName"] == params.get("UserName"):
            yield one


def _one(context: Context, params: Params) -> dict[str, Any]:
    found = _kept(context).get(params["ServiceSpecificCredentialId"])
    if found is None:
        raise Refused("NoSuchEntity", "There is no such service specific credential.", status=404)
    return found


def update(context: Context, params: Params) -> Answer:
    """UpdateServiceSpecificCredential."""
    _one(context, params)["Status"] = params["Status"]
    return {}


def delete(context: Context, params: Params) -> Answer:
    """DeleteServiceSpecificCredential."""
    del _kept(context)[_one(context, params)["ServiceSpecificCredentialId"]]
    return {}


HANDLERS: Mapping[str, Handler] = {
    "CreateServiceSpecificCredential": create,
    "DeleteServiceSpecificCredential": delete,
    "ListServiceSpecificCredentials": listed,
    "UpdateServiceSpecificCredential": update,
}
