"""The CloudFormation templates by which events reach the queue.

One stack makes the queue, in the Region and account that ishigaki reads from. In every other Region, and in every
other account, a stack of the second template forwards the same events to the first one's bus. IAM and sign-in of the
root user are told of in the partition's home Region (us-east-1) only, so one of the stacks must be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ishigaki.core.usage import UsageError
from ishigaki.intake.patterns import RULES

BUS = re.compile(r"arn:aws(-cn|-us-gov)?:events:[a-z0-9-]+:\d{12}:event-bus/[A-Za-z0-9._/-]{1,256}")
RETENTION_S = 1_209_600  # 14 days, the longest
VISIBILITY_S = 120
RECEIVES = 5  # after which a message that nobody could even set aside leaves the queue
FORWARDED = "Forwarded"
SERVICE = {"Service": "events.amazonaws.com"}


def template(central_bus: str = "") -> dict[str, Any]:
    """The stack with the queue; with a bus, the stack that forwards to it. Raises `UsageError`."""
    if central_bus and not BUS.fullmatch(central_bus):
        raise UsageError("intake_bus", bus=central_bus)
    return _forwarding(central_bus) if central_bus else _central()


def _central() -> dict[str, Any]:
    rules = (*RULES, FORWARDED)
    to_queue = {"Id": "Queue", "Arn": _arn("Queue"), "DeadLetterConfig": {"Arn": _arn("Failed")}}
    forwarded = _rule(
        "Events that other Regions and accounts forward", {"source": [{"prefix": "aws."}]}, [to_queue]
    )
    forwarded["Properties"]["EventBusName"] = {"Fn::GetAtt": ["Bus", "Name"]}
    return {
        **_head("The queue of events that ishigaki reads, and the rules that fill it."),
        "Parameters": _parameters(),
        "Conditions": {
            "HasSenders": _given({"Fn::Join": ["", {"Ref": "SenderAccounts"}]}),
            "HasOrganization": _given({"Ref": "OrganizationId"}),
        },
        "Resources": {
            "Queue": _queue({"Ref": "QueueName"}, redrives=True),
            "Failed": _queue({"Fn::Sub": "${QueueName}-failed"}, redrives=False),
            "QueuePolicy": _queue_policy("Queue", rules),
            "FailedPolicy": _queue_policy("Failed", rules),
            **_rules([to_queue]),
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": {"Ref": "QueueName"}}},
            **_bus_policies(),
            FORWARDED: forwarded,
            "Consumer": _consumer(),
        },
        "Outputs": {
            "QueueUrl": {"Description": "For [intake] in estate.toml.", "Value": {"Ref": "Queue"}},
            "QueueArn": {"Value": _arn("Queue")},
            "BusArn": {"Description": "For --central-bus.", "Value": _arn("Bus")},
            "ConsumerPolicyArn": {
                "Description": "For the role or user that ishigaki runs as.",
                "Value": {"Ref": "Consumer"},
            },
        },
    }


def _forwarding(bus: str) -> dict[str, Any]:
    here = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    only = {
        "ArnLike": {"aws:SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:events:*:${AWS::AccountId}:rule/*"}}
    }
    trust = {
        "Effect": "Allow",
        "Principal": SERVICE,
        "Action": "sts:AssumeRole",
        "Condition": {**here, **only},
    }
    put = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus}
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "Description": "Forwards events to the bus that ishigaki reads from.",
            "AssumeRolePolicyDocument": _document(trust),
            "Policies": [{"PolicyName": "Forward", "PolicyDocument": _document(put)}],
        },
    }
    target = {"Id": "CentralBus", "Arn": bus, "RoleArn": _arn("Forwarder")}
    return {
        **_head("Forwards events of this Region and account to the bus that ishigaki reads from."),
        "Resources": {"Forwarder": role, **_rules([target])},
    }


def _head(says: str) -> dict[str, Any]:
    return {"AWSTemplateFormatVersion": "2010-09-09", "Description": says}


def _parameters() -> dict[str, Any]:
    return {
        "QueueName": {
            "Type": "String",
            "Default": "ishigaki-events",
            "AllowedPattern": "^[A-Za-z0-9_-]{1,70}$",
            "Description": "Name of the queue and of the bus.",
        },
        "SenderAccounts": {
            "Type": "CommaDelimitedList",
            "Default": "",
            "Description": "Other accounts that may forward events, by their ids; empty for none.",
        },
        "OrganizationId": {
            "Type": "String",
            "Default": "",
            "AllowedPattern": "^(o-[a-z0-9]{10,32})?$",
            "Description": "The organization whose accounts may forward events; empty for none.",
        },
    }


def _given(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"Fn::Not": [{"Fn::Equals": [value, ""]}]}


def _arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


def _document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _queue(name: Mapping[str, Any], *, redrives: bool) -> dict[str, Any]:
    again = (
        {"RedrivePolicy": {"deadLetterTargetArn": _arn("Failed"), "maxReceiveCount": RECEIVES}}
        if redrives
        else {}
    )
    return {
        "Type": "AWS::SQS::Queue",
        "UpdateReplacePolicy": "Retain",
        "DeletionPolicy": "Delete",
        "Properties": {
            "QueueName": name,
            "SqsManagedSseEnabled": True,
            "MessageRetentionPeriod": RETENTION_S,
            "VisibilityTimeout": VISIBILITY_S,
            **again,
        },
    }


def _queue_policy(queue: str, rules: Iterable[str]) -> dict[str, Any]:
    """Only these rules may send, and nobody does anything without TLS."""
    send = {
        "Effect": "Allow",
        "Principal": SERVICE,
        "Action": "sqs:SendMessage",
        "Resource": _arn(queue),
        "Condition": {
            "ArnEquals": {"aws:SourceArn": [_arn(rule) for rule in rules]},
            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        },
    }
    plain = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": _arn(queue),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {"Queues": [{"Ref": queue}], "PolicyDocument": _document(send, plain)},
    }


def _rules(targets: list[Mapping[str, Any]]) -> dict[str, Any]:
    made = {}
    for name, rule in RULES.items():
        made[name] = _rule(rule.says, rule.pattern, targets)
        made[name]["Properties"]["State"] = rule.state
    return made


def _rule(says: str, pattern: Mapping[str, Any], targets: list[Mapping[str, Any]]) -> dict[str, Any]:
    properties = {"Description": says, "EventPattern": pattern, "Targets": targets}
    return {"Type": "AWS::Events::Rule", "Properties": properties}


def _bus_policies() -> dict[str, Any]:
    """Who may forward: this account, the accounts that are named, and those of the organization."""
    own = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    member = {"StringEquals": {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}}}
    return {
        "OwnRegions": _bus_policy("OwnRegions", own),
        "Senders": {"Condition": "HasSenders", **_bus_policy("Senders", {"AWS": {"Ref": "SenderAccounts"}})},
        "Organization": {
            "Condition": "HasOrganization",
            **_bus_policy("Organization", "*", Condition=member),
        },
    }


def _bus_policy(name: str, who: Any, **condition: Any) -> dict[str, Any]:
    put = {
        "Effect": "Allow",
        "Principal": who,
        "Action": "events:PutEvents",
        "Resource": _arn("Bus"),
        **condition,
    }
    return {
        "Type": "AWS::Events::EventBusPolicy",
        "Properties": {
            "EventBusName": {"Fn::GetAtt": ["Bus", "Name"]},
            "StatementId": name,
            "Statement": put,
        },
    }


def _consumer() -> dict[str, Any]:
    take = {
        "Effect": "Allow",
        "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
        "Resource": _arn("Queue"),
    }
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {
            "Description": "What ishigaki needs to read the queue of events.",
            "PolicyDocument": _document(take),
        },
    }
