"""The access file: shipped permission sets, what is refused and at which line, and which accounts are meant."""

from __future__ import annotations

from datetime import date

import pytest

from ishigaki.baselines.access import REMEDIES, parse, shipped, targets
from ishigaki.core.estate import Account, Estate
from ishigaki.core.usage import UsageError
from ishigaki.services import remedies

GROUP = '[[assignments]]\npermission_set = "Admin"\naccounts = ["all"]\ngroup = "cloud"\n'
JUMP = 'way = "jump"\n[jump]\naccount = "999900001111"\n'
OIDC = 'way = "oidc"\n[oidc]\nurl = "https://idp.example.com"\naudience = "aws"\n'


def test_the_shipped_permission_sets() -> None:
    """R81: Admin, PowerUser and ReadOnly, plus Billing, by AWS's own policies."""
    wanted = parse(GROUP, file="access.toml")
    assert {n: s.policies for n, s in wanted.sets.items()} == {
        "Admin": ("AdministratorAccess",),
        "PowerUser": ("PowerUserAccess",),
        "ReadOnly": ("ReadOnlyAccess",),
        "Billing": ("job-function/Billing",),
    }
    assert all(s.description and 3600 <= s.seconds <= 43200 for s in wanted.sets.values())


def test_a_file_changes_single_values_leaves_out_and_adds() -> None:
    text = '[permission_sets.Admin]\nsession_duration = "PT1H30M"\n[permission_sets.Billing]\non = false\n[permission_sets.Ops]\npolicies = ["SupportUser"]\n'
    wanted = parse(text, file="access.toml")
    assert list(wanted.sets) == ["Admin", "PowerUser", "ReadOnly", "Ops"]
    assert wanted.sets["Admin"].seconds == 5400
    assert wanted.sets["Admin"].policies == tuple(shipped()["Admin"]["policies"])


def test_every_way_has_its_remediations() -> None:
    assert {name for names in REMEDIES.values() for name in names} <= remedies().keys()


REFUSED = {
    "not TOML": ("way = ", "file_not_toml", None),
    "another way": ('way = "ldap"', "access_invalid", 1),
    "an unknown key": (GROUP + 'role = "x"\n', "access_invalid", 5),
    "no account id": (GROUP.replace('"all"', '"12"'), "access_invalid", 3),
    "an unknown set": (GROUP.replace('"Admin"', '"Root"'), "access_set_unknown", 2),
    "a set that is off": (GROUP + "[permission_sets.Admin]\non = false\n", "access_set_unknown", 2),
    "a set's name": ('[permission_sets."a b"]\n', "access_set_name", 1),
    "a session of a day": ('[permission_sets.Admin]\nsession_duration = "PT24H"\n', "access_session", 2),
    "a session in words": ('[permission_sets.Admin]\nsession_duration = "4h"\n', "access_session", 2),
    "nowhere": (GROUP.replace("accounts", "#"), "access_no_accounts", 2),
    "nobody": (GROUP.replace("group", "#"), "access_no_holder", 2),
    "two at once": (GROUP + 'user = "a"\n', "access_no_holder", 2),
    "a person": (GROUP.replace("group", "user"), "access_person", 4),
    "a person without an end": (GROUP.replace("group", "user") + 'reason = "x"\n', "access_person", 4),
    "a role beside a group": (GROUP + 'roles = ["x"]\n', "access_wrong_holder", 2),
    "a whole account": (
        JUMP + GROUP.replace('group = "cloud"', 'roles = ["arn:aws:iam::999900001111:root"]'),
        "access_jump_role",
        7,
    ),
    "an account's number": (
        JUMP + GROUP.replace('group = "cloud"', 'roles = ["999900001111"]'),
        "access_jump_role",
        7,
    ),
    "anybody": (JUMP + GROUP.replace('group = "cloud"', 'roles = ["*"]'), "access_jump_role", 7),
    "a user among roles": (
        JUMP + GROUP.replace('group = "cloud"', 'roles = ["arn:aws:iam::999900001111:user/hanako"]'),
        "access_jump_role",
        7,
    ),
    "all users of the jump account": (
        JUMP + GROUP.replace('group = "cloud"', 'users = ["arn:aws:iam::999900001111:user/*"]'),
        "access_jump_role",
        7,
    ),
    "users of a jump account beside a group": (GROUP + 'users = ["x"]\n', "access_wrong_holder", 2),
    "a role by wildcard": (
        JUMP + GROUP.replace('group = "cloud"', 'roles = ["arn:aws:iam::999900001111:role/*"]'),
        "access_jump_role",
        7,
    ),
    "a role of another account": (
        JUMP + GROUP.replace('group = "cloud"', 'roles = ["arn:aws:iam::111122223333:role/jump"]'),
        "access_jump_role",
        7,
    ),
    "no role": (JUMP + GROUP.replace("group", "#"), "access_wrong_holder", 5),
    "a group by OpenID Connect": (OIDC + GROUP, "access_wrong_holder", 6),
    "any subject": (OIDC + GROUP.replace('group = "cloud"', 'subjects = ["repo:*"]'), "access_subject", 8),
    "no subject": (OIDC + GROUP.replace('group = "cloud"', 'subjects = [" "]'), "access_subject", 8),
    "no TLS": (OIDC.replace("https", "http"), "access_url", 3),
    "SAML without metadata": ('way = "saml"\n[saml]\nname = "idp"\n', "access_way", None),
    "a boundary of one's own for roles": (
        OIDC + '[permission_sets.Admin]\nboundary = "customer:edge"\n',
        "access_boundary",
        6,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_at_its_line(name: str) -> None:
    text, code, line = REFUSED[name]
    with pytest.raises(UsageError) as refused:
        parse(text, file="access.toml")
    assert refused.value.code == code, refused.value
    if line is not None:
        assert refused.value.facts["line"] == line


def test_a_person_is_an_exception_to_its_last_day() -> None:
    text = GROUP.replace("group", "user") + 'reason = "Migration"\nexpires = 2027-03-31\n'
    (each,) = parse(text, file="access.toml").assignments
    assert each.holds_on(date(2027, 3, 31))
    assert not each.holds_on(date(2027, 4, 1))


ACCOUNTS = (
    Account("111111111111", environment="production"),
    Account("222222222222", environment="non-production"),
    Account("333333333333", environment="production", suspended=True),
)
OUS = {"111111111111": "Workloads/Prod", "222222222222": "Workloads/ProdLike"}


@pytest.mark.parametrize(
    ("where", "meant"),
    [
        ('accounts = ["all"]', ["111111111111", "222222222222"]),
        ('accounts = ["444444444444"]', ["444444444444"]),
        ('environments = ["honban"]', ["111111111111"]),
        ('environments = ["prod", "sandbox"]', ["111111111111", "222222222222"]),
        ('ous = ["Workloads/Prod"]', ["111111111111"]),
        ('ous = ["Workloads"]', ["111111111111", "222222222222"]),
    ],
)
def test_the_accounts_that_are_meant(where: str, meant: list[str]) -> None:
    (each,) = parse(GROUP.replace('accounts = ["all"]', where), file="access.toml").assignments
    estate = Estate(environments={"honban": "production"})
    assert list(targets(each, ACCOUNTS, ous=OUS, estate=estate)) == meant


def test_an_environment_that_nobody_explains_is_refused() -> None:
    text = GROUP.replace('accounts = ["all"]', 'environments = ["blue"]')
    (each,) = parse(text, file="access.toml").assignments
    with pytest.raises(UsageError) as refused:
        targets(each, ACCOUNTS, ous={}, estate=None)
    assert refused.value.code == "access_environment"
