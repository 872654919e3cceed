"""The exceptions that AWS itself asks for, and what proves each of them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from ishigaki.core.unseen import Unseen
from ishigaki.core.waiver import Shipped
from ishigaki.core.world import World
from ishigaki.services.s3.buckets.resources import Bucket


@cache
def shipped() -> Mapping[str, Shipped]:
    """The shipped exceptions, by the name of their rule."""
    text = files(__package__ or "").joinpath("shipped_waivers.toml").read_text(encoding="utf-8")
    return {rule: Shipped(rule=rule, **facts) for rule, facts in tomllib.loads(text).items()}


def receives_access_logs(world: World) -> Iterator[str]:
    """The buckets that another bucket of the account is seen to deliver its server access logs to."""
    buckets = world.account_wide(Bucket).seen
    targets = {target for bucket in buckets if (target := _target(bucket)) != bucket.name}
    return (bucket.id for bucket in buckets if bucket.name in targets)


def _target(bucket: Bucket) -> str:
    try:
        return bucket.logging.target_bucket if bucket.logging else ""
    except Unseen:
        return ""


PROOFS: Mapping[str, Callable[[World], Iterator[str]]] = {"receives_access_logs": receives_access_logs}


def proven(world: World) -> Mapping[tuple[str, str], str]:
    """The rule that is proven for a control and a thing's id."""
    return {
        (exception.control, thing): rule
        for rule, exception in shipped().items()
        for thing in PROOFS[rule](world)
    }
