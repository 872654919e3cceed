"""Load balancers: the attributes that AWS gives every one of them, by kind; logs to a bucket that takes them."""

from collections.abc import Mapping
from typing import Any

from ishigaki.demo.emulator.handlers.delivery import bucket_named, may_write
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

LOGS = {"access_logs.s3.enabled": "false", "access_logs.s3.bucket": "", "access_logs.s3.prefix": ""}
ALWAYS = {"deletion_protection.enabled": "false"}
DESYNC = {"Key": "elb.http.desyncmitigationmode", "Value": "defensive"}
DRAINING_SECONDS = 300
WRITER, NETWORK_WRITER = "logdelivery.elasticloadbalancing.amazonaws.com", "delivery.logs.amazonaws.com"
ACCOUNTS: Mapping[str, str] = {  # of Elastic Load Balancing, which older policies name in older Regions
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-northeast-3": "383597477331",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "eu-central-1": "054676820928",
    "eu-west-1": "156460612806",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}
BY_TYPE: Mapping[str, Mapping[str, str]] = {
    "application": {
        **LOGS,
        **ALWAYS,
        "load_balancing.cross_zone.enabled": "true",
        "idle_timeout.timeout_seconds": "60",
        "client_keep_alive.seconds": "3600",
        "connection_logs.s3.enabled": "false",
        "connection_logs.s3.bucket": "",
        "connection_logs.s3.prefix": "",
        "routing.http.desync_mitigation_mode": "defensive",
        "routing.http.drop_invalid_header_fields.enabled": "false",
        "routing.http.preserve_host_header.enabled": "false",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
        "routing.http.xff_client_port.enabled": "false",
        "routing.http.xff_header_processing.mode": "append",
        "routing.http2.enabled": "true",
        "waf.fail_open.enabled": "false",
        "zonal_shift.config.enabled": "false",
    },
    "network": {
        **LOGS,
        **ALWAYS,
        "load_balancing.cross_zone.enabled": "false",
        "dns_record.client_routing_policy": "any_availability_zone",
        "zonal_shift.config.enabled": "false",
    },
    "gateway": {**ALWAYS, "load_balancing.cross_zone.enabled": "false"},
}


def describe(context: Context, params: Params) -> Answer:
    """DescribeLoadBalancerAttributes: AWS's defaults under what was modified."""
    answer = context.moto()["Attributes"]
    balancer = context.backend().load_balancers[params["LoadBalancerArn"]]
    return _attributes(balancer, {item["Key"]: item["Value"] for item in answer})


def _attributes(balancer: Any, modified: Mapping[str, str]) -> Answer:
    defaults = BY_TYPE.get(balancer.type, {})
    set_by_moto = {"load_balancing.cross_zone.enabled": "false"}  # moto's own start value, for every type
    if balancer.type == "application":
        modified = {k: v for k, v in modified.items() if set_by_moto.get(k) != v}  # always on for these
    return {"Attributes": [{"Key": key, "Value": value} for key, value in {**defaults, **modified}.items()]}


def describe_classic_attributes(context: Context, params: Params) -> Answer:
    """DescribeLoadBalancerAttributes of a Classic Load Balancer: with the desync mitigation mode."""
    _classic(context, params)
    return {"LoadBalancerAttributes": _whole(context.moto()["LoadBalancerAttributes"])}


def _classic(context: Context, params: Params) -> Any:
    name = params["LoadBalancerName"]
    if name not in context.backend().load_balancers:
        raise Refused("LoadBalancerNotFound", f"There is no ACTIVE Load Balancer named '{name}'")
    return context.backend().load_balancers[name]


def _whole(attributes: Mapping[str, Any]) -> Answer:
    """A classic one's attributes with AWS's defaults, each additional one once, as it was put last."""
    more = {DESYNC["Key"]: DESYNC["Value"]}
    more |= {item["Key"]: item["Value"] for item in attributes.get("AdditionalAttributes") or []}
    draining = {"Timeout": DRAINING_SECONDS, **(attributes.get("ConnectionDraining") or {})}
    additional = [{"Key": key, "Value": value} for key, value in more.items()]
    return {**attributes, "ConnectionDraining": draining, "AdditionalAttributes": additional}


def modify_classic(context: Context, params: Params) -> Answer:
    """ModifyLoadBalancerAttributes of a Classic Load Balancer: what is not given stays."""
    balancer, asked = _classic(context, params), params["LoadBalancerAttributes"]
    log = asked.get("AccessLog") or {}
    if log.get("Enabled"):
        _check_bucket(context, log.get("S3BucketName"), log.get("S3BucketPrefix"), kind="classic")
    kept = balancer.attributes.get("additional_attributes")
    answer = context.moto()
    if not asked.get("AdditionalAttributes"):
        balancer.attributes["additional_attributes"] = kept  # moto adds its default at every call
    shown = {name: value for name, value in asked.items() if name != "AdditionalAttributes"}
    return {**answer, "LoadBalancerAttributes": {**shown, **_given(asked)}}


def _given(asked: Mapping[str, Any]) -> Answer:
    more = asked.get("AdditionalAttributes")
    return {"AdditionalAttributes": list(more)} if more else {}


def modify(context: Context, params: Params) -> Answer:
    """ModifyLoadBalancerAttributes: access logs only to a bucket that takes them."""
    balancer = context.backend().load_balancers.get(params["LoadBalancerArn"])
    if balancer is None:
        return context.moto()
    after = {**balancer.attrs, **{item["Key"]: item.get("Value", "") for item in params["Attributes"]}}
    if after.get("access_logs.s3.enabled") == "true":
        bucket, prefix = (after.get(f"access_logs.s3.{name}") for name in ("bucket", "prefix"))
        _check_bucket(context, bucket, prefix, kind=balancer.type)
    context.moto()
    return _attributes(balancer, balancer.attrs)


def _check_bucket(context: Context, name: str | None, prefix: str | None, *, kind: str) -> None:
    """Refuse a bucket that is not there or does not let Elastic Load Balancing write."""
    bucket = bucket_named(name) if name else None
    if bucket is None:
        raise Refused("InvalidConfigurationRequest", f"S3Bucket: {name} does not exist", status=400)
    if bucket.region_name != context.region:
        message = f"The bucket {name} is not in the load balancer's Region."
        raise Refused("InvalidConfigurationRequest", message, status=400)
    key = "/".join(
        part for part in (prefix, "AWSLogs", context.account, "elasticloadbalancing", "log") if part
    )
    by_account = f"arn:aws:iam::{ACCOUNTS.get(context.region)}:root"
    writers = (NETWORK_WRITER,) if kind == "network" else (WRITER, by_account)
    if not any(may_write(bucket, writer, key, SourceAccount=context.account) for writer in writers):
        message = f"Access Denied for bucket: {name}. Please check S3bucket permission"
        raise Refused("InvalidConfigurationRequest", message, status=400)


CLASSIC: Mapping[str, Handler] = {
    "DescribeLoadBalancerAttributes": describe_classic_attributes,
    "ModifyLoadBalancerAttributes": modify_classic,
}
HANDLERS: Mapping[str, Handler] = {
    "DescribeLoadBalancerAttributes": describe,
    "ModifyLoadBalancerAttributes": modify,
}
