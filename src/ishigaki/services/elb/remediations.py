"""ELB: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, alters, change, step
from ishigaki.core.population import AccountWide, chosen
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.elb.controls import is_logged
from ishigaki.services.elb.resources import Attribute, ClassicAttributes, ClassicLoadBalancer, LoadBalancer
from ishigaki.services.s3.buckets.making import access_log_bucket, access_log_bucket_name, put_policy
from ishigaki.services.s3.buckets.resources import Bucket
from ishigaki.services.s3.buckets.statements import Statement, holds, merged

MINUTES = 60  # how often a classic load balancer writes, by AWS's default
ENABLED, BUCKET, PREFIX = (f"access_logs.s3.{name}" for name in ("enabled", "bucket", "prefix"))

# In these Regions classic load balancers write as an account of AWS's, in all others as the service. Source: the
# table of "Enable access logs for your Classic Load Balancer".
ACCOUNTS = {
    "af-south-1": "098369216593",
    "ap-east-1": "754344448648",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-northeast-3": "383597477331",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "ap-southeast-3": "589379963580",
    "ca-central-1": "985666609251",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-south-1": "635631232127",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "me-south-1": "076674570225",
    "sa-east-1": "507241528517",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}

OFF = LoadBalancer(
    type="application",
    attributes=(
        Attribute(key="idle_timeout.timeout_seconds", value="60"),
        Attribute(key=ENABLED, value="false"),
        Attribute(key=BUCKET, value=""),
        Attribute(key=PREFIX, value=""),
    ),
)
CLASSIC = ClassicLoadBalancer(attributes=ClassicAttributes(access_log_enabled=False))
TAKEN = Bucket(
    id="arn:aws:s3:::ishigaki-access-logs-111122223333-ap-northeast-1",
    name="ishigaki-access-logs-111122223333-ap-northeast-1",
    policy=None,
)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(OFF),
        mends(OFF, TAKEN),
        mends(CLASSIC),
        mends(replace(CLASSIC, region="ap-southeast-4"), TAKEN),
        leaves(replace(OFF, attributes=(Attribute(key=ENABLED, value="true"),))),
        leaves(ClassicLoadBalancer(attributes=ClassicAttributes(access_log_enabled=True))),
    ],
)
def log_requests(balancer: ClassicLoadBalancer | LoadBalancer, buckets: AccountWide[Bucket]) -> Changes:
    """Switches on a load balancer's access logs, into the account's access-log bucket of the Region.

    The bucket is made where there is none (SSE-S3, the only encryption that the logs can be delivered with) and
    lets Elastic Load Balancing write the logs of this account's load balancers, and no others.
    """
    if is_logged(balancer):
        return
    name = access_log_bucket_name(balancer.account, balancer.region)
    bucket = next(chosen(buckets, lambda each: each.name == name), None)
    if bucket is None:
        made = access_log_bucket(balancer, region=balancer.region)
        yield made
        (bucket,) = (effect.resource for effect in made.effects if isinstance(effect.resource, Bucket))
    before, ours = said(bucket, "policy"), _statements(balancer, bucket)
    if not holds(before, *ours):
        after = merged(before, *ours)
        yield change(
            alters(bucket, policy=after),
            steps=[step("policy", put_policy(name, after), undo=put_policy(name, before))],
            needs=(bucket.id,),
        )
    yield _log_into(balancer, bucket)


def _statements(balancer: ClassicLoadBalancer | LoadBalancer, bucket: Bucket) -> list[Statement]:
    """What the bucket's policy must say. The account in the path is that of the load balancer, so nobody else's
    logs get in."""
    put = {
        "Effect": "Allow",
        "Action": "s3:PutObject",
        "Resource": f"{bucket.id}/AWSLogs/{balancer.account}/*",
    }
    service = {
        "Sid": "IshigakiLoadBalancerLogDelivery",
        **put,
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
    }
    writer = ACCOUNTS.get(balancer.region) if isinstance(balancer, ClassicLoadBalancer) else None
    if writer is None:
        return [service]
    root = {"AWS": f"arn:{balancer.partition}:iam::{writer}:root"}
    return [service, {"Sid": "IshigakiClassicLoadBalancerLogDelivery", **put, "Principal": root}]


def _log_into(balancer: ClassicLoadBalancer | LoadBalancer, bucket: Bucket) -> Change:
    """The logs switched on. Of an application load balancer AWS takes no empty bucket name: once they are switched
    off again, it goes on showing the last one.
    """
    before = said(balancer, "attributes")
    if isinstance(balancer, ClassicLoadBalancer):
        was = before["AccessLog"]
        on = {**was, "Enabled": True, "S3BucketName": bucket.name, "EmitInterval": MINUTES}
        return change(
            alters(balancer, attributes={**before, "AccessLog": on}),
            steps=[step("log", _classic(balancer, on), undo=_classic(balancer, was))],
            needs=(bucket.id,),
        )
    ours = {ENABLED: "true", BUCKET: bucket.name, PREFIX: ""}
    others = [each for each in before if each["Key"] not in ours]
    known = [each for each in before if each["Key"] in ours and each != {"Key": BUCKET, "Value": ""}]
    after = [{"Key": key, "Value": value} for key, value in ours.items()]
    return change(
        alters(balancer, attributes=[*others, *after]),
        steps=[step("log", _modern(balancer, after), undo=_modern(balancer, known))],
        needs=(bucket.id,),
    )


def _classic(balancer: ClassicLoadBalancer, log: dict[str, Any]) -> Call:
    return call(
        "elb",
        "ModifyLoadBalancerAttributes",
        LoadBalancerName=balancer.name,
        LoadBalancerAttributes={"AccessLog": log},
    )


def _modern(balancer: LoadBalancer, attributes: list[dict[str, Any]]) -> Call:
    return call("elbv2", "ModifyLoadBalancerAttributes", LoadBalancerArn=balancer.id, Attributes=attributes)


REMEDIATIONS = {"ELB.5": log_requests}
