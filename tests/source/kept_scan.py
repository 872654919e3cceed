"""A kept scan in small: accounts, their users, and the keys of these, as IAM says them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.call import Call
from ishigaki.flows import known
from ishigaki.flows.units import questions, replayed
from ishigaki.standards.choice import Ask
from ishigaki.store.snapshots import Entered, ScanHeader, Snapshots

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
SCAN = "20261120T030000Z-abcdef"
ADMINISTRATOR = {
    "PolicyName": "AdministratorAccess",
    "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
}


class Person(NamedTuple):
    """A user with its keys by id: `Active` or `Inactive`."""

    name: str
    keys: Mapping[str, str] = {}
    administrator: bool = False


def keep(store: Path, accounts: Mapping[str, tuple[Person, ...] | None], **names: str) -> None:
    """Keep a scan of these accounts; one of None could not be entered."""
    snapshots = Snapshots(store)
    entered = []
    for account, people in accounts.items():
        name = names.get(f"a{account}", account)
        trouble = "AccessDenied" if people is None else ""
        entered.append(Entered(account, name, "production", "shop@example.com", ("eu-west-1",), trouble))
        if people is None:
            continue
        place = Place(account, GLOBAL)
        told: list[tuple[Call, Answer]] = []
        for question in questions(place, Ask((), (), known.OF_USER)).values():
            replayed(question, _answering(account, people, told))
        snapshots.write(SCAN, AT, place, told)
    snapshots.write_header(ScanHeader(SCAN, AT, "0", ("fsbp",), (), "eu-west-1", "aws", tuple(entered)))


def _answering(
    account: str, people: tuple[Person, ...], told: list[tuple[Call, Answer]]
) -> Callable[[Call], Answer]:
    def answer(call: Call) -> Answer:
        found = Answer((_said(call, account, people),))
        told.append((call, found))
        return found

    return answer


def _said(call: Call, account: str, people: tuple[Person, ...]) -> dict[str, Any]:
    if call.operation == "GetAccountAuthorizationDetails":
        empty: dict[str, Any] = {"GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        return {**empty, "UserDetailList": [_user(account, each) for each in people]}
    if call.operation == "GetCredentialReport":
        return {"Content": base64.b64encode(_report(account, people).encode()).decode()}
    if call.operation == "ListAccessKeys":
        whose = next(each for each in people if each.name == call.params["UserName"])
        return {"AccessKeyMetadata": [_key(whose, number) for number in range(len(whose.keys))]}
    return {"State": "COMPLETE"}


def _user(account: str, person: Person) -> dict[str, Any]:
    return {
        "UserName": person.name,
        "Arn": f"arn:aws:iam::{account}:user/{person.name}",
        "GroupList": [],
        "AttachedManagedPolicies": [ADMINISTRATOR] if person.administrator else [],
        "Tags": [],
    }


def _made(number: int) -> str:
    return f"202{4 + number}-02-01T00:00:00+00:00"


def _key(person: Person, number: int) -> dict[str, str]:
    key, status = list(person.keys.items())[number]
    return {"UserName": person.name, "AccessKeyId": key, "Status": status, "CreateDate": _made(number)}


def _report(account: str, people: tuple[Person, ...]) -> str:
    names = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
    columns = ",".join(f"access_key_{n}_{name}" for n in (1, 2) for name in names)
    lines = [
        f"user,arn,password_enabled,password_last_used,password_last_changed,mfa_active,{columns}",
        f"<root_account>,arn:aws:iam::{account}:root,not_supported,N/A,not_supported,true"
        + ",false,N/A,N/A,N/A,N/A" * 2,
    ]
    for person in people:
        used = "2026-11-19T22:00:00+00:00,eu-west-1,s3"
        keys = [
            f"{'true' if status == 'Active' else 'false'},{_made(number)},{used}"
            for number, status in enumerate(person.keys.values())
        ]
        keys += ["false,N/A,N/A,N/A,N/A"] * (2 - len(keys))
        arn = f"arn:aws:iam::{account}:user/{person.name}"
        lines.append(f"{person.name},{arn},false,N/A,N/A,false,{','.join(keys)}")
    return "\n".join(lines) + "\n"
