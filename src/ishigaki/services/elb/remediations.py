"""ELB: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, alters, change, note, skip, step
from ishigaki.core.population import AccountWide, Given, chosen
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.elb.classic.resources import ClassicAttributes, ClassicLoadBalancer
from ishigaki.services.elb.controls import (
    APPLICATION,
    DESYNC,
    DROPPING,
    ENCRYPTED,
    FORWARDING,
    PROTECTION,
    RECOMMENDED,
    REDIRECTING,
    TARGETS,
    answers_plainly,
    is_logged,
    set_to,
)
from ishigaki.services.elb.resources import Attribute, Listener, LoadBalancer, TargetGroup
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


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(set_to(DROPPING, "false")),
        leaves(set_to(DROPPING, "true")),
        leaves(set_to(DROPPING, "false", type="network")),
    ],
)
def drop_invalid_headers(balancer: LoadBalancer) -> Changes:
    """Lets an application load balancer drop HTTP header fields that are not valid."""
    if balancer.type == "application" and not balancer.switch(DROPPING):
        yield _set(balancer, DROPPING, "true")


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(set_to(PROTECTION, "false")),
        mends(set_to(PROTECTION, "false", type="gateway")),
        leaves(set_to(PROTECTION, "true")),
    ],
)
def protect_balancer(balancer: LoadBalancer) -> Changes:
    """Keeps a load balancer from being deleted before somebody switches its protection off."""
    if not balancer.switch(PROTECTION):
        yield _set(balancer, PROTECTION, "true")


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(set_to(DESYNC, "monitor")),
        leaves(set_to(DESYNC, "defensive")),
        leaves(set_to(DESYNC, "strictest")),
        leaves(set_to(DESYNC, "monitor", type="network")),
    ],
)
def mitigate_desync(balancer: LoadBalancer) -> Changes:
    """Sets the desync mitigation mode to defensive, AWS's default; the strictest stays."""
    if balancer.type == "application" and balancer.attribute(DESYNC) == "monitor":
        yield _set(balancer, DESYNC, "defensive")


def _set(balancer: LoadBalancer, key: str, value: str) -> Change:
    """One attribute set, the others as they are."""
    before, after = said(balancer, "attributes"), {"Key": key, "Value": value}
    was = [each for each in before if each["Key"] == key]
    return change(
        alters(balancer, attributes=[*(each for each in before if each["Key"] != key), after]),
        steps=[step("set", _modern(balancer, [after]), undo=_modern(balancer, was))],
    )


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(APPLICATION, FORWARDING, ENCRYPTED),
        mends(APPLICATION, FORWARDING, replace(ENCRYPTED, port=8443)),
        leaves(APPLICATION, REDIRECTING, ENCRYPTED),
        leaves(APPLICATION, FORWARDING, skip="no_https_listener"),
        leaves(replace(APPLICATION, type="network"), FORWARDING),
    ],
)
def redirect_listeners(balancer: LoadBalancer, listeners: Given[Listener]) -> Changes:
    """Lets the HTTP listeners of an application load balancer redirect to its HTTPS listener.

    Without one nothing is changed: the redirect would lead nowhere. Further rules of a listener stay.
    """
    if balancer.type != "application":
        return
    own = list(listeners.by("load_balancer_arn")[balancer.id])
    plain = [each for each in own if answers_plainly(each)]
    ports = sorted(each.port for each in own if each.protocol == "HTTPS")
    if not plain:
        return
    if not ports:
        yield skip("no_https_listener")
        return
    port = 443 if 443 in ports else ports[0]
    redirect = {"Protocol": "HTTPS", "Port": str(port), "Host": "#{host}", "Path": "/#{path}"}
    redirect |= {"Query": "#{query}", "StatusCode": "HTTP_301"}
    after = [{"Type": "redirect", "Order": 1, "RedirectConfig": redirect}]
    for listener in plain:
        yield change(
            alters(listener, default_actions=after),
            steps=[
                step(
                    "redirect",
                    _listening(listener, DefaultActions=after),
                    undo=_listening(listener, DefaultActions=said(listener, "default_actions")),
                )
            ],
            notes=(note("https_must_answer", port=port), note("listener_rules_stay")),
        )


def _listening(listener: Listener, **becomes: Any) -> Call:
    return call(
        "elbv2",
        "ModifyListener",
        ListenerArn=listener.id,
        **becomes,
        secret=("Listeners[].DefaultActions[].AuthenticateOidcConfig.ClientSecret",),
    )


# The policy that AWS recommends for TLS 1.2 and 1.3, by what the present one is for: FIPS, and keys that quantum
# computers do not break.
SUCCESSORS: Mapping[tuple[bool, bool], str] = {
    (False, False): "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    (True, False): "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
    (False, True): "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    (True, True): "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
}
OLD = replace(ENCRYPTED, ssl_policy="ELBSecurityPolicy-2016-08")


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(OLD),
        mends(replace(OLD, protocol="TLS")),
        mends(replace(OLD, ssl_policy="ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04")),
        mends(replace(OLD, ssl_policy="ELBSecurityPolicy-TLS13-1-2-PQ-2025-09")),
        mends(replace(OLD, ssl_policy="ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09")),
        leaves(ENCRYPTED),
        leaves(FORWARDING),
    ],
)
def strengthen_listener(listener: Listener) -> Changes:
    """Gives an HTTPS or TLS listener the security policy for TLS 1.2 and 1.3 that AWS recommends.

    One for FIPS, or with post-quantum keys, becomes another of its kind.
    """
    if listener.of_gateway or listener.protocol not in ("HTTPS", "TLS") or listener.ssl_policy in RECOMMENDED:
        return
    now = listener.ssl_policy
    after = SUCCESSORS["FIPS" in now, "PQ" in now]
    yield change(
        alters(listener, ssl_policy=after),
        steps=[
            step("set", _listening(listener, SslPolicy=after), undo=_listening(listener, SslPolicy=now)),
        ],
        notes=(note("clients_of_old_tls", before=now),),
    )


PROBED_PLAINLY = replace(TARGETS, health_check_protocol="HTTP")


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(PROBED_PLAINLY),
        leaves(TARGETS),
        leaves(replace(PROBED_PLAINLY, protocol="HTTP"), skip="targets_speak_plainly"),
        leaves(replace(PROBED_PLAINLY, target_type="lambda")),
    ],
)
def check_health_encrypted(group: TargetGroup) -> Changes:
    """Makes the health checks of a target group over HTTPS, where its targets are spoken with over HTTPS.

    Others would most likely not answer, and be taken out of service.
    """
    if group.target_type == "lambda" or group.health_check_protocol == "HTTPS":
        return
    if group.protocol != "HTTPS":
        yield skip("targets_speak_plainly", protocol=group.protocol)
        return
    before = said(group, "health_check_protocol")
    yield change(
        alters(group, health_check_protocol="HTTPS"),
        steps=[step("check", _checked(group, "HTTPS"), undo=_checked(group, before))],
    )


def _checked(group: TargetGroup, protocol: str) -> Call:
    return call("elbv2", "ModifyTargetGroup", TargetGroupArn=group.id, HealthCheckProtocol=protocol)


REMEDIATIONS = {
    "ELB.1": redirect_listeners,
    "ELB.4": drop_invalid_headers,
    "ELB.5": log_requests,
    "ELB.6": protect_balancer,
    "ELB.12": mitigate_desync,
    "ELB.17": strengthen_listener,
    "ELB.21": check_health_encrypted,
}
