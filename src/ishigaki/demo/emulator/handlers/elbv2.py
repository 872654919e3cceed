"""Load balancers: the attributes that AWS gives every one of them, by kind."""

from collections.abc import Mapping

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

LOGS = {"access_logs.s3.enabled": "false", "access_logs.s3.bucket": "", "access_logs.s3.prefix": ""}
ALWAYS = {"deletion_protection.enabled": "false"}
DESYNC = {"Key": "elb.http.desyncmitigationmode", "Value": "defensive"}
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


def describe_attributes(context: Context, params: Params) -> Answer:
    """DescribeLoadBalancerAttributes: AWS's defaults under what was modified."""
    modified = {item["Key"]: item["Value"] for item in context.moto()["Attributes"]}
    balancer = context.backend().load_balancers[params["LoadBalancerArn"]]
    defaults = BY_TYPE.get(balancer.type, {})
    set_by_moto = {"load_balancing.cross_zone.enabled": "false"}  # moto's own start value, for every type
    if balancer.type == "application":
        modified = {k: v for k, v in modified.items() if set_by_moto.get(k) != v}  # always on for these
    return {"Attributes": [{"Key": key, "Value": value} for key, value in {**defaults, **modified}.items()]}


def describe_classic_attributes(context: Context, params: Params) -> Answer:
    """DescribeLoadBalancerAttributes of a Classic Load Balancer: with the desync mitigation mode."""
    name = params["LoadBalancerName"]
    if name not in context.backend().load_balancers:
        raise Refused("LoadBalancerNotFound", f"There is no ACTIVE Load Balancer named '{name}'")
    attributes = context.moto()["LoadBalancerAttributes"]
    more = attributes.get("AdditionalAttributes") or []
    if DESYNC["Key"] not in {item["Key"] for item in more}:
        more = [*more, DESYNC]
    return {"LoadBalancerAttributes": {**attributes, "AdditionalAttributes": more}}


CLASSIC: Mapping[str, Handler] = {"DescribeLoadBalancerAttributes": describe_classic_attributes}
HANDLERS: Mapping[str, Handler] = {"DescribeLoadBalancerAttributes": describe_attributes}
