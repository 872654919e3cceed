"""The environment of a demonstration: AWS is the emulator, and the user's own AWS settings do not exist."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ishigaki.demo.steps import TOKYO

NOWHERE: Mapping[str, str] = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_REGION": TOKYO,
    "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",
}


@contextmanager
def without_aws() -> Iterator[None]:
    """This process and its children see no AWS settings but those given inside; restored at the end."""
    before = dict(os.environ)
    for name in before:
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ.update(NOWHERE)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def aws_is_at(url: str) -> None:
    """From now on AWS answers at this address. Called inside `without_aws`."""
    os.environ["AWS_ENDPOINT_URL"] = url


def signed_in(access_key: str, secret_key: str) -> None:
    """From now on these are the user's credentials. Called inside `without_aws`."""
    os.environ.update({"AWS_ACCESS_KEY_ID": access_key, "AWS_SECRET_ACCESS_KEY": secret_key})
