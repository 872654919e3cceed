"""From the access file to items: names become ids, everything is given before anything is taken away."""

from __future__ import annotations

from ishigaki.baselines.access import REMEDIES, parse
from ishigaki.flows.directory import Directory, Human
from ishigaki.flows.entitled import center_items, holder, role_items
from ishigaki.services.iam.federation.remediations import AccessRoleWanted
from ishigaki.services.identity_center.making import PermissionSetWanted

PEOPLE = {
    name: Human(name, f"{name}@example.com", enabled=name != "left")
    for name in ("a", "b", "c", "d", "e", "f", "left")
}
DIRECTORY = Directory(
    "arn:aws:sso:::instance/ssoins-1",
    "111122223333",
    {"g1": "cloud", "g2": "empty"},
    PEOPLE,
    {"g1": ("b", "a", "left", "c", "d", "e", "f"), "g2": ()},
)
TEXT = """
[permission_sets.PowerUser]
on = false
[permission_sets.ReadOnly]
on = false
[permission_sets.Billing]
on = false
[permission_sets.Emergency]
policies = ["AdministratorAccess"]
[[assignments]]
group = "cloud"
permission_set = "Admin"
accounts = ["222233334444"]
[[assignments]]
group = "empty"
permission_set = "Emergency"
accounts = ["222233334444"]
[[assignments]]
group = "nobody"
permission_set = "Emergency"
accounts = ["222233334444"]
"""
WANTED = parse(TEXT, file="access.toml")
SPREAD = [(a, a.accounts) for a in WANTED.assignments]


def center() -> list[tuple[str, str, PermissionSetWanted]]:
    held = {"Admin": [("USER", "gone"), ("GROUP", "g1")]}
    entered = ("Admin", "222233334444", "A@example.com")
    found = []
    for item in center_items(WANTED, SPREAD, DIRECTORY, held=held, entered=entered):
        assert isinstance(item.wanted, PermissionSetWanted)
        found.append((item.remediation.name, item.name, item.wanted))
    return found


def test_everything_is_given_before_anything_is_taken_away() -> None:
    assert [(r, n) for r, n, _ in center()] == [
        (r, n) for r in REMEDIES["identity_center"] for n in ("Admin", "Emergency")
    ]


def test_a_permission_set_knows_its_holders_and_who_else_administers() -> None:
    wanted = {name: aim for _, name, aim in center()}
    admin, emergency = wanted["Admin"], wanted["Emergency"]
    assert admin.grants == {"222233334444": ("g1",)}
    assert emergency.grants == {"222233334444": ("g2",)}
    assert (admin.missing, emergency.missing) == ((), ("nobody",))
    # an empty group administers nothing
    assert (admin.administrators, emergency.administrators) == ({}, {"222233334444": ("g1",)})
    assert (admin.entered, emergency.entered) == ("222233334444", "")
    assert {h.id: h.caller for h in admin.holders} == {"g1": True, "gone": False}
    assert admin.holder("USER", "gone").people == 0


def test_a_group_is_told_by_number_and_first_names() -> None:
    told = holder(DIRECTORY, "GROUP", "g1")
    assert (told.name, told.people, told.some) == (
        "cloud",
        6,
        tuple(f"{n}@example.com" for n in "abcde"),
    )
    assert not told.caller


def test_roles_are_made_where_somebody_is_to_take_them() -> None:
    text = """
way = "jump"
[jump]
account = "999900001111"
[[assignments]]
permission_set = "Admin"
roles = ["arn:aws:iam::999900001111:role/a"]
accounts = ["222233334444"]
[[assignments]]
permission_set = "Admin"
roles = ["arn:aws:iam::999900001111:role/b", "arn:aws:iam::999900001111:role/a"]
accounts = ["222233334444"]
"""
    wanted = parse(text, file="access.toml")
    spread = [(a, a.accounts) for a in wanted.assignments]
    elsewhere = [i.wanted for i in role_items(wanted, spread, "333344445555", idp="")]
    assert all(isinstance(w, AccessRoleWanted) and w.idle for w in elsewhere)
    item, *others = role_items(wanted, spread, "222233334444", idp="")
    assert isinstance(item.wanted, AccessRoleWanted)
    assert [i.name for i in others] == ["PowerUser", "ReadOnly", "Billing"]
    assert item.wanted.name == "ishigaki-Admin"
    assert item.wanted.jump == tuple(f"arn:aws:iam::999900001111:role/{n}" for n in "ab")
    assert (item.wanted.saml, item.wanted.oidc.url, item.wanted.subjects) == ("", "", ())


def test_saml_roles_stand_on_their_provider() -> None:
    text = """
way = "saml"
[saml]
name = "corporate"
metadata = "m.xml"
[[assignments]]
permission_set = "ReadOnly"
accounts = ["222233334444"]
"""
    wanted = parse(text, file="access.toml")
    spread = [(a, a.accounts) for a in wanted.assignments]
    items = [*role_items(wanted, spread, "222233334444", idp="<metadata/>")]
    provider, role = (i for i in items if not (isinstance(i.wanted, AccessRoleWanted) and i.wanted.idle))
    assert (provider.name, provider.remediation.name) == ("saml", "register_saml_provider")
    assert isinstance(role.wanted, AccessRoleWanted)
    assert (role.name, role.wanted.saml, role.wanted.seconds) == ("ReadOnly", "corporate", 28800)
