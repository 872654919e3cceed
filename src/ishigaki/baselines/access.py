"""Who gets into which account, as data: permission sets, assignments, and by which way people come in.

It is a file of its own beside `baseline.toml`: that one says how every account is set up, account by account, and
this one is a single list over all accounts, which other people write and approve.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, NoReturn

import msgspec

from ishigaki.core.estate import Account, AccountId, Estate, RegionName, environment_of
from ishigaki.core.toml_ import formed, line_of, tables
from ishigaki.core.usage import UsageError

ALL = "all"
OURS = "ishigaki-"  # how roles are called where there is no IAM Identity Center
CENTER, SAML, OIDC, JUMP = "identity_center", "saml", "oidc", "jump"
# What carries it out, in this order: all is given before anything is taken away.
REMEDIES: Mapping[str, tuple[str, ...]] = {
    CENTER: ("make_permission_set", "give_access", "widen_access", "withdraw_access"),
    SAML: ("register_saml_provider", "make_access_role"),
    OIDC: ("register_oidc_provider", "make_access_role"),
    JUMP: ("make_access_role",),
}
Target = Annotated[str, msgspec.Meta(pattern=r"^(all|\d{12})$")]
Policy = Annotated[str, msgspec.Meta(pattern=r"^[\w+=,.@/-]+$")]
DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?")
JUMPER = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):(role|user)/[\w+=,.@/-]+")


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class PermissionSet(_Table, frozen=True):
    """A permission set, or a role of the same kind. `policies` are AWS's managed ones, by what follows `policy/`;
    `boundary` likewise, or `customer:path/name` for one of one's own. What is left empty is not managed. A permission set that
    others made is left as it is, and with whom it is; `take_over` says that it becomes what the file says."""

    on: bool = True
    take_over: bool = False
    description: Annotated[str, msgspec.Meta(max_length=700)] = ""
    policies: tuple[Policy, ...] = ()
    session_duration: str = ""
    relay_state: Annotated[str, msgspec.Meta(max_length=240)] = ""
    boundary: Annotated[str, msgspec.Meta(pattern=r"^(customer:)?[\w+=,.@/-]*$")] = ""

    @property
    def seconds(self) -> int:
        """How long a session lasts; AWS's default where nothing is said."""
        found = DURATION.fullmatch(self.session_duration)
        return int(found[1] or 0) * 3600 + int(found[2] or 0) * 60 if found else 3600


class Assignment(_Table, frozen=True):
    """Who gets a permission set in which accounts: a `group` by its name. A `user` only as an exception, with its
    `reason` and the day it `expires`. By OpenID Connect the `subjects` of tokens. From a jump account the ARNs of its
    `users`, who have to use MFA, or of its `roles`: those have to ask for MFA themselves, AWS does not hand on that it
    was used. Accounts by id or "all", by the estate's environments, by OU path."""

    permission_set: str
    group: str = ""
    user: str = ""
    reason: str = ""
    expires: date | None = None
    subjects: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    accounts: tuple[Target, ...] = ()
    environments: tuple[str, ...] = ()
    ous: tuple[str, ...] = ()

    def holds_on(self, today: date) -> bool:
        """Whether it still holds; the day it expires is its last."""
        return self.expires is None or today <= self.expires


class IdentityCenter(_Table, frozen=True):
    """Where IAM Identity Center is administered (default: the caller's account), its Region (default: the estate's
    home Region) and, where there are several, the ARN of the instance."""

    administrator: AccountId | Literal[""] = ""
    region: RegionName | Literal[""] = ""
    instance: str = ""


class Saml(_Table, frozen=True):
    """A SAML identity provider: its name in IAM, and the file with its metadata."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[\w.-]{0,128}$")] = ""
    metadata: str = ""


class Oidc(_Table, frozen=True):
    """An OpenID Connect identity provider: its URL, and the audience (client id) of its tokens."""

    url: str = ""
    audience: str = ""


class Jump(_Table, frozen=True):
    """The account that holds the IAM users, who can do nothing until they take a role."""

    account: AccountId | Literal[""] = ""


class Access(_Table, frozen=True):
    """What `access.toml` says."""

    way: Literal["identity_center", "saml", "oidc", "jump"] = "identity_center"
    identity_center: IdentityCenter = IdentityCenter()
    saml: Saml = Saml()
    oidc: Oidc = Oidc()
    jump: Jump = Jump()
    permission_sets: dict[str, PermissionSet] = {}
    assignments: tuple[Assignment, ...] = ()

    @property
    def sets(self) -> dict[str, PermissionSet]:
        """The permission sets that are wanted, by name."""
        return {name: each for name, each in self.permission_sets.items() if each.on}


@cache
def shipped() -> Mapping[str, Mapping[str, Any]]:
    """The permission sets that come with the product, as their file says them."""
    data = tomllib.loads(files(__package__).joinpath("access.toml").read_text(encoding="utf-8"))
    found: dict[str, dict[str, Any]] = data["permission_sets"]
    return found


def parse(text: str, *, file: str) -> Access:
    """An access file. Raises `UsageError` that names file, line and remedy."""
    data = tables(text, file=file)
    own = data.get("permission_sets")
    if own is None or (isinstance(own, dict) and all(isinstance(v, dict) for v in own.values())):
        names = [*shipped(), *(n for n in own or {} if n not in shipped())]
        data["permission_sets"] = {n: {**shipped().get(n, {}), **(own or {}).get(n, {})} for n in names}
    access = formed(data, Access, text=text, file=file, invalid="access_invalid")
    _check_sets(access, text, file)
    _check_way(access, text, file)
    for number, each in enumerate(access.assignments):
        _check(access, each, f"$.assignments[{number}]", text, file)
    return access


def _check_sets(access: Access, text: str, file: str) -> None:
    for name, each in access.permission_sets.items():
        if not re.fullmatch(r"[\w+=,.@-]{1,32}", name):
            raise UsageError("access_set_name", file=file, line=_line_of_set(text, name), name=name)
        found = DURATION.fullmatch(each.session_duration)
        if each.session_duration and not (found and 3600 <= each.seconds <= 43200):
            line = _line_of_set(text, name, "session_duration")
            raise UsageError("access_session", file=file, line=line, value=each.session_duration)
        if each.boundary.startswith("customer:") and access.way != CENTER:
            line = _line_of_set(text, name, "boundary")
            raise UsageError("access_boundary", file=file, line=line, value=each.boundary)


def _line_of_set(text: str, name: str, key: str = "") -> int:
    """The line of a permission set's table, or of a key in it."""
    header = re.compile(rf"""\s*\[\s*permission_sets\s*\.\s*["']?{re.escape(name)}["']?\s*\]""")
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if header.match(line)), 0)
    inner = next((n for n in range(start, len(lines)) if key and re.match(rf"\s*{key}\s*=", lines[n])), start)
    return inner + 1


def _check_way(access: Access, text: str, file: str) -> None:
    needed: Mapping[str, Mapping[str, str]] = {
        SAML: {"name": access.saml.name, "metadata": access.saml.metadata},
        OIDC: {"url": access.oidc.url, "audience": access.oidc.audience},
        JUMP: {"account": access.jump.account},
    }
    for key, value in needed.get(access.way, {}).items():
        if not value:
            raise UsageError("access_way", file=file, way=access.way, key=key)
    if access.way == OIDC and not re.fullmatch(r"https://[^\s?#*]+", access.oidc.url):
        line = line_of(text, "$.oidc.url")
        raise UsageError("access_url", file=file, line=line, value=access.oidc.url)


def _check(access: Access, each: Assignment, path: str, text: str, file: str) -> None:
    def refuse(code: str, key: str, **facts: object) -> NoReturn:
        raise UsageError(code, file=file, line=line_of(text, f"{path}.{key}"), **facts)

    if each.permission_set not in access.sets:
        refuse("access_set_unknown", "permission_set", name=each.permission_set, known=", ".join(access.sets))
    if not (each.accounts or each.environments or each.ous):
        refuse("access_no_accounts", "permission_set", name=each.permission_set)
    jumping = (*each.users, *each.roles)
    foreign = {OIDC: jumping, JUMP: each.subjects}.get(access.way, each.subjects or jumping)
    if foreign or (access.way in (OIDC, JUMP) and (each.user or each.group)):
        refuse("access_wrong_holder", "permission_set", way=access.way, holder=HOLDERS[access.way])
    if access.way == CENTER:
        _check_people(each, refuse)
    for subject in each.subjects:
        if not subject.strip() or re.search(r"[*?]", subject):
            refuse("access_subject", "subjects", value=subject)
    if access.way == OIDC and not each.subjects:
        refuse("access_wrong_holder", "permission_set", way=access.way, holder=HOLDERS[access.way])
    for key, kind, arns in (("users", "user", each.users), ("roles", "role", each.roles)):
        for arn in arns:
            found = JUMPER.fullmatch(arn)
            if not found or found.groups() != (access.jump.account, kind):
                refuse("access_jump_role", key, into=key, value=arn, account=access.jump.account)
    if access.way == JUMP and not jumping:
        refuse("access_wrong_holder", "permission_set", way=access.way, holder=HOLDERS[access.way])


HOLDERS = {CENTER: "group", SAML: "group", OIDC: "subjects", JUMP: "users / roles"}


def _check_people(each: Assignment, refuse: Any) -> None:
    """A group has the assignment; a person only for a reason and for a time."""
    if bool(each.group) == bool(each.user):
        refuse("access_no_holder", "permission_set", name=each.permission_set)
    if each.user and not (each.reason.strip() and each.expires):
        refuse("access_person", "user", user=each.user)


def targets(
    each: Assignment, accounts: Sequence[Account], *, ous: Mapping[str, str], estate: Estate | None
) -> tuple[str, ...]:
    """The ids of the accounts that an assignment is about; `ous` are the accounts' OU paths. Suspended accounts are
    left out. Raises `UsageError` for a word that means no environment."""
    meant: dict[str, None] = dict.fromkeys(a for a in each.accounts if a != ALL)
    kinds = []
    for word in each.environments:
        kind = environment_of(word, estate or Estate())
        if kind is None:
            raise UsageError("access_environment", word=word)
        kinds.append(kind)
    for account in accounts:
        where = ous.get(account.id, "")
        within = any(where == ou or where.startswith(f"{ou}/") for ou in each.ous)
        if not account.suspended and (ALL in each.accounts or account.environment in kinds or within):
            meant[account.id] = None
    return tuple(meant)
