"""By whom an IAM user is used: a person, a program, or several. Judged by evidence, and the evidence is told.

What somebody did outweighs what somebody may do, and a name is the weakest sign: it decides only where nothing else
speaks. A password is a person's, because programs do not sign in; a user with keys and no password is a program's, and
so is one whose keys are used while nobody has ever signed in with the password.
"""

from __future__ import annotations

import re

import msgspec

from ishigaki.core.people import HUMAN, MACHINE, SHARED, UNKNOWN


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Whole words of a name, between its dots, dashes, underscores and capitals.
MACHINES = _words("""
    api app aws backup batch bot build ci cd cicd circleci cli cron daemon deploy deployer deployment etl export github
    gitlab import jenkins job lambda log logger logs mail mailer monitor monitoring pipeline programmatic runner sdk
    server service ses smtp svc sync system terraform upload uploader worker zabbix
""")
SEVERAL = _words("common everyone group guest kyoyo kyoyu share shared team")  # whatever else the name says
SHARERS = SEVERAL | _words("""
    admin administrator all dev developer developers office operation operations operator ops root staff support test
    tester user
""")


class Traces(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a user's credentials. None: not seen."""

    name: str
    console: bool | None
    signed_in: bool | None
    mfa: bool | None
    active_keys: int | None
    key_used: bool | None
    other_credentials: bool  # service-specific ones and certificates


class UsedBy(msgspec.Struct, frozen=True):
    """Human, machine, shared or unknown, and the codes of the evidence, strongest first: signed_in, never_signed_in,
    console_password, mfa_device, key_used, key_only, service_credential, name_person, name_machine, name_shared,
    no_credentials, not_seen."""

    kind: str
    evidence: tuple[str, ...]


def judge(traces: Traces) -> UsedBy:
    """By whom a user is used, as far as its traces tell."""
    said = name_says(traces.name)
    named = (f"name_{said}",) if said else ()
    evidence = (*_evidence(traces), *named)
    if _only_keys(traces):
        return UsedBy(MACHINE, evidence)
    if traces.console:
        return UsedBy(SHARED if said == "shared" else HUMAN, evidence)
    if traces.mfa:
        return UsedBy(HUMAN, evidence)
    if traces.console is None or traces.active_keys is None:
        return UsedBy(UNKNOWN, (*evidence, "not_seen"))
    if traces.active_keys or traces.key_used or traces.other_credentials:
        return UsedBy(MACHINE, evidence)
    by_name = {"person": HUMAN, "machine": MACHINE, "shared": SHARED}
    return UsedBy(by_name.get(said, UNKNOWN), (*evidence, "no_credentials"))


def _only_keys(traces: Traces) -> bool:
    """Whether there is a password that nobody ever used, beside keys that are."""
    return bool(traces.console and traces.signed_in is False and traces.key_used and not traces.mfa)


def _evidence(traces: Traces) -> tuple[str, ...]:
    keys = traces.active_keys or traces.key_used
    signs = (
        ("signed_in", traces.console and traces.signed_in),
        ("never_signed_in", _only_keys(traces)),
        ("console_password", traces.console),
        ("mfa_device", traces.mfa),
        ("key_used", traces.key_used),
        ("key_only", traces.console is False and keys),
        ("service_credential", traces.other_credentials),
    )
    return tuple(code for code, there in signs if there)


def name_says(name: str) -> str:
    """What a name looks like: person, machine, shared, or nothing. An address and `given.family` are a person's."""
    parts = [p.lower() for p in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name.partition("@")[0])]
    if SEVERAL & set(parts):
        return "shared"
    if MACHINES & set(parts):
        return "machine"
    if SHARERS & set(parts):
        return "shared"
    is_person = re.fullmatch(r"[a-z]+\d?[._-][a-z]{2,}\d?", name.lower()) or "@" in name
    return "person" if is_person else ""
