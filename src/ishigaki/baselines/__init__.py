"""The baseline of an account: what it should look like, composed of the rooms' remediations."""

from __future__ import annotations

from ishigaki.core.planning import Item
from ishigaki.services.iam.passwords.remediations import strengthen_password_policy
from ishigaki.services.s3.public_access.remediations import block_public_access_of_account

ITEMS: tuple[Item, ...] = (
    Item("password_policy", strengthen_password_policy, None),
    Item("s3_public_access", block_public_access_of_account, None),
)
