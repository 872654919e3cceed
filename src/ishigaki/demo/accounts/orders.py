"""受発注-本番 (orders): a production account that is looked after, with the odd thing left over."""

from __future__ import annotations

from ishigaki.demo.accounts.identities import machine
from ishigaki.demo.accounts.landing_zone import (
    alarms,
    analyzers,
    closed_defaults,
    customer_key,
    identity,
    recorders,
    security_contact,
    threat_detection,
    trail,
    vulnerability_scans,
)
from ishigaki.demo.accounts.network import (
    balancer,
    closed_group,
    endpoints,
    flow_logs,
    group,
    instance,
    vpc,
)
from ishigaki.demo.accounts.storage import bucket, kept_bucket
from ishigaki.demo.steps import TOKYO, Do, Member, Of

ID = "444455556666"
BALANCERS = "logdelivery.elasticloadbalancing"
DATA, LOGS, REPORTS = "aomine-orders-data", "aomine-orders-logs", "aomine-orders-monthly-reports"

NETWORK = (
    *vpc("orders", "10.20.0.0/16"),
    *closed_group("orders"),
    *flow_logs("orders"),
    *endpoints("orders"),
    *group("orders-web", "orders", 443, description="HTTPS from customers"),
    *group("orders-app", "orders", description="From the load balancer only"),
    *balancer("orders-alb", "orders", "orders-web", logs_to=LOGS),
    *instance("orders-app-1", "orders-back", "orders-app", tokens="required"),
    *instance("orders-batch", "orders-back", "orders-app", tokens="optional", name="受注バッチ (batch)"),
)

STORAGE = (
    *kept_bucket(LOGS, written_by=("logging.s3", BALANCERS)),
    *kept_bucket(DATA, logs_to=LOGS),
    bucket(REPORTS),
    *customer_key("orders-key", "Orders database"),
    Do(TOKYO, "kms:CreateKey", {"Description": "Archive of 2021"}, "archive-key"),
)

DATABASES = (
    Do(
        TOKYO,
        "rds:CreateDBSubnetGroup",
        {
            "DBSubnetGroupName": "orders",
            "DBSubnetGroupDescription": "Orders",
            "SubnetIds": [Of("orders-front", "Subnet.SubnetId"), Of("orders-back", "Subnet.SubnetId")],
        },
    ),
    Do(
        TOKYO,
        "rds:CreateDBInstance",
        {
            "DBInstanceIdentifier": "orders",
            "VpcSecurityGroupIds": [Of("orders-app", "GroupId")],
            "DBInstanceClass": "db.m7g.large",
            "Engine": "postgres",
            "EngineVersion": "16.4",
            "DBSubnetGroupName": "orders",
            "PubliclyAccessible": False,
            "AllocatedStorage": 100,
            "MasterUsername": "orders",
            "ManageMasterUserPassword": True,
            "StorageEncrypted": True,
            "KmsKeyId": Of("orders-key", "KeyMetadata.Arn"),
            "MultiAZ": True,
            "DeletionProtection": True,
            "EnableCloudwatchLogsExports": ["postgresql"],
        },
    ),
    Do(
        TOKYO,
        "dynamodb:CreateTable",
        {
            "TableName": "order-status",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    ),
    Do(TOKYO, "ecs:CreateCluster", {"clusterName": "orders"}),
    Do(TOKYO, "sqs:CreateQueue", {"QueueName": "orders-incoming"}),
)

ORDERS = Member(
    id=ID,
    name="受発注-本番 orders-prod",
    environment="production",
    owner="受発注システム課 <orders@aomine-foods.example>",
    root_mfa="hardware",
    steps=(
        *trail(ID),
        *alarms(),
        *recorders(ID),
        *threat_detection(),
        *vulnerability_scans(ID, regions=(TOKYO,)),
        *closed_defaults(ID),
        *identity(ID),
        *security_contact(),
        *analyzers(regions=(TOKYO,)),
        *STORAGE,
        *NETWORK,
        *DATABASES,
        *machine("deploy-pipeline", made=400, used=1),
    ),
)
