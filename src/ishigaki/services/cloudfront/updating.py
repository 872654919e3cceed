"""How a distribution is changed: its whole configuration is sent back, with what becomes of some of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Note, Ref, alters, change, step
from ishigaki.core.verbatim import said
from ishigaki.services.cloudfront.resources import COMMENT, SECRET, Distribution


def updated(distribution: Distribution, *notes: Note, for_good: bool = False, **becomes: Any) -> Change:
    """The distribution with these parts of its configuration, by AWS's names, become something else.

    UpdateDistribution replaces everything, and only the version that was looked at. The comment is nothing that is
    kept of a scan, so it is read just before; to have read has nothing that could be taken back.
    """
    before = said(distribution, "config")
    after = {**before, **becomes}
    read = call("cloudfront", "GetDistributionConfig", Id=distribution.name, secret=SECRET)
    return change(
        alters(distribution, config=after),
        steps=[
            step("read", read, undo=read),
            step(
                "update",
                _update(distribution, after, version=distribution.version),
                undo=_update(distribution, before, version=Ref("update", "ETag")),
            ),
        ],
        notes=notes,
        for_good=for_good,
    )


def _update(distribution: Distribution, config: Mapping[str, Any], *, version: str | Ref) -> Call:
    comment = Ref("read", COMMENT)
    return call(
        "cloudfront",
        "UpdateDistribution",
        Id=distribution.name,
        IfMatch=version,
        DistributionConfig={**config, "Comment": comment},
        secret=tuple(f"Distribution.{path}" for path in (COMMENT, *SECRET)),
    )
