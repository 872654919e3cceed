"""Planning alone, on one core: many open buckets, each of which gets a change."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bench.spent import spent
from ishigaki.core.answer import GLOBAL, Place
from ishigaki.core.finding import Finding
from ishigaki.core.planning import plan_account
from ishigaki.core.population import Population
from ishigaki.core.proposal import Setting
from ishigaki.core.remediation import Around
from ishigaki.core.world import World
from ishigaki.flows.planning import implemented
from ishigaki.flows.units import judge_world
from ishigaki.services import key, remediations
from ishigaki.services.s3.buckets.resources import UNBLOCKED, Bucket
from ishigaki.standards.choice import choose
from tools.verbatim import verbatim

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ACCOUNT, HOME = "111122223333", "ap-northeast-1"
SILENT: Mapping[str, Any] = {
    "tags": {},
    "logging": None,
    "policy": None,
    "website": None,
    "public_access_block": UNBLOCKED,
}


def cpu_ms_per_change(count: int) -> float:
    """Milliseconds of CPU for each of so many changes."""
    names = [f"bucket-{n}" for n in range(count)]
    things = [verbatim(Bucket(id=f"arn:aws:s3:::{name}", name=name, **SILENT)) for name in names]
    world = World({Place(ACCOUNT, GLOBAL): {Bucket: Population(things)}, Place(ACCOUNT, HOME): {}})
    asked = choose(globs=["S3.8"])
    around = Around(ACCOUNT, kind="non-production", regions=(HOME,), home=HOME, accounts=(ACCOUNT,))

    def judged(seen: World) -> list[Finding]:
        return [f for f in judge_world(seen, asked, now=NOW) if isinstance(f, Finding)]

    setting = Setting(around, implemented(asked), remediations(), judged, key, NOW)
    began = time.process_time()
    changes, _, _ = plan_account(world, setting)
    took = time.process_time() - began
    if len(changes) != count:
        raise RuntimeError(f"{len(changes)} changes planned for {count} buckets")
    return 1_000 * took / count


def run(few: int, many: int) -> dict[str, Any]:
    """A change among few and among many; `growth` is 1 where its cost does not depend on the others."""
    cpu_ms_per_change(few)
    little, much = (min(cpu_ms_per_change(n) for _ in range(3)) for n in (few, many))
    return {
        "changes": many,
        "cpu_ms_per_change": round(much, 3),
        "growth": round(much / little, 2),
        "peak_mb": spent()["peak_mb"],
    }


def main(arguments: Sequence[str]) -> None:
    """`python -m bench.planning JSON`."""
    print(json.dumps(run(**json.loads(arguments[0]))))


if __name__ == "__main__":
    main(sys.argv[1:])
