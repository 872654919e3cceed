"""S3 public access: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.s3.buckets.making import BLOCKED, put_block
from ishigaki.services.s3.buckets.resources import UNBLOCKED, Bucket, PublicAccessBlock, Website
from ishigaki.services.s3.public_access.resources import AccountPublicAccess

ALL_ON = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(AccountPublicAccess(public_access_block=UNBLOCKED)),
        mends(AccountPublicAccess(public_access_block=replace(ALL_ON, restrict_public_buckets=False))),
        leaves(AccountPublicAccess(public_access_block=ALL_ON)),
    ],
)
def block_public_access_of_account(account: AccountPublicAccess) -> Changes:
    """Switches on all four settings of the account's public access block."""
    if account.public_access_block == ALL_ON:
        return
    before = said(account, "public_access_block")
    yield change(
        alters(account, public_access_block=BLOCKED),
        steps=[step("block", _put_account(account, BLOCKED), undo=_restore_account(account, before))],
    )


def _put_account(account: AccountPublicAccess, block: Mapping[str, bool]) -> Call:
    return call(
        "s3control",
        "PutPublicAccessBlock",
        permission="s3:PutAccountPublicAccessBlock",
        AccountId=account.account,
        PublicAccessBlockConfiguration=block,
    )


def _restore_account(account: AccountPublicAccess, before: Mapping[str, bool] | None) -> Call:
    if before is not None:
        return _put_account(account, before)
    return call(
        "s3control",
        "DeletePublicAccessBlock",
        permission="s3:PutAccountPublicAccessBlock",
        AccountId=account.account,
    )


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(Bucket(public_access_block=UNBLOCKED, website=None)),
        leaves(Bucket(public_access_block=ALL_ON)),
        leaves(Bucket(public_access_block=UNBLOCKED, website=Website()), skip="website_is_public"),
    ],
)
def block_public_access_of_bucket(bucket: Bucket) -> Changes:
    """Switches on all four settings of a bucket's own public access block.

    A bucket that serves a website is left to a person: it is meant to be read by everyone.
    """
    if bucket.public_access_block == ALL_ON:
        return
    if bucket.website is not None:
        yield skip("website_is_public")
        return
    before = said(bucket, "public_access_block")
    yield change(
        alters(bucket, public_access_block=BLOCKED),
        steps=[step("block", put_block(bucket.name, BLOCKED), undo=put_block(bucket.name, before))],
    )


REMEDIATIONS = {
    "S3.1": block_public_access_of_account,
    "S3.2": block_public_access_of_bucket,
    "S3.3": block_public_access_of_bucket,
    "S3.8": block_public_access_of_bucket,
}
