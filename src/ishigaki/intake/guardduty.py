"""GuardDuty's findings: as events, as its API lists them, and as Security Hub passes them on. All are taken, Low too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ishigaki.core.concern import Detection, Source
from ishigaki.core.finding import Severity
from ishigaki.intake.members import (
    Unreadable,
    account,
    count,
    facts,
    items,
    members,
    moment,
    needed,
    number,
    region,
    text,
    true,
)

SCHEMA = "2"
SEVERITIES = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM))
ACCOUNT = "AWS::::Account"
# What a finding is about: the resource's type, where its id or name is told, and its id as Security Hub writes it.
RESOURCES: Mapping[str, tuple[str, str, str]] = {
    "AccessKey": ("AWS::IAM::AccessKey", "accessKeyDetails.accessKeyId", "AWS::IAM::AccessKey:{0}"),
    "EBSSnapshot": ("AWS::EC2::Snapshot", "ebsSnapshotDetails.snapshotArn", "{0}"),
    "EC2Image": ("AWS::EC2::Image", "ec2ImageDetails.imageArn", "{0}"),
    "ECSCluster": ("AWS::ECS::Cluster", "ecsClusterDetails.arn", "{0}"),
    "EKSCluster": ("AWS::EKS::Cluster", "eksClusterDetails.arn", "{0}"),
    "Instance": (
        "AWS::EC2::Instance",
        "instanceDetails.instanceId",
        "arn:{partition}:ec2:{region}:{account}:instance/{0}",
    ),
    "KubernetesCluster": ("AWS::EKS::Cluster", "eksClusterDetails.arn", "{0}"),
    "Lambda": ("AWS::Lambda::Function", "lambdaDetails.functionArn", "{0}"),
    "RDSDBInstance": ("AWS::RDS::DBInstance", "rdsDbInstanceDetails.dbInstanceArn", "{0}"),
    "RDSLimitlessDB": ("AWS::RDS::DBShardGroup", "rdsLimitlessDbDetails.dbShardGroupArn", "{0}"),
    "RecoveryPoint": ("AWS::Backup::RecoveryPoint", "recoveryPointDetails.recoveryPointArn", "{0}"),
    "S3Bucket": ("AWS::S3::Bucket", "s3BucketDetails.name", "arn:{partition}:s3:::{0}"),
    "S3Object": ("AWS::S3::Bucket", "s3BucketDetails.name", "arn:{partition}:s3:::{0}"),
}
ACTIONS = (
    "networkConnectionAction",
    "awsApiCallAction",
    "rdsLoginAttemptAction",
    "kubernetesApiCallAction",
    "portProbeAction.portProbeDetails",
)
REMOTE = tuple(f"service.action.{a}.remoteIpDetails" for a in ACTIONS)
FACTS: Mapping[str, tuple[str, ...]] = {
    "user": (
        "resource.accessKeyDetails.userName",
        "resource.kubernetesDetails.kubernetesUserDetails.username",
        "service.detection.sequence.actors.user.name",
    ),
    "user_type": ("resource.accessKeyDetails.userType",),
    "principal": ("resource.accessKeyDetails.principalId",),
    "access_key": ("resource.accessKeyDetails.accessKeyId",),
    "instance": ("resource.instanceDetails.instanceId",),
    "instance_profile": ("resource.instanceDetails.iamInstanceProfile.arn",),
    "bucket": ("resource.s3BucketDetails.name",),
    "cluster": ("resource.eksClusterDetails.name", "resource.ecsClusterDetails.name"),
    "workload": ("resource.kubernetesDetails.kubernetesWorkloadDetails.name",),
    "image": ("resource.containerDetails.image",),
    "function": ("resource.lambdaDetails.functionName",),
    "database": ("resource.rdsDbInstanceDetails.dbInstanceIdentifier",),
    "action": ("service.action.actionType",),
    "api": ("service.action.awsApiCallAction.api",),
    "service": ("service.action.awsApiCallAction.serviceName",),
    "error": ("service.action.awsApiCallAction.errorCode",),
    "ip": tuple(f"{r}.{version}" for r in REMOTE for version in ("ipAddressV4", "ipAddressV6")),
    "country": tuple(f"{r}.country.countryName" for r in REMOTE),
    "city": tuple(f"{r}.city.cityName" for r in REMOTE),
    "organization": tuple(f"{r}.organization.asnOrg" for r in REMOTE),
    "remote_account": ("service.action.awsApiCallAction.remoteAccountDetails.accountId",),
    "port": (
        "service.action.networkConnectionAction.localPortDetails.port",
        "service.action.portProbeAction.portProbeDetails.localPortDetails.port",
    ),
    "remote_port": ("service.action.networkConnectionAction.remotePortDetails.port",),
    "protocol": (
        "service.action.networkConnectionAction.protocol",
        "service.action.dnsRequestAction.protocol",
    ),
    "direction": ("service.action.networkConnectionAction.connectionDirection",),
    "domain": ("service.action.dnsRequestAction.domain",),
    "role": ("service.resourceRole",),
    "feature": ("service.featureName",),
    "detector": ("service.detectorId",),
}


def severity_of(score: float) -> Severity:
    """GuardDuty's label of its number."""
    return next((label for least, label in SEVERITIES if score >= least), Severity.LOW)


def detection(finding: Mapping[str, Any]) -> Detection:
    """A finding in the form of GuardDuty's events. The account is whose thing it is, whoever tells it: that
    administrator and member both tell of it makes it no second one. Raises `Unreadable`."""
    version = needed(finding, "schemaVersion")
    if version.partition(".")[0] != SCHEMA:
        raise Unreadable("schema_version", version)
    kind = needed(finding, "type")
    here = {
        "account": account(finding, "accountId"),
        "region": region(finding, "region"),
        "partition": text(finding, "partition") or "aws",
    }
    resource_type, resource, name = _resource(finding, here)
    told = facts(finding, FACTS)
    if buckets := [text(b, "name") for b in items(finding, "resource.s3BucketDetails")[1:20]]:
        told["more_buckets"] = [b for b in buckets if b]
    if true(finding, "service.additionalInfo.sample") or "[SAMPLE]" in text(finding, "title"):
        told["sample"] = True
    return Detection(
        source=Source.GUARDDUTY,
        kind=kind,
        id=needed(finding, "id"),
        account=here["account"],
        region=here["region"],
        resource=resource,
        resource_type=resource_type,
        severity=severity_of(number(finding, "severity")),
        title=text(finding, "title"),
        first_at=moment(finding, "service.eventFirstSeen", "createdAt", "updatedAt"),
        at=moment(finding, "updatedAt"),
        name=name,
        count=count(finding, "service.count"),
        open=not true(finding, "service.archived"),
        facts=told,
    )


def _resource(finding: Mapping[str, Any], here: Mapping[str, str]) -> tuple[str, str, str]:
    """Type, id and name of what it is about. A type that is not known, or not told, leaves the finding's own id: the
    finding is taken all the same."""
    about = members(finding, "resource")
    named = text(about, "resourceType")
    if named in RESOURCES:
        aws, path, form = RESOURCES[named]
        if text(about, path):
            found = needed(about, path)
            return aws, form.format(found, **here), _name(about, found)
    if first := text(finding, "service.detection.sequence.resources.uid"):
        return "Other", first, first.rpartition("/")[2]
    if text(about, "eksClusterDetails.arn") or text(about, "ecsClusterDetails.arn"):
        cluster = needed(about, "eksClusterDetails.arn", "ecsClusterDetails.arn")
        aws = "AWS::EKS::Cluster" if text(about, "eksClusterDetails.arn") else "AWS::ECS::Cluster"
        return aws, cluster, cluster.rpartition("/")[2]
    return "Other", needed(finding, "arn", "id"), named


def _name(about: Mapping[str, Any], found: str) -> str:
    """How people call it: a key by its user, a machine by its tag, everything else by the end of its id."""
    tags = {text(t, "key"): text(t, "value") for t in items(about, "instanceDetails.tags")}
    user = text(about, "accessKeyDetails.userName") if text(about, "resourceType") == "AccessKey" else ""
    return tags.get("Name") or user or re.split(r"[:/]", found)[-1]


def from_api(finding: Mapping[str, Any]) -> Detection:
    """A finding as GetFindings gives it: the event's members in other letters. Raises `Unreadable`."""
    return detection(_lowered(finding))


def _lowered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k[:1].lower() + k[1:]: _lowered(v) for k, v in value.items() if isinstance(k, str)}
    return [_lowered(v) for v in value] if isinstance(value, list) else value
