"""The calls of a kept scan made again by plain botocore: what the same answers cost without the product.

One ordinary client per service, as its own defaults make it, but for a connection for each thread: with its
default of ten, most requests would open a new connection. Of many calls an even sample is made, and what the
rest would cost is reckoned from it: beginning (imports, clients) is paid once, however many calls follow.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore import xform_name
from botocore.config import Config

from bench.spent import spent

WORKERS = 48
Asked = tuple[str, str, dict[str, Any]]


def calls(folder: Path) -> Iterator[Asked]:
    """Every call of the snapshots in a folder: service, operation, parameters."""
    for path in sorted((folder / "snapshots").rglob("*.jsonl.gz")):
        with gzip.open(path) as lines:
            for row in map(json.loads, lines):
                service, _, operation = row["call"].partition(":")
                yield service, operation, json.loads(row["params"])


def run(folder: Path, *, at_most: int) -> dict[str, Any]:
    """Make the calls from a pool of threads; an error ends the measure, as it would not be the same work."""
    wanted = list(calls(folder))
    sample = wanted[:: math.ceil(len(wanted) / at_most)]
    session = botocore.session.get_session()
    config = Config(max_pool_connections=WORKERS)
    clients = {
        service: session.create_client(service, region_name="us-east-1", config=config)
        for service in dict.fromkeys(service for service, _, _ in wanted)
    }
    if "s3control" in clients:
        clients["s3control"].meta.events.register("before-send.s3-control", _without_account)
    beginning = spent()["cpu_s"]

    def make(call: Asked) -> None:
        service, operation, params = call
        getattr(clients[service], xform_name(operation))(**params)

    with ThreadPoolExecutor(WORKERS) as pool:
        for future in [pool.submit(make, call) for call in sample]:
            future.result()
    each = (spent()["cpu_s"] - beginning) / len(sample)
    return {
        "ms_per_call": round(1000 * (beginning / len(wanted) + each), 3),
        "ms_without_beginning": round(1000 * each, 3),
        "made": len(sample),
    }


def _without_account(request: Any, **_: Any) -> None:
    """S3 Control puts the account before the host, which on loopback is nobody's name."""
    parts = urlsplit(request.url)
    request.url = parts._replace(netloc=parts.netloc.partition(".")[2]).geturl()


def main(arguments: Sequence[str]) -> None:
    """`python -m bench.plain JSON`."""
    given = json.loads(arguments[0])
    print(json.dumps(run(Path(given["folder"]), at_most=given["at_most"])))


if __name__ == "__main__":
    main(sys.argv[1:])
