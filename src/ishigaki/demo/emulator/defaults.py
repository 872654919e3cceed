"""What AWS gives a new account, VPC and bucket, and moto does not.

Set on moto's classes and not on the requests, because moto makes buckets and VPCs of its own too: the default
VPC of an account and Region at first sight, and whatever CloudFormation deploys.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.models.network_acls import NetworkAclBackend
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.iam.models import IAMBackend
from moto.kms.models import KmsBackend, kms_backends
from moto.organizations.models import FakeDelegatedAdministrator
from moto.s3.models import PublicAccessBlock, S3Backend

from ishigaki.demo.emulator.state import PARTITION

# Every account has these two from its first day; AWS does not let anyone delete them.
SERVICE_LINKED_ROLES: Mapping[str, str] = {
    "support.amazonaws.com": "AWSServiceRoleForSupport",
    "trustedadvisor.amazonaws.com": "AWSServiceRoleForTrustedAdvisor",
}

LAST_RULE = 32767  # of a network ACL; nobody can change it

# Services that take a delegated administrator and that moto's list lacks.
DELEGATED_SERVICES = (
    "account.amazonaws.com",
    "backup.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "config.amazonaws.com",
    "detective.amazonaws.com",
    "fms.amazonaws.com",
    "iam.amazonaws.com",
    "inspector2.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
    "reporting.trustedadvisor.amazonaws.com",
    "securityhub.amazonaws.com",
    "sso.amazonaws.com",
)


def install() -> None:
    """Put the defaults right; called once, before the first request."""
    after(EC2Backend, "__init__", _internet_gateway)
    after(SecurityGroupBackend, "create_security_group", _self_rule)
    after(NetworkAclBackend, "create_network_acl", _last_rules)
    after(EBSBackend, "create_volume", _encrypted_by_default)
    after(EBSBackend, "_create_default_encryption_key", _ebs_key)
    after(S3Backend, "create_bucket", _bucket_defaults)
    after(KmsBackend, "create_key", _usage)
    after(KmsBackend, "_generate_default_keys", _managed_by_aws)
    after(IAMBackend, "__init__", _service_linked_roles)
    FakeDelegatedAdministrator.SUPPORTED_SERVICES.extend(DELEGATED_SERVICES)


def after(owner: Any, name: str, then: Callable[..., None]) -> None:
    """Do `then(backend, result, arguments)` whenever the method has returned."""
    method = getattr(owner, name)

    def extended(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = method(self, *args, **kwargs)
        then(self, result, kwargs)
        return result

    setattr(owner, name, extended)


def _internet_gateway(ec2: Any, _: object, __: object) -> None:
    """The default VPC reaches the internet."""
    gateway = ec2.create_internet_gateway()
    ec2.attach_internet_gateway(gateway.id, ec2.default_vpc.id)
    table = next(table for table in ec2.route_tables.values() if table.vpc_id == ec2.default_vpc.id)
    ec2.create_route(table.id, "0.0.0.0/0", gateway_id=gateway.id)


def _self_rule(ec2: Any, group: Any, arguments: Mapping[str, Any]) -> None:
    """A default group admits everything from itself."""
    if arguments.get("is_default"):
        itself = [{"GroupId": group.id}]
        ec2.authorize_security_group_ingress(
            group.id, "-1", None, None, [], source_groups=itself, vpc_id=group.vpc_id
        )


def _last_rules(ec2: Any, acl: Any, _: object) -> None:
    """Every network ACL ends with a rule that denies, both ways; moto gives it to default ones only."""
    for egress in () if acl.default else (True, False):
        unset = dict.fromkeys(
            ("icmp_code", "icmp_type", "port_range_from", "port_range_to", "ipv6_cidr_block")
        )
        everything = {"protocol": "-1", "rule_action": "deny", "cidr_block": "0.0.0.0/0"}
        ec2.create_network_acl_entry(acl.id, rule_number=LAST_RULE, egress=egress, **everything, **unset)


def _encrypted_by_default(ec2: Any, volume: Any, _: object) -> None:
    """Where the account encrypts by default, every new volume is, also those of new instances."""
    if ec2.ebs_encryption_by_default and not volume.encrypted:
        volume.encrypted = True
        volume.kms_key_id = ec2.default_kms_key_id or ec2._create_default_encryption_key()


def _usage(_: object, key: Any, __: object) -> None:
    key.key_usage = key.key_usage or "ENCRYPT_DECRYPT"


def _managed_by_aws(kms: Any, key_id: Any, _: object) -> None:
    """The key behind an alias of AWS's is managed by AWS and rotates every year."""
    if key_id:
        kms.keys[key_id].key_manager = "AWS"
        kms.keys[key_id].key_rotation_status = True


def _ebs_key(ec2: Any, arn: str, _: object) -> None:
    """The key that EBS makes for itself is AWS's too."""
    _managed_by_aws(kms_backends[ec2.account_id][ec2.region_name], arn.rpartition("/")[2], None)


def _bucket_defaults(_: object, bucket: Any, __: object) -> None:
    """SSE-S3 (January 2023), the four flags and BucketOwnerEnforced (April 2023)."""
    algorithm = {"SSEAlgorithm": "AES256"}
    bucket.encryption = {"Rule": {"ApplyServerSideEncryptionByDefault": algorithm, "BucketKeyEnabled": False}}
    bucket.public_access_block = PublicAccessBlock(True, True, True, True)
    bucket.ownership_rule = bucket.ownership_rule or "BucketOwnerEnforced"


def _service_linked_roles(iam: Any, _: object, __: object) -> None:
    if iam.region_name != PARTITION:
        return
    for service, name in SERVICE_LINKED_ROLES.items():
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        iam.create_role(
            name,
            json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
            f"/aws-service-role/{service}/",
            permissions_boundary=None,
            description="",
            tags=[],
            max_session_duration="3600",
            linked_service=service,
        )
