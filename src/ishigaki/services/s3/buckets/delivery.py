"""Who may deliver logs: the statements of a log bucket's policy and of its key's.

A service writes for whichever account asks it to, so every statement names the accounts it may write for. They
are few and short, because a bucket policy holds 20 KB and every account of an estate stands in it.
"""

from __future__ import annotations

from collections.abc import Collection

from ishigaki.services.s3.buckets.statements import Statement, deny_plain_http, values_of

TRAILS = "cloudtrail.amazonaws.com"
OTHERS = ["config.amazonaws.com", "delivery.logs.amazonaws.com"]  # Config; VPC flow logs and the like
ENCRYPTING = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
LOG_DELIVERY = "IshigakiLogDelivery"
BUCKET_POLICY_LIMIT = 20 * 1024
KEY_POLICY_LIMIT = 32 * 1024


def delivering(document: str | None) -> frozenset[str]:
    """The accounts whose logs a policy of ours lets in."""
    return frozenset(values_of(document, LOG_DELIVERY, "StringEquals", "aws:SourceAccount"))


def log_bucket_statements(bucket: str, accounts: Collection[str], *, partition: str) -> list[Statement]:
    """What the policy of a log bucket (by its ARN) says."""
    within = [bucket, f"{bucket}/AWSLogs/*"]
    return [
        deny_plain_http(bucket),
        {
            "Sid": "IshigakiCloudTrailDelivery",
            "Effect": "Allow",
            "Principal": {"Service": TRAILS},
            "Action": ["s3:GetBucketAcl", "s3:PutObject"],
            "Resource": within,
            "Condition": {"ArnLike": {"aws:SourceArn": _trails(accounts, partition)}},
        },
        {
            "Sid": LOG_DELIVERY,
            "Effect": "Allow",
            "Principal": {"Service": OTHERS},
            "Action": ["s3:GetBucketAcl", "s3:ListBucket", "s3:PutObject"],
            "Resource": within,
            "Condition": {"StringEquals": {"aws:SourceAccount": sorted(accounts)}},
        },
    ]


def log_key_statements(
    accounts: Collection[str], *, account: str, region: str, partition: str
) -> list[Statement]:
    """What the policy of the key says beside that the account administers it: who encrypts with it.

    CloudTrail's statement goes by the trail and not by the encryption context: S3 passes a context of its own
    for whatever it encrypts by the bucket's default.
    """
    return [
        {
            "Sid": "IshigakiCloudTrailEncryption",
            "Effect": "Allow",
            "Principal": {"Service": TRAILS},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
            "Resource": "*",
            "Condition": {"ArnLike": {"aws:SourceArn": _trails(accounts, partition)}},
        },
        {
            "Sid": "IshigakiCloudTrailDescription",
            "Effect": "Allow",
            "Principal": {"Service": TRAILS},
            "Action": "kms:DescribeKey",
            "Resource": "*",
        },
        {
            "Sid": LOG_DELIVERY,
            "Effect": "Allow",
            "Principal": {"Service": OTHERS},
            "Action": ENCRYPTING,
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": sorted(accounts)}},
        },
        {
            "Sid": "IshigakiLogGroups",
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{region}.amazonaws.com"},
            "Action": ENCRYPTING,
            "Resource": "*",
            "Condition": {
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": f"arn:{partition}:logs:{region}:{account}:*"
                }
            },
        },
    ]


def _trails(accounts: Collection[str], partition: str) -> list[str]:
    return [f"arn:{partition}:cloudtrail:*:{account}:trail/*" for account in sorted(accounts)]


def access_log_statements(bucket: str, *, account: str) -> list[Statement]:
    """What the policy of a bucket (by its ARN) says that S3 writes the account's server access logs to."""
    return [
        {
            "Sid": "IshigakiAccessLogDelivery",
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"{bucket}/*",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        },
        deny_plain_http(bucket),
    ]
