"""Keys that never existed, made when a test runs: of the form that AWS gives them, so that none lies in this repository.

Their accounts are the numbers that documentation is written with.
"""

from __future__ import annotations

import base64
import random
import string
from typing import NamedTuple

from tests.core import key_ids

ACCOUNTS = ("111122223333", "444455556666", "123456789012", "999999999999")
ALPHABET = string.ascii_letters + string.digits + "/+"
HEX = "0123456789abcdef"


class Key(NamedTuple):
    """An access key; `token` only of a session's."""

    id: str
    secret: str
    account: str
    token: str = ""


def key_id(rng: random.Random, account: str, prefix: str = "AKIA") -> str:
    return key_ids.key_id(account, rng.getrandbits(39), prefix)


def secret(rng: random.Random) -> str:
    return "".join(rng.choices(ALPHABET, k=40))


def long_term(rng: random.Random, account: str = "") -> Key:
    account = account or rng.choice(ACCOUNTS)
    return Key(key_id(rng, account), secret(rng), account)


def session(rng: random.Random, account: str = "") -> Key:
    account = account or rng.choice(ACCOUNTS)
    token = base64.b64encode(b"!\n\torigin_ec" + rng.randbytes(rng.randint(500, 800))).decode()
    return Key(key_id(rng, account, "ASIA"), secret(rng), account, token)


def bedrock_long(rng: random.Random, account: str = "", user: str = "") -> str:
    name = user or "BedrockAPIKey-" + "".join(rng.choices(string.ascii_lowercase + string.digits, k=4))
    inner = base64.b64encode(rng.randbytes(44)).decode()
    told = f"{name}-at-{account or rng.choice(ACCOUNTS)}:{inner}"
    return "ABSK" + base64.b64encode(told.encode()).decode()


def bedrock_short(rng: random.Random, account: str = "") -> str:
    key = session(rng, account)
    scope = "%2F20261122%2Fus-east-1%2Fbedrock%2Faws4_request"
    url = (
        "bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        f"&X-Amz-Credential={key.id}{scope}&X-Amz-Date=20261122T000000Z&X-Amz-Expires=43200"
        f"&X-Amz-Security-Token={key.token.replace('+', '%2B').replace('/', '%2F').replace('=', '%3D')}"
        f"&X-Amz-Signature={hexes(rng, 64)}&X-Amz-SignedHeaders=host&Version=1"
    )
    return "bedrock-api-key-" + base64.b64encode(url.encode()).decode()


def hexes(rng: random.Random, length: int) -> str:
    return "".join(rng.choices(HEX, k=length))


def base64s(rng: random.Random, size: int) -> str:
    return base64.b64encode(rng.randbytes(size)).decode()


def words(rng: random.Random, length: int) -> str:
    return "".join(rng.choices(string.ascii_letters + string.digits, k=length))
