"""`hub`: write back to Security Hub, take it back, and bring our own findings there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.language import language, say, words
from ishigaki.cli.options import (
    access_of,
    answers_of,
    common,
    deciding,
    entering,
    estate_of,
    excepting,
    kept_of,
    now,
    own_policy_of,
    policy_of,
    reaching,
    waivers_of,
)
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ishigaki.aws.access import Access
    from ishigaki.core.estate import Estate
    from ishigaki.core.response import Policy
    from ishigaki.core.waiver import Waiver
    from ishigaki.core.writeback import Decide, Written
    from ishigaki.flows.hub_import import Brought
    from ishigaki.flows.hub_seat import Perform
    from ishigaki.flows.writeback import Hand, Refused
    from ishigaki.store.snapshots import ScanHeader

PENDING = 4
SHOWN = 20
APPLY = click.option("--apply", "go", is_flag=True, help="Do it (default: only say what would be done).")


@click.group()
def hub() -> None:
    """Write back to Security Hub: workflows with a note, and our own findings. Nothing without --apply."""


@hub.command()
@click.argument("snapshot", default="")
@APPLY
@deciding
@excepting
@reaching
@common
def write(
    snapshot: str,
    go: bool,
    policy_file: Path | None,
    waivers_file: Path | None,
    estate_file: Path | None,
    only_accounts: tuple[str, ...],
    profile: str,
    store: Path,
    lang: str | None,
) -> int:
    """Set the workflow of Security Hub's findings as exceptions, our re-checks and the policy say (default: its newest
    scan).

    SUPPRESSED where an exception holds, RESOLVED where ishigaki has looked later and it passes. Of what `ishigaki run`
    has decided: NOTIFIED what is tracked, once people were told; SUPPRESSED what your policy.toml leaves alone, or
    tells once, once it was told (the shipped policy alone suppresses nothing). What we suppressed and no longer
    holds goes back. What others have set there stays. Exits with 4 where something is left to do.
    """
    from ishigaki.flows import writeback

    estate = estate_of(estate_file, lang)
    waivers = waivers_of(waivers_file, estate)
    header = _of_hub(store, snapshot)
    decide = _decide(store, header, policy_of(policy_file, estate), waivers)
    intent = writeback.intent(store, header, decide, now=now())
    writes = _of(only_accounts, intent.writes)
    _show(writes)
    for each in intent.left[:SHOWN]:
        say(
            "hub_not_ours",
            err=True,
            where=f"{each.finding.control}  {each.finding.account} {each.finding.region}  {each.finding.resource}",
            workflow=each.mark.workflow,
            by=each.mark.noted_by or "–",
            wanted=each.wanted,
        )
    if not writes:
        say("hub_nothing_to_write", err=True)
        return 0
    if not go:
        say("hub_write_next", err=True, count=len(writes))
        return PENDING
    _, hand = _seat(access_of(profile, estate, store), estate, _account(header))
    result = writeback.write(store, writes, hand)
    say("hub_written", count=len(result.written))
    _tell(result.refused)
    return PENDING if result.refused else 0


@hub.command()
@APPLY
@reaching
@common
def undo(
    go: bool,
    estate_file: Path | None,
    only_accounts: tuple[str, ...],
    profile: str,
    store: Path,
    lang: str | None,
) -> int:
    """Take back exactly what ishigaki suppressed in Security Hub: each finding to what it was before.

    One that somebody has changed since, its workflow or its note, is named and left alone.
    """
    from ishigaki.flows import writeback

    estate = estate_of(estate_file, lang)
    header = _of_hub(store, "")
    ours = _of(only_accounts, writeback.suppressed(store))
    if not ours:
        say("hub_nothing_to_undo", err=True)
        return 0
    perform, hand = _seat(access_of(profile, estate, store), estate, _account(header))
    found = writeback.still(ours, perform)
    _tell(found.refused)
    for each in found.written[:SHOWN]:
        click.echo(f"SUPPRESSED → {each.before}  {_line(each)}")
    if not go:
        say("hub_undo_next", err=True, count=len(found.written))
        return PENDING
    done = writeback.undo(store, found.written, hand, note=words("hub_note_undone"))
    say("hub_undone", count=len(done.written))
    _tell(done.refused)
    return PENDING if done.refused or found.refused else 0


@hub.command("import")
@click.argument("snapshot", default="")
@APPLY
@deciding
@excepting
@reaching
@common
def import_(
    snapshot: str,
    go: bool,
    policy_file: Path | None,
    waivers_file: Path | None,
    estate_file: Path | None,
    only_accounts: tuple[str, ...],
    profile: str,
    store: Path,
    lang: str | None,
) -> int:
    """Bring the findings of a scan of ours into Security Hub (default: the newest): failures and warnings, and archived
    what was one and passes now. What an exception or your policy.toml hides comes in as SUPPRESSED.

    Each account's are brought by its own role (write_role), into the Regions in which its hub is on.
    """
    from ishigaki.core.estate import accounts_of
    from ishigaki.flows import hub_import, picture
    from ishigaki.flows import policy as policies
    from ishigaki.flows.waivers import rejudged
    from ishigaki.store.database import opened
    from ishigaki.store.ledger import Ledger
    from ishigaki.store.snapshots import Snapshots

    estate = estate_of(estate_file, lang)
    waivers, policy = waivers_of(waivers_file, estate), own_policy_of(policy_file, estate)
    snapshots = Snapshots(store)
    header = snapshots.own(snapshot)
    asked = kept_of(header, (), (), (), estate)
    tagged = policies.by_tag(asked, policy) if policy else ()
    outcome = rejudged(snapshots, header, asked, waivers, tagged=tagged)
    with opened(store) as database:
        known = Ledger(database).known()
    drawn = picture.draw(
        outcome,
        known,
        language=language(),
        zone=header.at,
        waivers=waivers,
        policy=policy,
        answers=answers_of(estate),
        now=now(),
    )
    brought = hub_import.worth(drawn, known)
    if not go:
        say("hub_import_next", count=len(brought.findings))
        return PENDING if brought.findings else 0
    access = access_of(profile, estate, store)
    with entering():
        access.caller()
    accounts = accounts_of(estate) if estate else ()
    return _ended(list(hub_import.bring(access, accounts, brought, only=only_accounts)))


def _ended(results: Sequence[Brought]) -> int:
    """Say what was brought, and what was not; the exit code."""
    from msgspec.structs import asdict

    refused = [r for r in results if r.refused]
    for each in refused:
        say("hub_not_imported", err=True, **asdict(each))
    say("hub_imported", count=sum(r.taken for r in results))
    return PENDING if refused else 0


def _of_hub(store: Path, scan: str) -> ScanHeader:
    """A scan by Security Hub, by default the newest. Raises `UsageError`."""
    from ishigaki.core.concern import Source
    from ishigaki.store.snapshots import Snapshots

    snapshots = Snapshots(store)
    found = snapshots.header(scan) if scan else snapshots.newest(Source.SECURITY_HUB)
    if found is None or found.source != Source.SECURITY_HUB:
        raise UsageError("no_hub_scan", scan=scan or "-")
    return found


def _of(accounts: tuple[str, ...], writes: Iterable[Written]) -> list[Written]:
    """Those of these accounts; all where none is named."""
    return [w for w in writes if not accounts or w.account in accounts]


def _account(header: ScanHeader) -> str:
    return header.hub.account if header.hub else ""


def _decide(store: Path, header: ScanHeader, policy: Policy, waivers: tuple[Waiver, ...]) -> Decide:
    """How the findings of a scan by Security Hub should stand."""
    from ishigaki.flows import silence
    from ishigaki.flows.hub_decide import wishes
    from ishigaki.store.database import opened
    from ishigaki.store.transactions import reading

    with opened(store) as engine, reading(engine) as connection:
        items = silence.known(connection)
    return wishes(store, header, items, policy, waivers=waivers, language=language(), now=now())


def _seat(access: Access, estate: Estate | None, account: str) -> tuple[Perform, Hand]:
    from ishigaki.flows.writeback import Hand, seat_of

    with entering():
        access.caller()
        perform, send = seat_of(access, estate, account)
    return perform, Hand(send)


def _show(writes: Iterable[Written]) -> None:
    """What would be written, grouped by workflow and note."""
    several = list(writes)
    for (workflow, note), count in Counter((w.workflow, w.note) for w in several).items():
        click.echo(f"{workflow}  {words('hub_findings', count=count)}\n  {note}")
        ones = [w for w in several if (w.workflow, w.note) == (workflow, note)]
        for each in ones[:SHOWN]:
            click.echo(f"    {_line(each)}")
        if count > SHOWN:
            click.echo(f"    {words('and_more', count=count - SHOWN)}")


def _line(each: Written) -> str:
    return f"{each.control}  {each.account} {each.region}  {each.resource}"


def _tell(refused: Iterable[Refused]) -> None:
    """Name on standard error what was not written, and why."""
    for each in refused:
        code = {"gone": "hub_write_gone", "changed": "hub_write_changed"}.get(each.code, "hub_write_refused")
        say(code, err=True, where=_line(each.write), code=each.code, message=each.message)
