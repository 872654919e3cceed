"""What AWS shows of databases, domains and sites although nobody asked for it, and moto leaves out.

Set on moto's classes, as CloudFormation makes these things too.
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.cloudfront.models import Origin
from moto.ec2.models import ec2_backends
from moto.elasticache.models import CacheCluster
from moto.elb.models import ELBBackend
from moto.emr.responses import ElasticMapReduceResponse
from moto.fsx.models import FileSystem
from moto.opensearch.models import OpenSearchDomain
from moto.rds.models import DBInstance, DBParameterGroup, DBSubnetGroup, RDSBackend

from ishigaki.demo.emulator.defaults import after
from ishigaki.demo.emulator.state import Answer

# Of an engine's family: the parameter that has clients use TLS, and its value where nobody set one.
TLS: Mapping[str, tuple[str, str]] = {
    "mariadb": ("require_secure_transport", "0"),
    "mysql": ("require_secure_transport", "0"),
    "postgres": ("rds.force_ssl", "0"),
    "sqlserver": ("rds.force_ssl", "0"),
}
AUDIT = ("server_audit_logging", "server_audit_events")  # of Aurora MySQL
FORCED_SINCE = 15  # of PostgreSQL: RDS gives rds.force_ssl the value 1
INSIDE = "default"  # the subnet group of who names none: the default VPC


def install() -> None:
    """Put the things right; called once, before the first request."""
    after(DBInstance, "__init__", _network)
    after(DBParameterGroup, "__init__", _tls_parameter)
    after(ELBBackend, "create_load_balancer", _zones)
    RDSBackend.describe_db_cluster_parameters = _with_audit(RDSBackend.describe_db_cluster_parameters)
    after(CacheCluster, "__init__", _cache_defaults)
    after(OpenSearchDomain, "__init__", _vpc_of_domain)
    Origin.__init__ = _with_its_kind(Origin.__init__)
    FileSystem.to_dict = _with_its_owner(FileSystem.to_dict)
    # EMR's Region stands in the signature, as everywhere: moto looks for it in the host's name alone.
    del ElasticMapReduceResponse.get_region_from_url


def _network(instance: Any, _: object, __: object) -> None:
    """An instance lies in the subnets of a group; where its VPC reaches the internet it is public unless told."""
    ec2 = ec2_backends[instance.account_id][instance.region]
    if getattr(instance, "db_subnet_group", None) is None:
        subnets = [
            s for zone in ec2.subnets.values() for s in zone.values() if s.vpc_id == ec2.default_vpc.id
        ]
        instance.db_subnet_group = DBSubnetGroup(instance.backend, INSIDE, INSIDE, subnets, [])
    if instance.publicly_accessible is None:
        gateways = ec2.internet_gateways.values()
        instance.publicly_accessible = any(
            g.vpc and g.vpc.id == instance.db_subnet_group.vpc_id for g in gateways
        )


def _tls_parameter(group: Any, _: object, __: object) -> None:
    """A parameter group shows every parameter of its engine: this one is asked about."""
    family = str(group.family)
    for engine, (name, value) in TLS.items():
        if family.startswith(engine):
            version = family.removeprefix("postgres").partition(".")[0]
            forced = engine == "postgres" and version.isdigit() and int(version) >= FORCED_SINCE
            group.parameters[name] = {
                "ParameterName": name,
                "ParameterValue": "1" if forced else value,
                "Source": "system",
                "ApplyType": "dynamic",
                "DataType": "boolean",
                "IsModifiable": True,
            }


def _with_audit(describe: Callable[[Any, str], list[Answer]]) -> Callable[[Any, str], list[Answer]]:
    """A cluster's parameter group, AWS's own ones included, shows what is asked about the audit log, set or not."""

    def described(rds: Any, name: str) -> list[Answer]:
        own = name.startswith(f"{INSIDE}.") and name not in rds.db_cluster_parameter_groups
        found = [] if own else describe(rds, name)
        known = {parameter["ParameterName"] for parameter in found}
        unset = {"Source": "engine-default", "ApplyType": "dynamic", "IsModifiable": True}
        return [*found, *({"ParameterName": each, **unset} for each in AUDIT if each not in known)]

    return described


def _zones(elb: Any, balancer: Any, _: object) -> None:
    """A classic load balancer lies in the Availability Zones of its subnets."""
    if balancer.subnets and not balancer.availability_zones:
        ec2 = ec2_backends[elb.account_id][elb.region_name]
        balancer.availability_zones = [ec2.get_subnet(each).availability_zone for each in balancer.subnets]


def _cache_defaults(cluster: Any, _: object, __: object) -> None:
    if cluster.auto_minor_version_upgrade is None:
        cluster.auto_minor_version_upgrade = True
    cluster.cache_subnet_group_name = cluster.cache_subnet_group_name or INSIDE


def _vpc_of_domain(domain: Any, _: object, __: object) -> None:
    """The VPC of the subnets that were asked for."""
    region, account = domain.arn.split(":")[3:5]
    subnets = (domain.vpc_options or {}).get("SubnetIds")
    if subnets:
        vpc = ec2_backends[account][region].get_subnet(subnets[0]).vpc_id
        domain.vpc_options = {**domain.vpc_options, "VPCId": vpc}


def _with_its_kind(make: Callable[..., None]) -> Callable[..., None]:
    """A bucket is told from a server by its configuration, even an empty one."""

    def made(origin: Any, given: Mapping[str, Any]) -> None:
        make(origin, given)
        origin.origin_access_control_id = given.get("OriginAccessControlId") or ""
        if "S3OriginConfig" in given:
            origin.s3_origin_config = given["S3OriginConfig"]

    return made


def _with_its_owner(to_dict: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    """A file system shows whose it is."""
    return lambda system: {**to_dict(system), "OwnerId": system.resource_arn.split(":")[4]}
