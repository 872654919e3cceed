"""通販-本番 (web shop): a production account that grew by itself for years.

Its names are legal on AWS and unpleasant to show: formulas, markup, options. A report shows them and is not
moved by them.
"""

from __future__ import annotations

from ishigaki.demo.accounts.identities import (
    ADMINISTRATOR,
    EVERYTHING,
    attached,
    inline,
    machine,
    person,
)
from ishigaki.demo.accounts.landing_zone import plain_trail, threat_detection
from ishigaki.demo.accounts.network import balancer, group, instance, vpc
from ishigaki.demo.accounts.storage import log_bucket, public_bucket
from ishigaki.demo.steps import TOKYO, Do, Member, Of, name_tag

ID = "777788889999"
IMAGES, LOGS = "drop-table-customers--1.aomine-shop", "aomine-shop-logs"

NETWORK = (
    *log_bucket(LOGS, written_by="logdelivery.elasticloadbalancing"),
    *vpc("shop", "10.30.0.0/16"),
    *group("shop-web", "shop", 80, 443, description="Web"),
    *group("test-sg", "shop", 22, name="=SUM(1+1)*test-sg", description="temporary, remove after test"),
    *balancer("shop-alb", "shop", "shop-web", logs_to=LOGS),
    *instance(
        "shop-1", "shop-front", "test-sg", tokens="optional", name="<img src=x onerror=alert(1)> ショップ #1"
    ),
    *instance("shop-2", "shop-back", "shop-web", tokens="optional"),
)

STORAGE = (
    *public_bucket(IMAGES),
    Do(
        TOKYO,
        "ec2:CreateVolume",
        {
            "AvailabilityZone": f"{TOKYO}a",
            "Size": 200,
            "Encrypted": False,
            "TagSpecifications": name_tag("volume", "shop-data"),
        },
        "data",
    ),
    Do(
        TOKYO,
        "ec2:AttachVolume",
        {
            "VolumeId": Of("data", "VolumeId"),
            "InstanceId": Of("shop-1", "Instances[0].InstanceId"),
            "Device": "/dev/sdf",
        },
    ),
    Do(
        TOKYO, "ec2:CreateSnapshot", {"VolumeId": Of("data", "VolumeId"), "Description": "before 2019"}, "old"
    ),
    Do(
        TOKYO,
        "ec2:ModifySnapshotAttribute",
        {
            "SnapshotId": Of("old", "SnapshotId"),
            "Attribute": "createVolumePermission",
            "OperationType": "add",
            "GroupNames": ["all"],
        },
    ),
    Do(
        TOKYO,
        "rds:CreateDBInstance",
        {
            "DBInstanceIdentifier": "shop",
            "DBInstanceClass": "db.t3.medium",
            "Engine": "mysql",
            "AllocatedStorage": 100,
            "MasterUsername": "admin",
            "MasterUserPassword": "shop-password-2018",
            "PubliclyAccessible": True,
        },
    ),
    Do(
        TOKYO,
        "elasticache:CreateCacheCluster",
        {"CacheClusterId": "shop", "Engine": "redis", "CacheNodeType": "cache.t3.micro"},
    ),
)

PEOPLE = (
    *person("=1+1@tanaka", made=2100, signed_in=4),
    attached("=1+1@tanaka", ADMINISTRATOR),
    *person("suzuki.ichiro", made=1500, signed_in=640),
    inline(
        "suzuki.ichiro",
        "orders-to-shop",
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
    ),
    *machine("--shop-uploader", made=2000, used=2),
    *machine("batch-2019", made=1900),
    Do(TOKYO, "iam:CreatePolicy", {"PolicyName": "shop-everything", "PolicyDocument": EVERYTHING}, "all"),
    attached("--shop-uploader", Of("all", "Policy.Arn")),
)

SHOP = Member(
    id=ID,
    name="通販-本番 shop-prod",
    environment="production",
    owner="通販事業部 <shop@aomine-foods.example>",
    steps=(*plain_trail(), *threat_detection(), *NETWORK, *STORAGE, *PEOPLE),
)
