"""The estate as a scan uses it: read from its file, or made of the user's own account."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ishigaki.core.estate import Account, Discovered, Estate, accounts_of, parse
from ishigaki.core.organization import discover
from ishigaki.core.toml_ import line_of
from ishigaki.core.unseen import Unseen
from ishigaki.core.usage import UsageError
from ishigaki.flows import calendar
from ishigaki.flows.units import replayed
from ishigaki.standards import CHECKLISTS, checklist
from ishigaki.standards.parameters import check
from ishigaki.store.snapshots import Snapshots

if TYPE_CHECKING:
    from ishigaki.aws.access import Access  # every command reads the estate, few reach AWS


def read(path: Path) -> Estate:
    """The estate file. Raises `UsageError`."""
    if not path.is_file():
        raise UsageError("estate_missing", file=str(path))
    text = path.read_text(encoding="utf-8")
    estate = parse(text, file=str(path))
    check(estate.parameters, text=text, file=str(path))
    calendar.check(estate, text=text, file=str(path))
    known = {q.id for name in CHECKLISTS for line in checklist(name).lines for q in line.questions}
    for number, answer in enumerate(estate.answers):
        if answer.question not in known:
            line = line_of(text, f"$.answers[{number}].question")
            names = ", ".join(sorted(known))
            raise UsageError(
                "unknown_question", file=str(path), line=line, question=answer.question, known=names
            )
    return estate


def accounts(access: Access, estate: Estate | None, *, only: Iterable[str] = ()) -> tuple[Account, ...]:
    """The accounts to look at: the estate's, or without one the caller's own. Raises `UsageError`, `NoEntry`."""
    own = access.caller()
    found = (
        (Account(own, name=own),) if estate is None else accounts_of(estate, _discovered(access, estate, own))
    )
    wanted = list(only)
    for account in wanted:
        if account not in {a.id for a in found}:
            raise UsageError("unknown_account", account=account)
    kept = (a for a in found if not wanted or a.id in wanted)
    # The account that we are in already is entered with the credentials that are at hand.
    return tuple(msgspec.structs.replace(a, role="") if a.id == own else a for a in kept)


def known(estate: Estate | None, store: Path) -> dict[str, Account]:
    """The accounts by id as far as they are known without asking AWS: as the estate lists them, and where it says
    nothing as the newest scan met them."""
    snapshots = Snapshots(store)
    met = snapshots.header().accounts if snapshots.scans() else ()
    found = {m.id: Account(m.id, name=m.name or m.id, environment=m.environment, owner=m.owner) for m in met}
    for listed in accounts_of(estate) if estate else ():
        before = found.get(listed.id, listed)
        name = listed.name if listed.name != listed.id else before.name
        found[listed.id] = msgspec.structs.replace(
            listed,
            name=name,
            environment=listed.environment or before.environment,
            owner=listed.owner or before.owner,
        )
    return found


def _discovered(access: Access, estate: Estate, own: str) -> tuple[Discovered, ...]:
    if estate.estate.discover != "organizations":
        return ()
    perform = access.performing(access.enter(own, None))
    try:
        found: tuple[Discovered, ...] = replayed(discover(access.home), perform)
    except Unseen as unseen:
        raise UsageError("organization_unseen", code=unseen.code) from None
    return found


TEMPLATE = """\
# The estate: which accounts ishigaki looks at, whose they are, and how it enters them.
# `ishigaki estate schema` prints every setting; `ishigaki estate check` proves that every role can be assumed.

[estate]
name = "{name}"
language = "{language}"           # of messages and reports: en or ja
role = "IshigakiRead"     # the role that `ishigaki bootstrap` creates in every account
external_id = "{external_id}"
# write_role = "IshigakiWrite"                # the role of `ishigaki bootstrap --write`: apply and undo enter by it
# log_archive = "444455556666"                # the account that keeps every account's logs
# jump = "777788889999"                       # the account whose users switch into all others
# regions = ["ap-northeast-1", "us-east-1"]   # default: every Region that is enabled in the account
# standards = ["fsbp", "cis_5_0"]
# discover = "organizations"                  # instead of, or beside, the list below
# one_person = true                           # nobody else is there to approve an exception (waivers.toml)
# time_zone = "Asia/Tokyo"                    # of deadlines and digests; default: Asia/Tokyo with ja, else UTC
# holidays = "JP"                             # no business days: a country's, with the extra ishigaki[keep]
# closed_days = [2026-12-29, 2026-12-30, 2026-12-31]

# Own words for environments, beside production, prod, staging, dev, test, sandbox …
# [environments]
# honban = "production"

[[accounts]]
id = "{account}"
name = "{name}"
environment = "production"
owner = "security@example.com"

# With discover = "organizations": environment and owner by OU path or account tag.
# [[rules]]
# ou = "Workloads/Prod"
# environment = "production"

# Parameters of controls, by AWS's names and within AWS's bounds: scans, fixes and Security Hub go by them.
# [parameters."IAM.7"]
# MinimumPasswordLength = 14

# What GuardDuty, Access Analyzer, CloudTrail and Health report comes by a queue (`ishigaki bootstrap events`).
# [intake]
# queue = "arn:aws:sqs:ap-northeast-1:{account}:ishigaki-events"

# A copy of each day's stock-take of credentials (`ishigaki people`), for Athena and other machines; and how many IAM
# users there may be by when.
# [people]
# history = "s3://my-bucket/ishigaki"
# daily = true                                # ishigaki run takes it once a day (needs ishigaki[lake])
# goal = [{{ date = 2026-12-31, users = 100 }}, {{ date = 2027-12-31, users = 0 }}]
#
# [people.retire]                             # days before each next step of `ishigaki people retire`
# after_warning_days = 7                      # until the console is closed
# after_password_days = 7                     # until the keys are deactivated
# after_keys_days = 14                        # until the user is deleted

# What only a person can tell (`ishigaki checklist ten_practices`); asked anew after a year.
# [[answers]]
# question = "incident_flow"
# answer = "yes"
# by = "Hanako Sato"
# on = 2026-11-22
"""


def template(*, account: str, language: str, external_id: str) -> str:
    """A first estate file."""
    return TEMPLATE.format(account=account, name="my-account", language=language, external_id=external_id)
