"""Ids of access keys that never existed, made when a test runs: none that looks like somebody's lies in this repository."""

from __future__ import annotations

import base64


def key_id(account: str, rest: int, prefix: str = "AKIA", *, form: int = 1) -> str:
    """The id of a key of an account: the bit of the form, 40 bits of the account, 39 of the key itself."""
    number = (form << 79) | (int(account) << 39) | rest
    return prefix + base64.b32encode(number.to_bytes(10, "big")).decode()
