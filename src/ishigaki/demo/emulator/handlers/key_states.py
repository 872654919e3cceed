"""KMS: keys named in every way AWS takes, and what a key that is disabled or pending deletion refuses."""

from collections.abc import Mapping
from typing import Any

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

ENABLED, DISABLED, PENDING = "Enabled", "Disabled", "PendingDeletion"
LEAST_DAYS, MOST_DAYS = 7, 30


def named_key(context: Context, given: str) -> Any:
    """The key of an id or ARN, or NotFoundException. An alias does not serve: these operations take none."""
    key = context.backend("kms").keys.get(given.rpartition("/")[2] if given.startswith("arn:") else given)
    if key is None or ":alias/" in given:
        raise Refused("NotFoundException", f"Key '{given}' does not exist", status=400)
    return key


def key_arn(context: Context, given: str) -> str | None:
    """The ARN of the key that an id, an alias or an ARN of either names; None where there is none."""
    _, _, _, region, account, name = given.split(":", 5) if given.startswith("arn:") else [""] * 5 + [given]
    kms = context.backend("kms", account=account or None, region=region or None)
    name = name.removeprefix("key/")
    key = kms.keys.get(kms.get_key_id_from_alias(name) if name.startswith("alias/") else name)
    return str(key.arn) if key else None


def _refuse(key: Any, states: tuple[str, ...]) -> None:
    """Refuse as AWS does in a state that the operation does not go with."""
    if key.key_state not in states:
        if key.key_state == DISABLED:
            raise Refused("DisabledException", f"{key.arn} is disabled.", status=400)
        verb = "is pending deletion" if key.key_state == PENDING else f"is {key.key_state.lower()}"
        raise Refused("KMSInvalidStateException", f"{key.arn} {verb}.", status=400)


def _only_in(*states: str, member: str = "KeyId") -> Handler:
    """Moto's answer, asked by key id, where the key's state admits the operation."""

    def handler(context: Context, params: Params) -> Answer:
        key = named_key(context, str(params[member]))
        _refuse(key, states)
        return context.moto({**params, member: key.id})

    return handler


def schedule_deletion(context: Context, params: Params) -> Answer:
    """ScheduleKeyDeletion: with the state; not twice. Rotation is off while it is pending."""
    key, days = named_key(context, str(params["KeyId"])), int(params.get("PendingWindowInDays") or MOST_DAYS)
    _refuse(key, (ENABLED, DISABLED))
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise Refused("ValidationException", f"PendingWindowInDays must be {LEAST_DAYS} to {MOST_DAYS}.")
    answer = context.moto({"KeyId": key.id, "PendingWindowInDays": days})
    return {**answer, "KeyId": key.arn, "KeyState": PENDING, "PendingWindowInDays": days}


def cancel_deletion(context: Context, params: Params) -> Answer:
    """CancelKeyDeletion: the key is disabled then."""
    key = named_key(context, str(params["KeyId"]))
    if key.key_state != PENDING:
        raise Refused("KMSInvalidStateException", f"{key.arn} is not pending deletion.", status=400)
    context.moto({"KeyId": key.id})
    return {"KeyId": key.arn}


def rotation_status(context: Context, params: Params) -> Answer:
    """GetKeyRotationStatus: a key that is pending deletion does not rotate."""
    key = named_key(context, str(params["KeyId"]))
    answer = context.moto({"KeyId": key.id})
    on = bool(answer["KeyRotationEnabled"]) and key.key_state != PENDING
    return {**answer, "KeyId": key.arn, "KeyRotationEnabled": on}


def put_policy(context: Context, params: Params) -> Answer:
    """PutKeyPolicy: the name may be left out, there is only `default`; in every state."""
    key = named_key(context, str(params["KeyId"]))
    return context.moto({**params, "KeyId": key.id, "PolicyName": "default"})


HANDLERS: Mapping[str, Handler] = {
    "CancelKeyDeletion": cancel_deletion,
    "CreateAlias": _only_in(ENABLED, DISABLED, member="TargetKeyId"),
    "DisableKey": _only_in(ENABLED, DISABLED),
    "DisableKeyRotation": _only_in(ENABLED),
    "EnableKey": _only_in(ENABLED, DISABLED),
    "EnableKeyRotation": _only_in(ENABLED),
    "GetKeyRotationStatus": rotation_status,
    "PutKeyPolicy": put_policy,
    "ScheduleKeyDeletion": schedule_deletion,
    "TagResource": _only_in(ENABLED, DISABLED),
    "UntagResource": _only_in(ENABLED, DISABLED),
}
