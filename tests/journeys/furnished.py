"""An account as years leave it, by a seed: things with faults, and things that only look as if they had some."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ishigaki.core.answer import Answer, search
from ishigaki.core.call import Call
from ishigaki.core.call import call as made
from tests.journeys.workshop import ID, TOKYO, Workshop

OPEN = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)
OWNERS = {"module-data": ("ManagedBy", "Terraform"), "stack-data": ("provisioner", "AWS CDK")}
ANYWHERE = "0.0.0.0/0"


@dataclass
class Account:
    """What was furnished, and the reads that show what has to stay as it is, by what it is."""

    perform: Callable[[Call], Answer]
    random: random.Random
    decoys: dict[str, tuple[str, str, Mapping[str, Any]]] = field(default_factory=dict)

    def do(self, call: str, at: str = "", **params: Any) -> Any:
        """One call; what lies in its answer."""
        service, operation = call.split(":")
        answer = self.ask(service, operation, params)
        assert not answer.error, (call, answer.error, answer.message)
        return search(at, answer.merged)

    def ask(self, service: str, operation: str, params: Mapping[str, Any]) -> Answer:
        return self.perform(made(service, operation, region=TOKYO, **params))

    def stays(self, what: str, call: str, **params: Any) -> None:
        """Whatever is planned, this read shows the same afterwards."""
        service, operation = call.split(":")
        self.decoys[f"{what}: {operation}"] = (service, operation, params)

    def now(self) -> dict[str, Any]:
        """What AWS says of the decoys, word for word."""
        answers = {name: self.ask(*read) for name, read in self.decoys.items()}
        return {name: (answer.error, answer.merged) for name, answer in answers.items()}


def furnish(workshop: Workshop, seed: int) -> Account:
    """Every decoy, and of the faults about two thirds, in an order of the seed's own."""
    access = workshop.access()
    entered = access.enter(ID, None)
    account = Account(lambda asked: access.perform(entered, asked), random.Random(seed))
    faults = account.random.sample(FAULTS, k=round(len(FAULTS) * 2 / 3))
    makers = [*DECOYS, *faults]
    account.random.shuffle(makers)
    for make in makers:
        make(account)
    return account


def _bucket(account: Account, name: str) -> None:
    account.do("s3:CreateBucket", Bucket=name, CreateBucketConfiguration={"LocationConstraint": TOKYO})
    account.do("s3:PutPublicAccessBlock", Bucket=name, PublicAccessBlockConfiguration=OPEN)


def _readable(name: str) -> str:
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{**anybody, "Resource": f"arn:aws:s3:::{name}/*"}]}
    )


def website(account: Account) -> None:
    """Its objects are meant to be read by everyone, over plain HTTP."""
    _bucket(account, "shop-website")
    account.do("s3:PutBucketPolicy", Bucket="shop-website", Policy=_readable("shop-website"))
    pages = {"IndexDocument": {"Suffix": "index.html"}}
    account.do("s3:PutBucketWebsite", Bucket="shop-website", WebsiteConfiguration=pages)
    for call in ("s3:GetBucketPolicy", "s3:GetBucketWebsite", "s3:GetPublicAccessBlock"):
        account.stays("website", call, Bucket="shop-website")


def owned_buckets(account: Account) -> None:
    """Terraform and CDK would put back what is changed under them."""
    for name, (key, tool) in OWNERS.items():
        _bucket(account, name)
        account.do("s3:PutBucketTagging", Bucket=name, Tagging={"TagSet": [{"Key": key, "Value": tool}]})
        for call in (
            "s3:GetBucketPolicy",
            "s3:GetPublicAccessBlock",
            "s3:GetBucketVersioning",
            "s3:GetBucketLifecycleConfiguration",
            "s3:GetBucketLogging",
            "s3:GetBucketTagging",
            "s3:GetBucketNotificationConfiguration",
        ):
            account.stays(name, call, Bucket=name)


def network_in_use(account: Account) -> None:
    """A default group that an interface uses, and a subnet with a NAT gateway and its public address."""
    vpc = account.do("ec2:CreateVpc", "Vpc.VpcId", CidrBlock="10.7.0.0/16")
    subnet = account.do("ec2:CreateSubnet", "Subnet.SubnetId", VpcId=vpc, CidrBlock="10.7.1.0/24")
    account.do("ec2:CreateNetworkInterface", SubnetId=subnet)
    address = account.do("ec2:AllocateAddress", "AllocationId", Domain="vpc")
    account.do("ec2:CreateNatGateway", SubnetId=subnet, AllocationId=address)
    here = [{"Name": "vpc-id", "Values": [vpc]}]
    default = [*here, {"Name": "group-name", "Values": ["default"]}]
    account.stays("default group in use", "ec2:DescribeSecurityGroups", Filters=default)
    account.stays("NAT subnet", "ec2:DescribeSubnets", Filters=here)
    account.stays("NAT gateway", "ec2:DescribeNatGateways")
    account.stays("NAT gateway's address", "ec2:DescribeAddresses")
    account.stays("NAT gateway's interface", "ec2:DescribeNetworkInterfaces", Filters=here)
    account.stays("routes", "ec2:DescribeRouteTables", Filters=here)


def strict_trail(account: Account) -> None:
    """Records more than is asked for: reads and writes of every object."""
    name = "strict-logs"
    account.do("s3:CreateBucket", Bucket=name, CreateBucketConfiguration={"LocationConstraint": TOKYO})
    service = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    policy = [
        {**service, "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{name}"},
        {**service, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/AWSLogs/{ID}/*"},
    ]
    account.do(
        "s3:PutBucketPolicy", Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": policy})
    )
    account.do("cloudtrail:CreateTrail", Name="strict", S3BucketName=name, IsMultiRegionTrail=True)
    objects = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]
    selectors = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": objects}]
    account.do("cloudtrail:PutEventSelectors", TrailName="strict", EventSelectors=selectors)
    account.do("cloudtrail:StartLogging", Name="strict")
    account.stays("strict trail", "cloudtrail:GetEventSelectors", TrailName="strict")


def long_kept_logs(account: Account) -> None:
    """Kept for ever, and kept longer than is asked for."""
    account.do("logs:CreateLogGroup", logGroupName="kept/for-ever")
    account.do("logs:CreateLogGroup", logGroupName="kept/long")
    account.do("logs:PutRetentionPolicy", logGroupName="kept/long", retentionInDays=3653)
    account.stays("logs kept for ever", "logs:DescribeLogGroups", logGroupNamePrefix="kept/")


def foreign_keys(account: Account) -> None:
    """A key that does not encrypt data cannot rotate, and one that is switched off does not have to."""
    signing = account.do("kms:CreateKey", "KeyMetadata.KeyId", KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")
    off = account.do("kms:CreateKey", "KeyMetadata.KeyId")
    account.do("kms:DisableKey", KeyId=off)
    for name, key in (("key that signs", signing), ("key switched off", off)):
        account.stays(name, "kms:DescribeKey", KeyId=key)
        account.stays(name, "kms:GetKeyRotationStatus", KeyId=key)


def other_ports(account: Account) -> None:
    """An ACL whose entries serve the web, numbered as if they stood in the way of something; and a group."""
    vpc = account.do("ec2:CreateVpc", "Vpc.VpcId", CidrBlock="10.8.0.0/16")
    subnet = account.do("ec2:CreateSubnet", "Subnet.SubnetId", VpcId=vpc, CidrBlock="10.8.1.0/24")
    acl = account.do("ec2:CreateNetworkAcl", "NetworkAcl.NetworkAclId", VpcId=vpc)
    associated = account.do(
        "ec2:DescribeNetworkAcls",
        f"NetworkAcls[].Associations[?SubnetId=='{subnet}'][] | [0].NetworkAclAssociationId",
        Filters=[{"Name": "vpc-id", "Values": [vpc]}],
    )
    account.do("ec2:ReplaceNetworkAclAssociation", AssociationId=associated, NetworkAclId=acl)
    for number, port in ((1, 443), (100, 8443)):
        entry: dict[str, Any] = {
            "RuleNumber": number,
            "RuleAction": "allow",
            "Protocol": "6",
            "CidrBlock": ANYWHERE,
        }
        ports = {"From": port, "To": port}
        account.do("ec2:CreateNetworkAclEntry", NetworkAclId=acl, Egress=False, PortRange=ports, **entry)
    group = account.do("ec2:CreateSecurityGroup", "GroupId", GroupName="web", Description="-", VpcId=vpc)
    _open(account, group, 443)
    account.stays("ACL of the web", "ec2:DescribeNetworkAcls", NetworkAclIds=[acl])
    account.stays("group of the web", "ec2:DescribeSecurityGroups", GroupIds=[group])


def _open(account: Account, group: str, *ports: int) -> None:
    rules = [
        {"IpProtocol": "tcp", "FromPort": p, "ToPort": p, "IpRanges": [{"CidrIp": ANYWHERE}]} for p in ports
    ]
    account.do("ec2:AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=rules)


def open_buckets(account: Account) -> None:
    for number in range(account.random.randint(1, 3)):
        _bucket(account, f"open-data-{number}")


def loose_acl(account: Account) -> None:
    _bucket(account, "loose-data")
    control = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    account.do("s3:PutBucketOwnershipControls", Bucket="loose-data", OwnershipControls=control)
    account.do("s3:PutBucketAcl", Bucket="loose-data", ACL="public-read")


def open_group(account: Account) -> None:
    vpc = account.do("ec2:CreateVpc", "Vpc.VpcId", CidrBlock="10.9.0.0/16")
    group = account.do("ec2:CreateSecurityGroup", "GroupId", GroupName="admin", Description="-", VpcId=vpc)
    _open(account, group, 443, account.random.choice((22, 3389)))


def open_acl(account: Account) -> None:
    vpc = account.do("ec2:CreateVpc", "Vpc.VpcId", CidrBlock="10.10.0.0/16")
    acl = account.do(
        "ec2:DescribeNetworkAcls",
        "NetworkAcls[0].NetworkAclId",
        Filters=[{"Name": "vpc-id", "Values": [vpc]}],
    )
    ports = {"From": 3389, "To": 3389}
    account.do(
        "ec2:CreateNetworkAclEntry",
        NetworkAclId=acl,
        Egress=False,
        PortRange=ports,
        RuleNumber=account.random.choice((1, 50, 99)),
        RuleAction="allow",
        Protocol="6",
        CidrBlock=ANYWHERE,
    )


def public_subnet(account: Account) -> None:
    vpc = account.do("ec2:CreateVpc", "Vpc.VpcId", CidrBlock="10.11.0.0/16")
    subnet = account.do("ec2:CreateSubnet", "Subnet.SubnetId", VpcId=vpc, CidrBlock="10.11.1.0/24")
    account.do("ec2:ModifySubnetAttribute", SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})


def loose_passwords(account: Account) -> None:
    """In part looser than is asked for, in part stricter: the length has to stay."""
    length = account.random.choice((20, 32))
    account.do("iam:UpdateAccountPasswordPolicy", MinimumPasswordLength=length, RequireSymbols=False)


def short_logs(account: Account) -> None:
    account.do("logs:CreateLogGroup", logGroupName="short")
    days = account.random.choice((1, 7, 90))
    account.do("logs:PutRetentionPolicy", logGroupName="short", retentionInDays=days)


def dying_key(account: Account) -> None:
    """Somebody scheduled its deletion."""
    key = account.do("kms:CreateKey", "KeyMetadata.Arn")
    account.do("kms:ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=30)


def still_key(account: Account) -> None:
    account.do("kms:CreateKey", Description="not rotated")


def powerful_user(account: Account) -> None:
    """A policy attached to a user, who has an old key."""
    account.do("iam:CreateUser", UserName="hanako")
    account.do("iam:AttachUserPolicy", UserName="hanako", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    account.do("iam:CreateAccessKey", UserName="hanako")


def plain_topic(account: Account) -> None:
    account.do("sns:CreateTopic", Name=f"news-{account.random.randint(1, 9)}")


DECOYS = (website, owned_buckets, network_in_use, strict_trail, long_kept_logs, foreign_keys, other_ports)
FAULTS = (
    open_buckets,
    loose_acl,
    open_group,
    open_acl,
    public_subnet,
    loose_passwords,
    short_logs,
    dying_key,
    still_key,
    powerful_user,
    plain_topic,
)
