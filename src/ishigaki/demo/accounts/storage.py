"""Buckets: as the security team wants them, and as they were left."""

from __future__ import annotations

from typing import Any

from ishigaki.demo.steps import TOKYO, Do, policy

ORGANIZATION = "o-aomine0foods"
OPEN = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)


def bucket(name: str) -> Do:
    """A new bucket with AWS's defaults."""
    place = {"LocationConstraint": TOKYO}
    return Do(TOKYO, "s3:CreateBucket", {"Bucket": name, "CreateBucketConfiguration": place})


def kept_bucket(name: str, *, logs_to: str = "", written_by: tuple[str, ...] = ()) -> tuple[Do, ...]:
    """A bucket that is reached by TLS only, keeps versions, lets old ones expire and logs who came.

    `written_by` are the services of AWS that deliver to it.
    """
    expiry = {
        "ID": "old-versions",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 365},
    }
    statements = policy(_tls_only(name), *(_delivery(name, service) for service in written_by))
    settings: tuple[tuple[str, dict[str, Any]], ...] = (
        ("s3:PutBucketPolicy", {"Policy": statements}),
        ("s3:PutBucketVersioning", {"VersioningConfiguration": {"Status": "Enabled"}}),
        ("s3:PutBucketLifecycleConfiguration", {"LifecycleConfiguration": {"Rules": [expiry]}}),
    )
    target = {"TargetBucket": logs_to, "TargetPrefix": f"{name}/"}
    logging = {"BucketLoggingStatus": {"LoggingEnabled": target}}
    settings += (("s3:PutBucketLogging", logging),) if logs_to else ()
    return (bucket(name), *(Do(TOKYO, call, {"Bucket": name, **params}) for call, params in settings))


def log_bucket(name: str, *, written_by: str) -> tuple[Do, ...]:
    """A bucket that a service of AWS delivers to, otherwise with AWS's defaults."""
    statements = policy(_delivery(name, written_by))
    return (bucket(name), Do(TOKYO, "s3:PutBucketPolicy", {"Bucket": name, "Policy": statements}))


def _tls_only(name: str) -> dict[str, Any]:
    """The statement that refuses whoever does not come by TLS."""
    arn = f"arn:aws:s3:::{name}"
    return {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _delivery(name: str, service: str) -> dict[str, Any]:
    """The statement that lets a service of AWS write for the company's accounts."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/*",
        "Condition": {"StringEquals": {"aws:SourceOrgID": ORGANIZATION}},
    }


def public_bucket(name: str) -> tuple[Do, ...]:
    """A bucket whose objects anybody may read."""
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    readable = policy({**anybody, "Resource": f"arn:aws:s3:::{name}/*"})
    return (
        bucket(name),
        Do(TOKYO, "s3:PutPublicAccessBlock", {"Bucket": name, "PublicAccessBlockConfiguration": OPEN}),
        Do(TOKYO, "s3:PutBucketPolicy", {"Bucket": name, "Policy": readable}),
    )
