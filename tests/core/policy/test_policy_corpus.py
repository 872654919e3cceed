"""Policies that AWS itself writes are all understood."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from ishigaki.core.policy import grants_all, grants_whole_service, open_to_everyone, parse


@cache
def _managed() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(aws_managed_policies_data)
    return found


def test_every_managed_policy_is_understood() -> None:
    for name, policy in _managed().items():
        read = parse(policy["Document"])
        given = policy["Document"]["Statement"]
        assert len(read.statements) == (len(given) if isinstance(given, list) else 1), name
        assert open_to_everyone(read).is_false, name


def test_the_administrators_policy_is_known_for_what_it_is() -> None:
    administrator, reader = (
        parse(_managed()[name]["Document"]) for name in ("AdministratorAccess", "IAMReadOnlyAccess")
    )
    assert grants_all(administrator).is_true
    assert grants_all(reader).is_false
    assert grants_whole_service(reader).is_false
