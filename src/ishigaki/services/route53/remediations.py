"""Route 53: what can be put right."""

from __future__ import annotations

import json

import msgspec

from ishigaki.core.answer import partition_home
from ishigaki.core.call import call
from ishigaki.core.change import Change, Changes, Disruption, Ref, change, creates, skip, step
from ishigaki.core.population import AccountWide, Given, none
from ishigaki.core.record import replace
from ishigaki.core.remediation import EXAMPLE_AROUND, Around, leaves, mends, remediation
from ishigaki.core.verbatim import new
from ishigaki.services.logs.making import LogRetention, log_group, log_group_arn
from ishigaki.services.logs.resources import LogGroup
from ishigaki.services.route53.controls import LOG, ZONE
from ishigaki.services.route53.resources import HostedZone, LogPolicy, QueryLog

# One log group takes the queries of all zones, each in streams of its own. Route 53 writes in its home Region only.
GROUP, POLICY = "/aws/route53/ishigaki-queries", "ishigaki-route53-queries"
PURPOSE = "route53-queries"

MADE = LogGroup(
    id=log_group_arn(GROUP, near=ZONE, region="us-east-1"),
    name=GROUP,
    region="us-east-1",
    retention_in_days=365,
)
OTHER = replace(MADE, id=f"{MADE.id}-2", name=f"{GROUP}-2")  # us-east-1 is looked at, too
ALLOWED = LogPolicy(
    id=f"arn:aws:logs:us-east-1:111122223333:resource-policy:{POLICY}", name=POLICY, policy_document="{}"
)
ELSEWHERE = msgspec.structs.replace(EXAMPLE_AROUND, regions=("ap-northeast-1",))


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(ZONE, OTHER),
        mends(ZONE, MADE),
        mends(ZONE, MADE, ALLOWED),
        mends(ZONE, OTHER, ALLOWED),
        leaves(ZONE, LOG),
        leaves(ZONE, around=ELSEWHERE, skip="query_log_home_not_scanned"),
        leaves(replace(ZONE, private=True)),
    ],
)
def log_queries(
    zone: HostedZone,
    logs: Given[QueryLog],
    policies: Given[LogPolicy],
    groups: AccountWide[LogGroup],
    around: Around,
) -> Changes:
    """Logs a public zone's queries into a log group in us-east-1 that all zones share; the group, and the policy by
    which Route 53 may write to it, are made where there are none."""
    if zone.private or logs.by("id")[zone.id]:
        return
    home = partition_home(zone.partition)
    if home not in around.regions:
        yield skip("query_log_home_not_scanned", region=home)
        return
    group = log_group_arn(GROUP, near=zone, region=home)
    if none(groups, lambda each: each.id == group):
        yield log_group(GROUP, purpose=PURPOSE, near=zone, region=home, retention=LogRetention())
    if none(policies, lambda each: each.name == POLICY):
        yield _permission(zone, group)
    bare = zone.id.rpartition("/")[2]
    log = call("route53", "CreateQueryLoggingConfig", HostedZoneId=bare, CloudWatchLogsLogGroupArn=group)
    forget = call("route53", "DeleteQueryLoggingConfig", Id=Ref("log", "QueryLoggingConfig.Id"))
    item = {"HostedZoneId": bare, "CloudWatchLogsLogGroupArn": group}
    yield change(
        creates(new(QueryLog, near=zone, item=item)),
        steps=[step("log", log, undo=forget)],
        needs=(group, _policy_arn(zone)),
    )


def _policy_arn(zone: HostedZone) -> str:
    return f"arn:{zone.partition}:logs:us-east-1:{zone.account}:resource-policy:{POLICY}"


def _permission(zone: HostedZone, group: str) -> Change:
    """Lets Route 53 write the queries of this account's zones, and of no others, to the log group."""
    statement = {
        "Sid": "IshigakiRoute53Queries",
        "Effect": "Allow",
        "Principal": {"Service": "route53.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{group}:*",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": zone.account},
            "ArnLike": {"aws:SourceArn": f"arn:{zone.partition}:route53:::hostedzone/*"},
        },
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    put = call("logs", "PutResourcePolicy", policyName=POLICY, policyDocument=document)
    return change(
        creates(new(LogPolicy, near=zone, item={"policyName": POLICY, "policyDocument": document})),
        steps=[step("allow", put, undo=call("logs", "DeleteResourcePolicy", policyName=POLICY))],
    )


REMEDIATIONS = {"Route53.2": log_queries}
