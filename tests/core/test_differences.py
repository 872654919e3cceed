"""Differences: what of two states matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ishigaki.core.differences import what_matters

ENABLED, BUCKET = "access_logs.s3.enabled", "access_logs.s3.bucket"


def attributes(values: Mapping[str, str]) -> dict[str, Any]:
    return {"attributes": [{"Key": key, "Value": value} for key, value in values.items()]}


@pytest.mark.parametrize(
    ("before", "after", "differ"),
    [
        # AWS goes on showing the bucket of access logs that are off.
        ({ENABLED: "false", BUCKET: ""}, {ENABLED: "false", BUCKET: "logs"}, False),
        ({ENABLED: "false", BUCKET: "old"}, {ENABLED: "false", BUCKET: "logs"}, False),
        ({ENABLED: "false", BUCKET: "logs"}, {ENABLED: "true", BUCKET: "logs"}, True),
        ({ENABLED: "true", BUCKET: "old"}, {ENABLED: "true", BUCKET: "logs"}, True),
        # What is off does not hide another's settings, nor whether it is on itself.
        (
            {ENABLED: "false", "connection_logs.s3.bucket": ""},
            {ENABLED: "false", "connection_logs.s3.bucket": "b"},
            True,
        ),
        ({ENABLED: "false", "access_logs.s3.deeper.enabled": "false"}, {ENABLED: "false"}, True),
    ],
)
def test_the_settings_of_what_is_off_do_not_matter(
    before: dict[str, str], after: dict[str, str], differ: bool
) -> None:
    assert bool(what_matters(attributes(before), attributes(after))) is differ
