"""What an account is asked and what its answers amount to, without an emulator: what is refused stays unseen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.estate import Account
from ishigaki.core.people import AnyRow, Key, Person, Trust, Visit
from ishigaki.core.usage import UsageError
from ishigaki.flows.people import newest
from ishigaki.flows.people_jump import jump_accounts
from ishigaki.flows.people_look import Failed, Looked, look
from ishigaki.flows.people_rows import rows
from ishigaki.flows.units import replayed
from ishigaki.store.lake import History
from tests.core.test_credential_report import ACCOUNT, ROOT, user, written

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
MADE = NOW - timedelta(hours=3, minutes=20)
BEGAN = "2019-01-01T00:00:00+00:00"
ONE, TWO, GONE = "AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE", "AKIAIVHDU4ZZZEXAMPLE"
FIRST, SECOND = "2026-01-02T03:04:05+00:00", "2026-10-02T03:04:05Z"
ADMIN = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def iam_user(name: str = "hanako", **told: Any) -> dict[str, Any]:
    return {
        "UserName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "CreateDate": BEGAN,
        "GroupList": [],
        "AttachedManagedPolicies": [],
        **told,
    }


def key(id: str, made: str, *, status: str = "Active", of: str = "hanako") -> dict[str, str]:
    return {"UserName": of, "AccessKeyId": id, "Status": status, "CreateDate": made}


def active(number: int, made: str, used: str = "N/A") -> dict[str, str]:
    prefix = f"access_key_{number}_"
    where = (
        {}
        if used == "N/A"
        else {f"{prefix}last_used_region": "eu-west-1", f"{prefix}last_used_service": "s3"}
    )
    return {
        f"{prefix}active": "true",
        f"{prefix}last_rotated": made,
        f"{prefix}last_used_date": used,
        **where,
    }


class Iam:
    """An account's IAM, as it would answer; what it was asked, by operation."""

    def __init__(self, *users: Mapping[str, Any], report: bytes, **answers: Any) -> None:
        self.asked: list[str] = []
        details = {"UserDetailList": list(users), "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        self._answers: dict[str, Any] = {
            "GetCredentialReport": {"Content": report, "GeneratedTime": MADE.isoformat()},
            "GetAccountAuthorizationDetails": {**details, **answers.pop("details", {})},
            "ListAccessKeys": {"AccessKeyMetadata": []},
            "GetAccountSummary": {"SummaryMap": {"AccountAccessKeysPresent": 0, "AccountMFAEnabled": 1}},
            "ListVirtualMFADevices": {"VirtualMFADevices": []},
            "ListServiceSpecificCredentials": {"ServiceSpecificCredentials": []},
            "ListMFADevices": {"MFADevices": []},
            "ListSSHPublicKeys": {"SSHPublicKeys": []},
            **answers,
        }

    def __call__(self, call: Call) -> Answer:
        self.asked.append(call.operation)
        said = self._answers[call.operation]
        said = said(call.params) if callable(said) else said
        return Answer(error=said) if isinstance(said, str) else Answer((said,))

    def look(self) -> Looked | Failed:
        found: Looked | Failed = replayed(look(Place(ACCOUNT, GLOBAL)), self)
        return found

    def rows(self) -> list[AnyRow]:
        looked = self.look()
        assert isinstance(looked, Looked), looked
        return list(rows(looked, Account(ACCOUNT, name="shop"), estate={ACCOUNT: "shop"}, now=NOW))

    def person(self, name: str = "hanako") -> Person:
        (found,) = [r for r in self.rows() if isinstance(r, Person) and r.user_name == name]
        return found

    def keys(self) -> dict[str, Key]:
        return {r.key_id: r for r in self.rows() if isinstance(r, Key)}


def iam(
    *, told: Mapping[str, str] | None = None, user_told: Mapping[str, Any] | None = None, **answers: Any
) -> Iam:
    """An account of one user, hanako."""
    report = written(ROOT, user(**(told or {})))
    return Iam(iam_user(**(user_told or {})), report=report, **answers)


def test_a_key_is_found_in_the_report_by_its_date_and_not_asked_about() -> None:
    here = iam(
        told={**active(1, FIRST, used=SECOND), **active(2, SECOND)},
        ListAccessKeys={"AccessKeyMetadata": [key(TWO, SECOND), key(ONE, FIRST)]},
    )
    found = here.keys()
    assert (found[ONE].used_service, found[ONE].never_used, found[TWO].never_used) == ("s3", False, True)
    assert {k.told_by for k in found.values()} == {"report"}
    assert "GetAccessKeyLastUsed" not in here.asked
    assert (found[ONE].age_days, found[ONE].idle_days) == (326, 53)
    assert found[TWO].idle_days == found[TWO].age_days == 53


@pytest.mark.parametrize(
    ("told", "listed"),
    [
        ({}, [key(ONE, FIRST, status="Inactive")]),  # the report has no dates of it
        (active(1, FIRST), [key(ONE, SECOND)]),  # rotated since the report
        ({**active(1, FIRST), **active(2, FIRST)}, [key(ONE, FIRST)]),  # two of one moment: which is which?
    ],
)
def test_a_key_that_the_report_does_not_tell_is_asked_about(
    told: dict[str, str], listed: list[dict[str, str]]
) -> None:
    use = {"LastUsedDate": SECOND, "Region": "us-east-1", "ServiceName": "ec2"}
    here = iam(
        told=told,
        ListAccessKeys={"AccessKeyMetadata": listed},
        GetAccessKeyLastUsed={"AccessKeyLastUsed": use, "UserName": "hanako"},
    )
    (found,) = here.keys().values()
    assert (found.told_by, found.used_service, found.never_used) == ("iam", "ec2", False)


def test_a_key_that_was_never_used_and_one_of_which_nobody_tells() -> None:
    listed = {"AccessKeyMetadata": [key(ONE, FIRST, status="Inactive")]}
    never = {"AccessKeyLastUsed": {"Region": "N/A", "ServiceName": "N/A"}}
    (found,) = iam(ListAccessKeys=listed, GetAccessKeyLastUsed=never).keys().values()
    assert (found.never_used, found.idle_days, found.used_service) == (True, 326, "")
    here = iam(ListAccessKeys=listed, GetAccessKeyLastUsed="AccessDenied")
    (found,) = here.keys().values()
    assert (found.never_used, found.idle_days, found.age_days) == (None, None, 326)
    looked = here.look()
    assert isinstance(looked, Looked)
    assert looked.summary == ("iam:GetAccessKeyLastUsed: AccessDenied",)


def test_a_key_of_the_report_that_is_listed_no_more_is_gone() -> None:
    assert iam(told=active(1, FIRST)).keys() == {}
    assert iam(told=active(1, FIRST)).person().active_keys == 0


def test_keys_that_were_refused_are_as_the_report_has_them() -> None:
    here = iam(told=active(1, FIRST, used=SECOND), ListAccessKeys="AccessDenied")
    assert (here.person().active_keys, here.person().inactive_keys) == (1, None)
    (found,) = here.keys().values()
    assert (found.key_id, found.status, found.age_days) == ("", "Active", 326)


def test_a_user_who_was_deleted_since_the_report_is_not_told() -> None:
    report = written(ROOT, user(), user("left"))
    assert [r.user_name for r in Iam(iam_user(), report=report).rows() if isinstance(r, Person)] == [
        "<root_account>",
        "hanako",
    ]


def test_where_iam_lists_nothing_the_report_stands_alone() -> None:
    here = iam(
        told={"password_enabled": "true", "mfa_active": "true"}, GetAccountAuthorizationDetails="AccessDenied"
    )
    found = here.person()
    assert (found.console, found.mfa, found.mfa_kinds) == (True, True, None)
    assert (found.groups, found.policies, found.admin) == (None, None, None)
    assert [r for r in here.rows() if isinstance(r, Trust)] == []
    visit = next(r for r in here.rows() if isinstance(r, Visit))
    assert visit.gaps == ("iam:GetAccountAuthorizationDetails: AccessDenied",)


def test_a_report_that_ended_between_two_lines_is_not_whole() -> None:
    found = Iam(
        iam_user(), iam_user("taro", CreateDate="2020-01-01T00:00:00Z"), report=written(ROOT, user())
    ).look()
    assert isinstance(found, Failed)
    assert (found.code, "taro" in found.message) == ("BrokenReport", True)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("AccessDenied", "AccessDenied"),
        ("ReportNotPresent", "ReportNotPresent"),
        ({"GeneratedTime": MADE.isoformat()}, "BrokenReport"),
        ({"Content": written(ROOT), "GeneratedTime": "soon"}, "BrokenReport"),
        (
            {"Content": written({**ROOT, "arn": "arn:aws:iam::999999999999:root"}), "GeneratedTime": BEGAN},
            "WrongReport",
        ),
    ],
)
def test_without_its_report_an_account_is_not_seen_and_not_asked_on(answer: Any, code: str) -> None:
    here = iam(GetCredentialReport=answer)
    found = here.look()
    assert isinstance(found, Failed)
    assert found.code == code
    assert here.asked == ["GetCredentialReport"]


def test_a_user_newer_than_the_report_is_asked_about() -> None:
    new = iam_user("new", CreateDate=(NOW - timedelta(hours=1)).isoformat())
    serial = {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/new"}
    here = Iam(
        iam_user(),
        new,
        report=written(ROOT, user()),
        GetLoginProfile={"LoginProfile": {"CreateDate": NOW.isoformat()}},
        ListMFADevices={"MFADevices": [serial]},
    )
    found = here.person("new")
    assert (found.console, found.mfa, found.mfa_kinds) == (True, True, ("virtual",))
    assert (found.notes, found.report_age_minutes, found.idle_days) == (("not_in_report",), None, 0)
    assert (here.asked.count("GetLoginProfile"), here.asked.count("ListMFADevices")) == (
        1,
        1,
    )  # of nobody else
    denied = Iam(new, report=written(ROOT), GetLoginProfile="AccessDenied", ListMFADevices="AccessDenied")
    found = denied.person("new")
    assert (found.console, found.mfa, found.used_by, found.evidence) == (None, None, "unknown", ("not_seen",))
    none = Iam(new, report=written(ROOT), GetLoginProfile="NoSuchEntity")
    assert none.person("new").console is False


def test_the_age_of_the_report_is_on_every_row_that_is_from_it() -> None:
    here = iam(told=active(1, FIRST), ListAccessKeys={"AccessKeyMetadata": [key(ONE, FIRST)]})
    for row in here.rows():
        if isinstance(row, (Person, Key)):
            assert (row.report_at, row.report_age_minutes) == (MADE, 200)


def test_notes_of_what_the_report_cannot_tell() -> None:
    found = iam(told={"password_enabled": "true", "password_last_used": "no_information"}).person()
    assert found.notes == ()  # made in 2019
    report = written(ROOT, user(password_enabled="true", user_creation_time="2016-01-01T00:00:00Z"))
    assert Iam(iam_user(), report=report).person().notes == ("use_hole_2018",)


@pytest.mark.parametrize(
    ("told", "admin", "by"),
    [
        ({}, False, ()),
        ({"AttachedManagedPolicies": [{"PolicyName": "x", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}, False, ()),
        ({"UserPolicyList": [{"PolicyName": "all", "PolicyDocument": ADMIN}]}, True, ("inline:all",)),
        ({"UserPolicyList": [{"PolicyName": "odd", "PolicyDocument": {"Statement": {"Effect": "Maybe"}}}]}, None, ()),
        ({"GroupList": ["unknown"]}, None, ()),
        ({"GroupList": ["ops"]}, True, ("group:ops/inline:all",)),
        ({"AttachedManagedPolicies": [{"PolicyName": "x", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/whole"}]}, True, (f"arn:aws:iam::{ACCOUNT}:policy/whole",)),
        ({"AttachedManagedPolicies": [{"PolicyName": "x", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/gone"}]}, None, ()),
    ],
)  # fmt: skip
def test_who_is_an_administrator(told: dict[str, Any], admin: bool | None, by: tuple[str, ...]) -> None:
    group = {
        "GroupName": "ops",
        "Arn": f"arn:aws:iam::{ACCOUNT}:group/ops",
        "GroupPolicyList": [{"PolicyName": "all", "PolicyDocument": ADMIN}],
        "AttachedManagedPolicies": [],
    }
    policy = {
        "PolicyName": "whole",
        "Arn": f"arn:aws:iam::{ACCOUNT}:policy/whole",
        "AttachmentCount": 1,
        "PolicyVersionList": [{"IsDefaultVersion": True, "Document": ADMIN}],
    }
    details = {"GroupDetailList": [group], "Policies": [policy], "UserDetailList": [iam_user(**told)]}
    found = iam(details=details).person()
    assert (found.admin, found.admin_by) == (admin, by)


def test_a_trust_policy_that_cannot_be_read_is_a_row() -> None:
    role = {
        "RoleName": "odd",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/odd",
        "AssumeRolePolicyDocument": {"Statement": {"Effect": "Maybe"}},
    }
    (found,) = [r for r in iam(details={"RoleDetailList": [role]}).rows() if isinstance(r, Trust)]
    assert (found.role_name, found.faults, found.outside) == ("odd", ("unreadable",), None)


def test_the_root_users_mfa_and_what_hides_it() -> None:
    root = {"User": {"Arn": f"arn:aws:iam::{ACCOUNT}:root"}, "SerialNumber": "arn:aws:iam::1:mfa/root"}
    virtual = iam(ListVirtualMFADevices={"VirtualMFADevices": [root]}).person("<root_account>")
    assert virtual.mfa_kinds == ("virtual",)
    assert iam().person("<root_account>").mfa_kinds == ("hardware_or_passkey",)
    assert iam(ListVirtualMFADevices="AccessDenied").person("<root_account>").mfa_kinds is None
    assert iam(GetAccountSummary="AccessDenied").person("<root_account>").inactive_keys is None


def test_the_newest_stock_take_or_that_of_a_date(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    history, day = History(tmp_path), NOW.date()
    with pytest.raises(UsageError, match="people_no_history"):
        newest(history)
    for one in (day, day - timedelta(days=2)):
        history.write(one, [Visit(account=ACCOUNT, collected_at=NOW, seen=True)])
    assert newest(history) == newest(history, day) == day
    with pytest.raises(UsageError, match="people_no_day"):
        newest(history, day - timedelta(days=1))


def test_jump_accounts_are_named_or_known_by_who_trusts_them() -> None:
    people = [
        Person(account=a, collected_at=NOW, what="iam_user", user_name="u", user_id="u", used_by="human")
        for a in "JB"
    ]

    def trust(
        account: str, whom: str, kind: str = "account", *, outside: bool = False, role: str = "r"
    ) -> Trust:
        return Trust(
            account=account,
            collected_at=NOW,
            role_name=role,
            role_id="r",
            principal=whom,
            principal_kind=kind,
            principal_account=whom,
            outside=outside,
        )

    both = [trust("A", "J"), trust("B", "J", "user")]
    assert jump_accounts([*people, *both]) == {"J"}
    assert jump_accounts([*people, *both], named="X") == {"X"}
    assert (
        jump_accounts([*people, trust("A", "J"), trust("A", "J", "user"), trust("J", "J")]) == set()
    )  # one account
    assert jump_accounts(both) == set()  # nobody is there to switch
    # What AWS makes in every account, and what this program is let in by, is no way for people.
    made = [trust(a, "J", role="OrganizationAccountAccessRole") for a in "AB"]
    assert jump_accounts([*people, *made]) == set()
    assert jump_accounts([*people, *both], besides={"r"}) == set()
    assert jump_accounts([*people, trust("A", "J", "role"), trust("B", "J", "role")]) == set()  # programs
    assert jump_accounts([*people, *(trust(a, "P", outside=True) for a in "AB")]) == set()


def test_ssh_keys_are_asked_of_users_without_any_other_credential() -> None:
    ssh = {"SSHPublicKeys": [{"SSHPublicKeyId": "APKA1", "Status": s} for s in ("Active", "Inactive")]}
    here = iam(ListSSHPublicKeys=ssh)
    found = here.person()
    assert (found.ssh_keys, found.used_by, found.evidence) == (1, "machine", ("service_credential",))
    others = (
        {"told": {"password_enabled": "true"}},
        {"told": {"cert_1_active": "true"}},
        {"told": active(1, FIRST), "ListAccessKeys": {"AccessKeyMetadata": [key(ONE, FIRST)]}},
    )
    for told in others:
        busy: Any = iam(ListSSHPublicKeys=ssh, **told)
        assert busy.person().ssh_keys is None
        assert "ListSSHPublicKeys" not in busy.asked
    denied = iam(ListSSHPublicKeys="AccessDenied")
    assert denied.person().ssh_keys is None
    looked = denied.look()
    assert isinstance(looked, Looked)
    assert looked.summary == ("iam:ListSSHPublicKeys: AccessDenied",)


def test_a_password_that_nobody_used_beside_keys_that_are_used() -> None:
    told = {
        "password_enabled": "true",
        "password_last_used": "no_information",
        **active(1, FIRST, used=SECOND),
    }
    here = iam(told=told, ListAccessKeys={"AccessKeyMetadata": [key(ONE, FIRST)]})
    assert here.person().evidence[:2] == ("never_signed_in", "console_password")
    # In May 2018 nothing was recorded: who is older may have signed in then.
    report = written(ROOT, user(**{**told, "user_creation_time": "2016-01-01T00:00:00Z"}))
    old = Iam(iam_user(), report=report, ListAccessKeys={"AccessKeyMetadata": [key(ONE, FIRST)]})
    assert (old.person().used_by, old.person().notes) == ("human", ("use_hole_2018",))
