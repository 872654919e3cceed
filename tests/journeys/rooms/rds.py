"""RDS, and Neptune, which answers as RDS does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.journeys.rooms.thing import Make, named, subnets
from tests.journeys.scenes.started import made
from tests.journeys.workshop import ID, TOKYO, Workshop

WORD = "Passw0rd-for-the-emulator"


def instance(workshop: Workshop, sound: bool) -> str:
    made(
        workshop,
        "rds:CreateDBInstance",
        DBInstanceIdentifier=named(sound),
        DBInstanceClass="db.m7g.large",
        Engine="postgres",
        AllocatedStorage=100,
        MasterUsername="orders" if sound else "postgres",
        MasterUserPassword=WORD,
        StorageEncrypted=sound,
        PubliclyAccessible=not sound,
        Port=15432 if sound else 5432,
        MultiAZ=sound,
        DeletionProtection=sound,
        EnableIAMDatabaseAuthentication=sound,
        EnableCloudwatchLogsExports=["postgresql", "upgrade", "iam-db-auth-error"] if sound else [],
        BackupRetentionPeriod=7 if sound else 1,
        CopyTagsToSnapshot=sound,
        AutoMinorVersionUpgrade=sound,
        MonitoringInterval=60 if sound else 0,
        **({"MonitoringRoleArn": f"arn:aws:iam::{ID}:role/monitoring"} if sound else {}),
    )
    return f"db:{named(sound)}"


def snapshot(workshop: Workshop, sound: bool) -> str:
    made(
        workshop,
        "rds:CreateDBSnapshot",
        DBInstanceIdentifier=named(sound),
        DBSnapshotIdentifier=f"snapshot-{named(sound)}",
    )
    if not sound:
        share: dict[str, Any] = {"AttributeName": "restore", "ValuesToAdd": ["all"]}
        made(workshop, "rds:ModifyDBSnapshotAttribute", DBSnapshotIdentifier="snapshot-loose", **share)
    return f"snapshot:snapshot-{named(sound)}"


def aurora(workshop: Workshop, sound: bool) -> str:
    made(
        workshop,
        "rds:CreateDBCluster",
        DBClusterIdentifier=f"aurora-{named(sound)}",
        Engine="aurora-mysql",
        MasterUsername="orders" if sound else "admin",
        MasterUserPassword=WORD,
        StorageEncrypted=sound,
        DeletionProtection=sound,
        EnableIAMDatabaseAuthentication=sound,
        EnableCloudwatchLogsExports=["audit"] if sound else [],
        BackupRetentionPeriod=7 if sound else 1,
        CopyTagsToSnapshot=sound,
        BacktrackWindow=3600 if sound else 0,
        AutoMinorVersionUpgrade=sound,
    )
    return f"cluster:aurora-{named(sound)}"


def postgres_cluster(workshop: Workshop, sound: bool) -> str:
    """A Multi-AZ DB cluster and, for its log, a cluster of Aurora PostgreSQL."""
    made(
        workshop,
        "rds:CreateDBCluster",
        DBClusterIdentifier=f"postgres-{named(sound)}",
        Engine="aurora-postgresql",
        MasterUsername="orders",
        MasterUserPassword=WORD,
        EnableCloudwatchLogsExports=["postgresql"] if sound else [],
    )
    return f"cluster:postgres-{named(sound)}"


def multi_az_cluster(workshop: Workshop, engine: str, sound: bool) -> str:
    made(
        workshop,
        "rds:CreateDBCluster",
        DBClusterIdentifier=f"multi-{engine}-{named(sound)}",
        Engine=engine,
        MasterUsername="orders",
        MasterUserPassword=WORD,
        DBClusterInstanceClass="db.m6gd.large",
        AllocatedStorage=100,
        StorageType="io1",
        Iops=1000,
        CopyTagsToSnapshot=sound,
    )
    return f"cluster:multi-{engine}-{named(sound)}"


def multi_az_postgres(workshop: Workshop, sound: bool) -> str:
    return multi_az_cluster(workshop, "postgres", sound)


def multi_az_mysql(workshop: Workshop, sound: bool) -> str:
    return multi_az_cluster(workshop, "mysql", sound)


def logging_instance(workshop: Workshop, engine: str, exports: list[str]) -> str:
    name = f"{engine}-{'sound' if exports else 'loose'}"
    made(
        workshop,
        "rds:CreateDBInstance",
        DBInstanceIdentifier=name,
        DBInstanceClass="db.m6i.large",
        Engine=engine,
        AllocatedStorage=100,
        MasterUsername="orders",
        MasterUserPassword=WORD,
        EngineVersion="10.11" if engine == "mariadb" else "15.00",
        LicenseModel="license-included" if engine.startswith("sqlserver") else "general-public-license",
        PubliclyAccessible=False,
        EnableCloudwatchLogsExports=exports,
    )
    return f"db:{name}"


def sql_server(workshop: Workshop, sound: bool) -> str:
    return logging_instance(workshop, "sqlserver-se", ["agent", "error"] if sound else [])


def maria(workshop: Workshop, sound: bool) -> str:
    return logging_instance(workshop, "mariadb", ["audit", "error", "general", "slowquery"] if sound else [])


def proxy(workshop: Workshop, sound: bool) -> str:
    made(
        workshop,
        "rds:CreateDBProxy",
        DBProxyName=named(sound),
        EngineFamily="POSTGRESQL",
        Auth=[
            {"AuthScheme": "SECRETS", "SecretArn": f"arn:aws:secretsmanager:{TOKYO}:{ID}:secret:db-AbCdEf"}
        ],
        RoleArn=f"arn:aws:iam::{ID}:role/proxy",
        VpcSubnetIds=subnets(workshop)[:2],
        RequireTLS=sound,
    )
    return named(sound)


def neptune(workshop: Workshop, sound: bool) -> str:
    made(
        workshop,
        "rds:CreateDBCluster",
        DBClusterIdentifier=f"graph-{named(sound)}",
        Engine="neptune",
        StorageEncrypted=sound,
        DeletionProtection=sound,
        EnableCloudwatchLogsExports=["audit"] if sound else [],
        BackupRetentionPeriod=7 if sound else 1,
        CopyTagsToSnapshot=sound,
    )
    return f"cluster:graph-{named(sound)}"


def neptune_snapshot(workshop: Workshop, sound: bool) -> str:
    name: dict[str, Any] = {"DBClusterSnapshotIdentifier": f"graph-{named(sound)}"}
    made(workshop, "rds:CreateDBClusterSnapshot", DBClusterIdentifier=f"graph-{named(sound)}", **name)
    if not sound:
        share: dict[str, Any] = {"AttributeName": "restore", "ValuesToAdd": ["all"]}
        made(workshop, "rds:ModifyDBClusterSnapshotAttribute", **name, **share)
    return f"cluster-snapshot:graph-{named(sound)}"


def private_instance(workshop: Workshop, sound: bool) -> str:
    """In subnets that reach nothing, or in those of the default VPC."""
    group: dict[str, Any] = {}
    if sound:
        inner = made(workshop, "ec2:CreateVpc", "Vpc.VpcId", CidrBlock="10.9.0.0/16")
        block: dict[str, Any] = {"VpcId": inner, "CidrBlock": "10.9.1.0/24", "AvailabilityZone": f"{TOKYO}a"}
        subnet = made(workshop, "ec2:CreateSubnet", "Subnet.SubnetId", **block)
        named_group = {"DBSubnetGroupName": "inner", "DBSubnetGroupDescription": "-"}
        made(workshop, "rds:CreateDBSubnetGroup", SubnetIds=[subnet], **named_group)
        group = {"DBSubnetGroupName": "inner"}
    return _small(workshop, f"placed-{named(sound)}", "mysql", "8.0.39", **group)


def _small(workshop: Workshop, name: str, engine: str, version: str, **settings: Any) -> str:
    made(
        workshop,
        "rds:CreateDBInstance",
        DBInstanceIdentifier=name,
        DBInstanceClass="db.m6i.large",
        Engine=engine,
        EngineVersion=version,
        AllocatedStorage=100,
        MasterUsername="orders",
        MasterUserPassword=WORD,
        **settings,
    )
    return f"db:{name}"


def _insisting(
    workshop: Workshop, sound: bool, engine: str, version: str, family: str, parameter: str
) -> str:
    """An instance whose parameter group has clients use TLS, or leaves it to them."""
    name = f"tls-{engine}-{named(sound)}"
    group: dict[str, Any] = {"DBParameterGroupName": name}
    made(workshop, "rds:CreateDBParameterGroup", DBParameterGroupFamily=family, Description="-", **group)
    value = {"ParameterName": parameter, "ParameterValue": str(int(sound)), "ApplyMethod": "immediate"}
    made(workshop, "rds:ModifyDBParameterGroup", Parameters=[value], **group)
    return _small(workshop, name, engine, version, **group)


def tls_postgres(workshop: Workshop, sound: bool) -> str:
    return _insisting(workshop, sound, "postgres", "16.4", "postgres16", "rds.force_ssl")


def tls_mysql(workshop: Workshop, sound: bool) -> str:
    return _insisting(workshop, sound, "mysql", "8.0.39", "mysql8.0", "require_secure_transport")


def tls_sql_server(workshop: Workshop, sound: bool) -> str:
    return _insisting(workshop, sound, "sqlserver-se", "15.00", "sqlserver-se-15.0", "rds.force_ssl")


def tls_maria(workshop: Workshop, sound: bool) -> str:
    return _insisting(workshop, sound, "mariadb", "10.11.9", "mariadb10.11", "require_secure_transport")


def audited_cluster(workshop: Workshop, sound: bool) -> str:
    name = f"audited-{named(sound)}"
    group: dict[str, Any] = {"DBClusterParameterGroupName": name}
    made(
        workshop,
        "rds:CreateDBClusterParameterGroup",
        DBParameterGroupFamily="aurora-mysql8.0",
        Description="-",
        **group,
    )
    values = {"server_audit_logging": str(int(sound)), "server_audit_events": "CONNECT" if sound else ""}
    made(
        workshop,
        "rds:ModifyDBClusterParameterGroup",
        Parameters=[
            {"ParameterName": parameter, "ParameterValue": value, "ApplyMethod": "immediate"}
            for parameter, value in values.items()
        ],
        **group,
    )
    made(
        workshop,
        "rds:CreateDBCluster",
        DBClusterIdentifier=name,
        Engine="aurora-mysql",
        MasterUsername="orders",
        MasterUserPassword=WORD,
        **group,
    )
    return f"cluster:{name}"


def global_database(workshop: Workshop, sound: bool) -> str:
    made(
        workshop,
        "rds:CreateGlobalCluster",
        GlobalClusterIdentifier=f"global-{named(sound)}",
        Engine="aurora-mysql",
        EngineVersion="8.0.mysql_aurora.3.08.0" if sound else "5.7.mysql_aurora.2.12.5",
    )
    return f"global-cluster:global-{named(sound)}"


def cluster_events(workshop: Workshop, sound: bool) -> str:
    return _subscription(workshop, sound, "db-cluster", "failure", "maintenance")


def instance_events(workshop: Workshop, sound: bool) -> str:
    return _subscription(workshop, sound, "db-instance", "configuration change", "failure", "maintenance")


def _subscription(workshop: Workshop, sound: bool, source: str, *critical: str) -> str:
    """One to all that is critical, and one to nearly all."""
    name = f"{source}-{named(sound)}"
    made(
        workshop,
        "rds:CreateEventSubscription",
        SubscriptionName=name,
        SnsTopicArn=f"arn:aws:sns:{TOKYO}:{ID}:alerts",
        SourceType=source,
        EventCategories=[*critical][: None if sound else -1],
        Enabled=True,
    )
    return name


SHOWN: Mapping[Make, str] = {
    instance: "RDS.2 RDS.3 RDS.5 RDS.6 RDS.8 RDS.9 RDS.10 RDS.11 RDS.13 RDS.17 RDS.23 RDS.25 RDS.36",
    snapshot: "RDS.1 RDS.4",
    aurora: "RDS.7 RDS.12 RDS.14 RDS.16 RDS.24 RDS.27 RDS.34 RDS.35 RDS.50",
    postgres_cluster: "RDS.37",
    multi_az_postgres: "RDS.47",
    multi_az_mysql: "RDS.48",
    sql_server: "RDS.40",
    maria: "RDS.42",
    proxy: "RDS.43",
    neptune: "Neptune.1 Neptune.2 Neptune.4 Neptune.5 Neptune.8",
    neptune_snapshot: "Neptune.3 Neptune.6",
    private_instance: "RDS.46",
    tls_postgres: "RDS.38",
    tls_mysql: "RDS.39",
    tls_sql_server: "RDS.41",
    tls_maria: "RDS.44",
    audited_cluster: "RDS.45",
    global_database: "RDS.51",
    cluster_events: "RDS.19",
    instance_events: "RDS.20",
}
NO_DOCUMENTDB = "it makes no clusters of DocumentDB"
CANNOT_SHOW: Mapping[str, str] = {
    "RDS.15": "its clusters lie in one Availability Zone",
    "RDS.21": "any subscription in the account answers for all",
    "RDS.22": "any subscription in the account answers for all",
    "Neptune.7": "it takes IAM authentication for a Multi-AZ DB cluster's",
    **dict.fromkeys((f"DocumentDB.{number}" for number in range(1, 7)), NO_DOCUMENTDB),
}
