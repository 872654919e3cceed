"""The estate: which accounts there are, whose they are, and how they are entered.

A plain list of accounts and one discovered from Organizations are equal in rank: both end as `Account`s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal

import msgspec

from ishigaki.core.queue import queue_of
from ishigaki.core.retirement import Waits
from ishigaki.core.toml_ import line_of, read
from ishigaki.core.usage import UsageError

PRODUCTION, NON_PRODUCTION = "production", "non-production"
OWN_WORDS: Mapping[str, str] = {
    "production": PRODUCTION,
    "prod": PRODUCTION,
    "prd": PRODUCTION,
    "non-production": NON_PRODUCTION,
    "staging": NON_PRODUCTION,
    "stg": NON_PRODUCTION,
    "development": NON_PRODUCTION,
    "dev": NON_PRODUCTION,
    "test": NON_PRODUCTION,
    "sandbox": NON_PRODUCTION,
}

AccountId = Annotated[str, msgspec.Meta(pattern=r"^\d{12}$")]
RegionName = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}(-[a-z]+)+-\d+$")]
S3_PLACE = r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w!.*()/-]*)?"
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Account(_Table, frozen=True):
    """One account of the estate. `regions` empty: the estate's, or every enabled one. One that is `suspended`
    is named in every scan and not entered."""

    id: AccountId
    name: Words = ""
    environment: Words = ""
    owner: str = ""
    contacts: tuple[str, ...] = ()
    regions: tuple[RegionName, ...] = ()
    role: str = ""
    write_role: str = ""
    external_id: str = ""
    suspended: bool = False


class Rule(_Table, frozen=True):
    """Environment and owner of discovered accounts, by OU path (`Workloads/Prod`, its children too) or by an
    account tag (`Environment=prod`). The first rule that fits and says something decides."""

    ou: str = ""
    tag: str = ""
    environment: str = ""
    owner: str = ""
    ignore: bool = False


class Settings(_Table, frozen=True):
    """`role` is entered to read, `write_role` to change; `log_archive` is the account that keeps every account's
    logs, `audit` the one that watches, `jump` the one whose users switch into all others. With `one_person`, who owns
    an exception may approve it. Deadlines go by `time_zone` (default: Asia/Tokyo where the language is ja, else UTC),
    by the `holidays` of a country (`JP`, or `DE-BY` of a part of it) and by `closed_days`."""

    name: str = ""
    language: Literal["", "en", "ja"] = ""
    home_region: RegionName | Literal[""] = ""
    regions: tuple[RegionName, ...] = ()
    standards: tuple[str, ...] = ()
    role: str = ""
    external_id: str = ""
    write_role: str = ""
    log_archive: AccountId | Literal[""] = ""
    audit: AccountId | Literal[""] = ""
    jump: AccountId | Literal[""] = ""
    discover: Literal["", "organizations"] = ""
    one_person: bool = False
    time_zone: str = ""
    holidays: str = ""
    closed_days: tuple[date, ...] = ()


class Run(_Table, frozen=True):
    """What `ishigaki run` does by itself: how often it scans ("24 hours", "7 days"), and by whom it has things judged.
    With `write_back` what is decided is written into Security Hub."""

    scan_every: Words = "24 hours"
    source: Literal["own", "securityhub", "both"] = "own"
    write_back: bool = False


class Milestone(_Table, frozen=True):
    """So many IAM users at most in the whole estate, by this date."""

    day: date = msgspec.field(name="date")
    users: Annotated[int, msgspec.Meta(ge=0)]


class People(_Table, frozen=True):
    """The stock-take of credentials. `history` is where a copy of each day's file is kept for others to read, beside
    the store: `s3://bucket/prefix`. `goal` is where the number of IAM users should go: a line through milestones, the
    earliest first, that never rises. `retire` are the waiting times of users who are retired. With `daily`
    `ishigaki run` takes stock once a day."""

    history: Annotated[str, msgspec.Meta(pattern=f"^({S3_PLACE})?$")] = ""
    daily: bool = False
    goal: tuple[Milestone, ...] = ()
    retire: Waits = Waits()


class Answer(_Table, frozen=True):
    """What somebody answered to a question of a checklist; it is asked anew after a year."""

    question: str
    answer: Literal["yes", "no"]
    by: Words
    on: date
    note: str = ""


class Intake(_Table, frozen=True):
    """By which SQS queue events come in: its URL or ARN (`ishigaki bootstrap events` makes one)."""

    queue: str = ""


class Estate(_Table, frozen=True):
    """What `estate.toml` says. `parameters` are AWS's own, by control: `[parameters."ACM.1"] daysToExpiration = 45`;
    `answers` are people's, to the questions of checklists."""

    estate: Settings = Settings()
    environments: Mapping[str, Literal["production", "non-production"]] = {}
    accounts: tuple[Account, ...] = ()
    rules: tuple[Rule, ...] = ()
    parameters: Mapping[str, Mapping[str, Any]] = {}
    answers: tuple[Answer, ...] = ()
    run: Run = Run()
    intake: Intake = Intake()
    people: People = People()


class Discovered(msgspec.Struct, frozen=True):
    """An account as Organizations shows it: its OU path from the root (`Workloads/Prod`) and its tags."""

    id: str
    name: str
    ou: str
    tags: Mapping[str, str]
    active: bool = True


def parse(text: str, *, file: str) -> Estate:
    """An estate from TOML. Raises `UsageError` that names file, line and remedy."""
    estate = read(text, Estate, file=file, invalid="estate_invalid")
    return _checked(estate, text, file)


def _checked(estate: Estate, text: str, file: str) -> Estate:
    seen: set[str] = set()
    for number, account in enumerate(estate.accounts):
        line = line_of(text, f"$.accounts[{number}].id")
        if account.id in seen:
            raise UsageError("estate_account_twice", file=file, line=line, account=account.id)
        seen.add(account.id)
        if account.environment and environment_of(account.environment, estate) is None:
            line = line_of(text, f"$.accounts[{number}].environment")
            raise UsageError("estate_environment", file=file, line=line, word=account.environment)
    for number, rule in enumerate(estate.rules):
        line = line_of(text, f"$.rules[{number}]")
        if bool(rule.ou) == bool(rule.tag) or (rule.tag and "=" not in rule.tag):
            raise UsageError("estate_rule", file=file, line=line)
        if rule.environment and environment_of(rule.environment, estate) is None:
            raise UsageError("estate_environment", file=file, line=line, word=rule.environment)
    for number, (one, next_) in enumerate(pairwise(estate.people.goal), start=1):
        if one.day >= next_.day or one.users < next_.users:
            line = line_of(text, "$.people.goal")
            raise UsageError("estate_goal", file=file, line=line, number=number + 1)
    if not estate.accounts and not estate.estate.discover:
        raise UsageError("estate_empty", file=file)
    if estate.intake.queue and queue_of(estate.intake.queue) is None:
        line = line_of(text, "$.intake.queue")
        raise UsageError("intake_queue", file=file, line=line, queue=estate.intake.queue)
    return estate


def environment_of(word: str, estate: Estate) -> str | None:
    """`production` or `non-production` for the user's own word; None where nobody said what it means."""
    return estate.environments.get(word) or OWN_WORDS.get(word.lower())


def accounts_of(estate: Estate, discovered: Iterable[Discovered] = ()) -> tuple[Account, ...]:
    """Every account of the estate, with the estate's defaults filled in and its environment normalised.

    What the list says of an account outweighs what a rule says of it.
    """
    listed = {a.id: a for a in estate.accounts}
    whole: dict[str, Account] = {}
    for found in discovered:
        rules = [r for r in estate.rules if _fits(r, found)]
        if any(r.ignore for r in rules) and found.id not in listed:
            continue
        own = listed.pop(found.id, None)
        base = own or Account(found.id)
        whole[found.id] = msgspec.structs.replace(
            base,
            name=base.name or found.name,
            environment=base.environment or _first(r.environment for r in rules),
            owner=base.owner or _first(r.owner for r in rules),
            suspended=base.suspended or not found.active,
        )
    whole |= listed
    return tuple(_with_defaults(a, estate) for a in whole.values())


def _first(words: Iterable[str]) -> str:
    return next((w for w in words if w), "")


def _fits(rule: Rule, account: Discovered) -> bool:
    if rule.ou:
        return account.ou == rule.ou or account.ou.startswith(rule.ou + "/")
    key, _, value = rule.tag.partition("=")
    return account.tags.get(key) == value


def _with_defaults(account: Account, estate: Estate) -> Account:
    return msgspec.structs.replace(
        account,
        name=account.name or account.id,
        environment=environment_of(account.environment, estate) or "",
        regions=account.regions or estate.estate.regions,
        role=account.role or estate.estate.role,
        write_role=account.write_role or estate.estate.write_role,
        external_id=account.external_id or estate.estate.external_id,
    )


def json_schema() -> dict[str, Any]:
    """The JSON schema of `estate.toml`, for editors."""
    return msgspec.json.schema(Estate)
