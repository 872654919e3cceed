"""Security Hub: the controls of the standards that are on, each switched standard by standard."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ishigaki.core.catalogue import plain
from ishigaki.demo.emulator.handlers.securityhub import CIS_1_2, FSBP, arn_of, subscriptions
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now
from ishigaki.standards import catalogue, severity, standard

SHIPPED: Mapping[str, str] = {  # path of a standard -> the list of AWS's controls in it
    FSBP: "fsbp",
    CIS_1_2: "cis_1_2",
    "standards/cis-aws-foundations-benchmark/v/1.4.0": "cis_1_4",
    "standards/cis-aws-foundations-benchmark/v/3.0.0": "cis_3_0",
    "standards/cis-aws-foundations-benchmark/v/5.0.0": "cis_5_0",
}
MOST = 100  # updates in one call
STATES = ("ENABLED", "DISABLED")
Switches = dict[str, tuple[str, str | None, datetime]]  # control -> status, why, since when


def _switches(context: Context, standard_arn: str) -> Switches:
    """What was switched in a standard since it is on."""
    found: Switches = context.settings.setdefault("switches", {}).setdefault(standard_arn, {})
    return found


def _controls(context: Context, standard_arn: str) -> tuple[str, ...]:
    """The ids of a standard's controls."""
    for path, name in SHIPPED.items():
        if arn_of(context, path) == standard_arn:
            return tuple(plain(control) for control in standard(name).controls)
    message = f"The emulator does not know the controls of {standard_arn}."
    raise Refused("NotImplemented", message, status=501)


def describe(context: Context, params: Params) -> Answer:
    """DescribeStandardsControls."""
    subscription = params["StandardsSubscriptionArn"]
    if subscription not in subscriptions(context):
        raise Refused("ResourceNotFoundException", f"There is no subscription {subscription}.")
    arn = subscriptions(context)[subscription]["StandardsArn"]
    under = subscription.replace(":subscription/", ":control/")
    switched = _switches(context, arn)
    rows = [_row(context, control, under, switched) for control in _controls(context, arn)]
    start, most = int(params.get("NextToken") or 0), int(params.get("MaxResults") or MOST)
    more = {"NextToken": str(start + most)} if start + most < len(rows) else {}
    return {"Controls": rows[start : start + most], **more}


def _row(context: Context, control: str, under: str, switched: Switches) -> dict[str, Any]:
    first = ("ENABLED", None, context.emulator.account(context.account).created)
    status, reason, since = switched.get(control, first)
    title = catalogue()[control].title_en
    row = {
        "StandardsControlArn": f"{under}/{control}",
        "ControlStatus": status,
        "ControlStatusUpdatedAt": since,
        "ControlId": control,
        "Title": title,
        "Description": title,
        "RemediationUrl": f"https://docs.aws.amazon.com/console/securityhub/{control}/remediation",
        "SeverityRating": severity(control).value,
        "RelatedRequirements": [],
    }
    return {**row, "DisabledReason": reason} if reason and status == "DISABLED" else row


def update_associations(context: Context, params: Params) -> Answer:
    """BatchUpdateStandardsControlAssociations: what cannot be done is answered, the rest is done."""
    updates = params["StandardsControlAssociationUpdates"]
    if len(updates) > MOST:
        raise Refused("InvalidInputException", f"At most {MOST} updates are taken at once.")
    on = {one["StandardsArn"]: one for one in subscriptions(context).values()}
    for update in updates:
        one = on.get(update["StandardsArn"], {})
        if one.get("StandardsControlsUpdatable") == "NOT_READY_FOR_UPDATES":
            message = f"The controls of {update['StandardsArn']} are not ready for updates."
            raise Refused("ResourceNotFoundException", message, status=404)
    unprocessed = []
    for update in updates:
        if wrong := _wrong(context, update, known=update["StandardsArn"] in on):
            code, reason = wrong
            unprocessed.append(
                {"StandardsControlAssociationUpdate": update, "ErrorCode": code, "ErrorReason": reason}
            )
        else:
            made = (update["AssociationStatus"], update.get("UpdatedReason"), now())
            _switches(context, update["StandardsArn"])[update["SecurityControlId"]] = made
    return {"UnprocessedAssociationUpdates": unprocessed}


def _wrong(context: Context, update: Mapping[str, str], *, known: bool) -> tuple[str, str] | None:
    """Why one update is not processed: code and reason."""
    if not known:
        return "NOT_FOUND", "The standard is not enabled."
    if update["SecurityControlId"] not in _controls(context, update["StandardsArn"]):
        return "NOT_FOUND", "The standard has no such control."
    if update["AssociationStatus"] not in STATES:
        return "INVALID_INPUT", "The status must be ENABLED or DISABLED."
    return None


HANDLERS: Mapping[str, Handler] = {
    "BatchUpdateStandardsControlAssociations": update_associations,
    "DescribeStandardsControls": describe,
}
