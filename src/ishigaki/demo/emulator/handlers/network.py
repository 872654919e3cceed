"""EC2: what writing to networks and instances changes, and what AWS refuses to delete."""

from collections.abc import Mapping
from typing import Any

from moto.core.utils import camelcase_to_underscores

from ishigaki.demo.emulator.handlers.delivery import bucket_named
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

METADATA = (
    "HttpTokens",
    "HttpPutResponseHopLimit",
    "HttpEndpoint",
    "HttpProtocolIpv6",
    "InstanceMetadataTags",
)


def modify_metadata(context: Context, params: Params) -> Answer:
    """ModifyInstanceMetadataOptions: only what is given changes."""
    options = context.backend().get_instance(params["InstanceId"]).metadata_options
    before = {name: getattr(options, camelcase_to_underscores(name)) for name in METADATA}
    known = {name: value for name, value in before.items() if value is not None}
    return context.moto({**known, **params})


def _entry(context: Context, params: Params) -> Any:
    """The entry of a network ACL, or InvalidNetworkAclEntry.NotFound."""
    acl = context.backend().get_network_acl(params["NetworkAclId"])
    egress, number = bool(params["Egress"]), int(params["RuleNumber"])
    for entry in acl.network_acl_entries:
        if _is_egress(entry) == egress and int(entry.rule_number) == number:
            return entry
    message = (
        f"The network acl entry identified by ({'egress' if egress else 'ingress'}, {number}) does not exist."
    )
    raise Refused("InvalidNetworkAclEntry.NotFound", message, status=400)


def _is_egress(entry: Any) -> bool:
    return str(entry.egress).lower() == "true"


def create_entry(context: Context, params: Params) -> Answer:
    """CreateNetworkAclEntry: with the ICMP type and code, which moto does not find."""
    answer, icmp = context.moto(), params.get("IcmpTypeCode") or {}
    entry = _entry(context, params)
    entry.icmp_type, entry.icmp_code = icmp.get("Type"), icmp.get("Code")
    return answer


def replace_entry(context: Context, params: Params) -> Answer:
    """ReplaceNetworkAclEntry: of an entry that is there."""
    _entry(context, params)
    return create_entry(context, params)


def delete_entry(context: Context, params: Params) -> Answer:
    """DeleteNetworkAclEntry: of an entry that is there."""
    _entry(context, params)
    return context.moto()


def delete_group(context: Context, params: Params) -> Answer:
    """DeleteSecurityGroup: not while an endpoint, a network interface or another group's rule has it."""
    group, ec2 = params.get("GroupId"), context.backend()
    endpoints = (one for one in ec2.vpc_end_points.values() if group in (one.security_group_ids or ()))
    interfaces = (one for one in ec2.enis.values() if group in {sg.id for sg in one.group_set})
    referring = (
        other for of_vpc in ec2.groups.values() for other in of_vpc.values() if _refers(other, group)
    )
    if group and any(one.id == group and one.is_default for of in ec2.groups.values() for one in of.values()):
        raise Refused("CannotDelete", "the specified group: default cannot be deleted by a user", status=400)
    if group and any(True for users in (endpoints, interfaces, referring) for _ in users):
        message = f"resource {group} has a dependent object"
        raise Refused("DependencyViolation", message, status=400)
    return context.moto()


def _refers(other: Any, group: str | None) -> bool:
    """Whether another group's rules name the group."""
    rules = (*other.ingress_rules, *other.egress_rules)
    return other.id != group and any(rule.source_group.get("GroupId") == group for rule in rules)


def delete_endpoints(context: Context, params: Params) -> Answer:
    """DeleteVpcEndpoints: they are gone at once, where AWS takes minutes."""
    answer = context.moto()
    for name in params["VpcEndpointIds"]:
        context.backend().vpc_end_points.pop(name, None)
    return answer


def create_flow_logs(context: Context, params: Params) -> Answer:
    """CreateFlowLogs: to a folder of a bucket too, in the file format that is wanted."""
    where = params.get("LogDestination") or ""
    arn, _, folder = where.partition("/")
    if params.get("LogDestinationType") != "s3" or not folder or bucket_named(arn.rpartition(":")[2]) is None:
        answer = context.moto()
    else:
        answer = context.moto({**params, "LogDestination": _free(context, params, where, arn)})
    for name in answer.get("FlowLogIds") or []:
        made = context.backend().flow_logs[name]
        made.log_destination, made.destination_options = where or None, params.get("DestinationOptions")
    return answer


def _free(context: Context, params: Params, where: str, arn: str) -> str:
    """The bucket's ARN, unless the same logs go to the same folder already."""
    for made in context.backend().flow_logs.values():
        if made.log_destination == where and made.resource_id in params["ResourceIds"]:
            message = "Error. There is an existing Flow Log with the same configuration and log destination."
            raise Refused("FlowLogAlreadyExists", message, status=400)
    return arn


def describe_flow_logs(context: Context, params: Params) -> Answer:
    """DescribeFlowLogs: with the file format."""
    answer, made = context.moto(), context.backend().flow_logs
    for row in answer.get("FlowLogs") or []:
        if options := getattr(made[row["FlowLogId"]], "destination_options", None):
            row["DestinationOptions"] = options
    return answer


HANDLERS: Mapping[str, Handler] = {
    "CreateFlowLogs": create_flow_logs,
    "CreateNetworkAclEntry": create_entry,
    "DeleteNetworkAclEntry": delete_entry,
    "DeleteSecurityGroup": delete_group,
    "DeleteVpcEndpoints": delete_endpoints,
    "DescribeFlowLogs": describe_flow_logs,
    "ModifyInstanceMetadataOptions": modify_metadata,
    "ReplaceNetworkAclEntry": replace_entry,
}
