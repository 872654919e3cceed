"""Access key ids: what they tell without asking anybody.

After a prefix of four letters, sixteen characters of base32 hold ten bytes. In ids of today's form the first bit is
set and the 40 bits after it are the account's number; ids from before 2019 (`AKIAI…`, `AKIAJ…`) have the first bit
clear and hold no number. There is no checksum: an id can be decoded without having ever existed.
"""

from __future__ import annotations

import base64
import re

LONG_TERM, TEMPORARY = "AKIA", "ASIA"
KEY_ID = re.compile(rf"({LONG_TERM}|{TEMPORARY})[A-Z0-9]{{16}}")
_BASE32 = re.compile(r"[A-Z2-7]{16}")
_HIGHEST = 999_999_999_999


def is_key_id(text: str) -> bool:
    """Whether this is written as the id of an access key, long-term or temporary."""
    return KEY_ID.fullmatch(text) is not None


def is_temporary(key: str) -> bool:
    """Whether the key is one of a session: AWS STS gave it, and it ends by itself."""
    return key.startswith(TEMPORARY)


def is_example(key: str) -> bool:
    """Whether the id is one of those that documentation is written with: AWS ends them all in `EXAMPLE`."""
    return is_key_id(key) and key.endswith("EXAMPLE")


def account_of(key: str) -> str | None:
    """The account that an access key belongs to; None where the id does not hold it."""
    if not is_key_id(key) or not _BASE32.fullmatch(key[4:]):
        return None
    number = int.from_bytes(base64.b32decode(key[4:])[:6], "big")
    if not number >> 47:  # the old form
        return None
    account = (number >> 7) & ((1 << 40) - 1)
    return f"{account:012d}" if account <= _HIGHEST else None
