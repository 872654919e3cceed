"""How the numbers of a stock-take count: what was not seen counts for nothing, and is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ishigaki.core.people import AnyRow, Assignment, Key, Person, Trust, Visit
from ishigaki.core.people_numbers import Numbers, count

AT: dict[str, Any] = {"account": "111122223333", "collected_at": datetime(2026, 11, 24, tzinfo=UTC)}
SEEN: dict[str, Any] = {"console": True, "mfa": True, "active_keys": 0, "admin": False, "idle_days": 0}


def person(**told: Any) -> Person:
    plain = {"what": "iam_user", "user_name": "u", "user_id": "u", "used_by": "human"}
    return Person(**{**AT, **plain, **SEEN, **told})


def key(**told: Any) -> Key:
    plain = {"what": "iam_user", "user_name": "u", "user_id": "u", "used_by": "human", "key_id": "k"}
    return Key(**{**AT, **plain, "status": "Active", "age_days": 0, "idle_days": 0, **told})


def numbers(row: AnyRow) -> dict[str, int]:
    """What a row counts in, beside being a user of a kind."""
    counted = count([row])
    return {
        n: v for n in Numbers.__struct_fields__ if (v := getattr(counted, n)) and n not in ("users", "human")
    }


@pytest.mark.parametrize(
    ("row", "counted"),
    [
        (person(), set()),
        (person(mfa=False), {"without_mfa"}),
        (person(mfa=False, console=False), {"without_console"}),  # who cannot sign in needs no MFA to
        (person(mfa=None), {"unsure"}),
        (person(console=None, mfa=False), {"unsure"}),
        (person(admin=True), {"admins"}),
        (person(idle_days=45), set()),
        (person(idle_days=46), {"unused_45"}),
        (person(idle_days=91), {"unused_45", "unused_90"}),
        (person(idle_days=None), {"unsure"}),
        (key(), {"keys"}),
        (key(age_days=90, idle_days=90), {"keys"}),
        (key(age_days=91), {"keys", "old_keys"}),
        (key(idle_days=91), {"keys", "unused_keys"}),
        (key(age_days=None, idle_days=None), {"keys"}),
        (key(status="Inactive", age_days=900, idle_days=900), {"inactive_keys"}),
        (key(what="root"), set()),
        (Visit(**AT, seen=True), {"accounts"}),
        (Visit(**AT, seen=False), {"accounts", "unseen"}),
        (
            Trust(**AT, role_name="r", role_id="r", principal="p", principal_kind="role", outside=True),
            {"outside"},
        ),
        (
            Trust(**AT, role_name="r", role_id="r", principal="p", principal_kind="role", faults=("x",)),
            {"trust_faults"},
        ),
        (
            Assignment(**AT, instance="i", permission_set="p", permission_set_id="p", user_id="u"),
            {"assignments"},
        ),
        (Assignment(**AT, instance="i", permission_set="p", permission_set_id="p"), set()),
    ],
)
def test_what_a_row_counts_in(row: AnyRow, counted: set[str]) -> None:
    assert set(numbers(row)) == counted


def test_root_users_and_those_of_identity_center_are_counted_apart() -> None:
    root = person(what="root", used_by="root", mfa=False, active_keys=1, idle_days=400)
    assert numbers(root) == {"root_keys": 1, "root_without_mfa": 1}
    assert numbers(person(what="root", used_by="root", mfa=False, console=False)) == {}
    assert numbers(person(what="sso_user", mfa=None)) == {"sso_users": 1}


def test_kinds_of_use_add_up() -> None:
    kinds = ("human", "machine", "shared", "unknown")
    counted = count([person(used_by=kind) for kind in kinds])
    assert (counted.users, counted.human, counted.machine, counted.shared, counted.unknown) == (4, 1, 1, 1, 1)
