"""`ishigaki scan`: look, judge, say."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ishigaki.cli.language import language, say, words
from ishigaki.cli.options import (
    STORE,
    access_of,
    answers_of,
    choosing,
    chosen_of,
    common,
    deciding,
    entering,
    estate_of,
    excepting,
    now,
    own_policy_of,
    reaching,
    waivers_of,
    zone_of,
)
from ishigaki.cli.output import in_a_folder
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.aws.access import Access
    from ishigaki.core.estate import Account, Estate
    from ishigaki.core.response import Policy
    from ishigaki.core.waiver import Waiver
    from ishigaki.flows.scan import Outcome, Progress
    from ishigaki.report.picture import Picture
    from ishigaki.standards.choice import Ask
    from ishigaki.store.ledger import Identity, Sighting
    from ishigaki.store.snapshots import ScanHeader

FORMATS = ("table", "json", "csv", "asff", "sarif", "html")
FAILED, INCOMPLETE, INTERRUPTED = 1, 3, 130
TROUBLES = {
    "AccountSuspended": "suspended_account",
    "Interrupted": "unreached_account",
    "NoFindings": "hub_silent",
}


def saying(command: Callable[..., int]) -> Callable[..., int]:
    """The options that say in what form the result is wanted."""
    for option in (
        click.option(
            "--fail-on",
            type=click.Choice(["CRITICAL", "HIGH", "MEDIUM", "LOW"], case_sensitive=False),
            help="Exit with 1 where a finding of this severity or worse failed.",
        ),
        click.option(
            "-o", "--out", type=click.Path(path_type=Path), help="Write to this file instead of the terminal."
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(FORMATS),
            default="table",
            show_default=True,
            help="Form of the result; html needs --out.",
        ),
    ):
        command = option(command)
    return command


@click.command()
@reaching
@click.option(
    "--region", "regions", multiple=True, help="Only this Region (repeatable; default: every enabled one)."
)
@choosing
@deciding
@excepting
@saying
@click.option("--dry-run", is_flag=True, help="Say what would be called, with which permissions, and stop.")
@click.option(
    "--source",
    type=click.Choice(["own", "securityhub"]),
    default="own",
    show_default=True,
    help="Who judges: ishigaki from each account's configuration, or Security Hub by its findings, asked of its "
    "administrator account without any role in the members.",
)
@common
def scan(
    source: str,
    estate_file: Path | None,
    only_accounts: tuple[str, ...],
    profile: str,
    regions: tuple[str, ...],
    standards: tuple[str, ...],
    globs: tuple[str, ...],
    severities: tuple[str, ...],
    waivers_file: Path | None,
    policy_file: Path | None,
    form: str,
    out: Path | None,
    fail_on: str | None,
    dry_run: bool,
    store: Path,
    lang: str | None,
) -> int:
    """Look at accounts and Regions, judge them, and say what to do. Changes nothing.

    What your policy.toml tells once or leaves alone is suppressed: it leaves the score, not the honest score. The
    shipped policy alone suppresses nothing.
    """
    from ishigaki.cli import hub

    estate = estate_of(estate_file, lang)
    waivers, policy = waivers_of(waivers_file, estate), own_policy_of(policy_file, estate)
    writable(form, out)
    asked = chosen_of(standards, globs, severities, estate)
    access = access_of(profile, estate, store)
    _known(regions, access)
    whole = not (standards or globs or severities or (estate and estate.estate.standards))
    where = (only_accounts, regions)
    if source == "securityhub":
        found = hub.look(access, estate, asked, where, whole=whole, store=store, dry_run=dry_run)
    else:
        wanted = _tagged(asked, waivers, policy)
        found = _look(access, estate, wanted, where, store=store, dry_run=dry_run)
    if found is None:
        return 0
    outcome, seen = found
    picture = drawn(outcome, seen, estate, waivers, policy, form=form, store=store)
    return finish(picture, outcome, form=form, out=out, fail_on=fail_on, store=store)


def _look(
    access: Access,
    estate: Estate | None,
    asked: Ask,
    where: tuple[tuple[str, ...], tuple[str, ...]],
    *,
    store: Path,
    dry_run: bool,
) -> tuple[Outcome, Mapping[Identity, Sighting]] | None:
    """Look at accounts and Regions, and keep what was seen; nothing where only its cost is wanted."""
    from msgspec.structs import replace

    from ishigaki.flows import estate as estates
    from ishigaki.flows import picture as pictures
    from ishigaki.flows.scan import scan as look
    from ishigaki.store import offers

    only, regions = where
    asked = replace(asked, missing=offers.read(store).missing)
    with entering():
        accounts = estates.accounts(access, estate, only=only)
    if dry_run:
        _dry_run(access, accounts, asked, regions)
        return None
    settle_collector()
    outcome = look(access, accounts, asked, only_regions=regions, folder=store, now=now(), watch=watching())
    if outcome.header.interrupted:
        say("interrupted", err=True, scan=outcome.header.id)
    return outcome, pictures.keep(outcome, store)


def _tagged(asked: Ask, waivers: tuple[Waiver, ...], policy: Policy | None) -> Ask:
    """The questions, and the tags that exceptions and the policy need."""
    from ishigaki.flows import policy as policies
    from ishigaki.flows.waivers import asking

    wanted = asking(asked, waivers)
    return policies.asking(wanted, policy) if policy else wanted


def drawn(
    outcome: Outcome,
    known: Mapping[Identity, Sighting],
    estate: Estate | None,
    waivers: tuple[Waiver, ...],
    policy: Policy | None,
    *,
    form: str,
    store: Path,
) -> Picture:
    """The picture of a scan; where the document shows it, with what became of cases this month."""
    from msgspec.structs import replace

    from ishigaki.flows import picture as pictures
    from ishigaki.flows.stats import this_month
    from ishigaki.store.database import opened

    picture = pictures.draw(
        outcome,
        known,
        language=language(),
        zone=outcome.header.at.astimezone(zone_of(estate)),
        waivers=waivers,
        policy=policy,
        answers=answers_of(estate),
        now=now(),
    )
    if form != "html":
        return picture
    with opened(store) as database:
        return replace(picture, acted=this_month(database, zone=zone_of(estate), now=now()))


def settle_collector() -> None:
    """What imports made stays, and judging makes no cycles: the collector of cycles need rarely look."""
    gc.freeze()
    gc.set_threshold(100_000)


def finish(
    picture: Picture, outcome: Outcome, *, form: str, out: Path | None, fail_on: str | None, store: Path
) -> int:
    """Write the result, say what was not seen, and choose the exit code."""
    from ishigaki.core.finding import Severity
    from ishigaki.flows import documents
    from ishigaki.flows import picture as pictures

    if form == "table" and out is None:
        documents.print_table(picture)
    else:
        text = documents.write(picture, form)
        if out is None:
            sys.stdout.write(text)
        else:
            out.write_text(text, encoding="utf-8", newline="")
            say("written", err=True, path=out)
    tell_unseen(outcome)
    tell_exceptions(picture)
    if form == "table" and out is None and picture.actions and store == STORE:
        say("hub_next" if outcome.header.hub else "scan_next", err=True)
    if outcome.header.interrupted:
        return INTERRUPTED
    if pictures.incomplete(picture):
        return INCOMPLETE
    return FAILED if fail_on and pictures.failing(picture, Severity(fail_on.upper())) else 0


def tell_unseen(outcome: Outcome) -> None:
    """Name on standard error every account and Region that was not, or not wholly, seen."""
    from ishigaki.core.unseen import NOT_OFFERED

    tell_trouble(outcome.header)
    off = outcome.header.hub.unseen if outcome.header.hub else {}
    if off:
        say("hub_off_there", err=True, regions=", ".join(off), code=next(iter(off.values())))
    for account in outcome.header.accounts:
        who: dict[str, Any] = {"name": account.name, "id": account.id}
        judged = outcome.judged.get(account.id)
        gaps = [g for g in judged.gaps if g.code != NOT_OFFERED and g.region not in off] if judged else []
        if gaps:
            first = gaps[0]
            say(
                "partly_seen",
                err=True,
                **who,
                count=len(gaps),
                operation=first.operation,
                region=first.region,
                code=first.code,
            )
    missing: dict[str, set[str]] = {}
    for _, gap in outcome.gaps():
        if gap.code == NOT_OFFERED:
            missing.setdefault(gap.operation.partition(":")[0], set()).add(gap.region)
    for service, regions in sorted(missing.items()):
        say("not_offered", err=True, service=service, regions=", ".join(sorted(regions)))


def tell_exceptions(picture: Picture) -> None:
    """Say on standard error which exceptions expired, which could not be matched, and which hide nothing."""
    exceptions = picture.exceptions
    for lapsed in exceptions.expired:
        about = _about(lapsed.waiver)
        say("waiver_expired", err=True, **about, owner=lapsed.waiver.owner, count=len(lapsed.findings))
    for waiver, count in exceptions.untold:
        say("waiver_untold", err=True, **_about(waiver), count=count)
    for waiver in exceptions.unused:
        say("waiver_unused", err=True, **_about(waiver))


def _about(waiver: Waiver) -> dict[str, object]:
    return {"control": ", ".join(waiver.controls), "scope": waiver.scope, "expires": waiver.expires}


def tell_trouble(header: ScanHeader) -> None:
    """Name every account that was not entered, and the Regions that are not enabled."""
    for account in header.accounts:
        who: dict[str, Any] = {"name": account.name, "id": account.id}
        if account.trouble:
            other = "hub_account_unasked" if header.hub else "unseen_account"
            told = TROUBLES.get(account.trouble, other)
            say(told, err=True, **who, code=account.trouble, message=account.message)
        if account.not_enabled:
            say("not_enabled", err=True, **who, regions=", ".join(account.not_enabled))


def watching() -> Callable[[Progress], None]:
    """How progress is shown: one line that renews itself on a terminal, a plain line now and then elsewhere."""
    live = sys.stderr.isatty()
    last = [time.monotonic()]

    def show(progress: Progress) -> None:
        at = time.monotonic()
        over = progress.units_done == progress.units
        if at - last[0] < (0.2 if live else 5.0) and not (live and over):
            return
        last[0] = at
        share = progress.share
        left = (at - progress.started) * (1 - share) / share if share else 0
        line = words(
            "progress",
            done=progress.units_done,
            units=progress.units,
            calls=progress.calls,
            throttles=progress.throttles,
            left=words("seconds", count=round(left)) if share else "…",
        )
        sys.stderr.write(f"\r\x1b[K{line}" if live else line + "\n")
        if live and over:
            sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    return show


def _dry_run(access: Access, accounts: tuple[Account, ...], asked: Ask, regions: tuple[str, ...]) -> None:
    from ishigaki.flows.scan import estimate

    cost = estimate(access, accounts, asked, only_regions=regions)
    click.echo(words("dry_run", **cost))


def _known(regions: tuple[str, ...], access: Access) -> None:
    for region in regions:
        if not access.knows(region):
            raise UsageError("unknown_region", region=region, partition=access.partition)


def writable(form: str, out: Path | None) -> None:
    if out is not None and out.is_dir():
        raise UsageError("out_is_folder", path=str(out))
    in_a_folder(out)
    if form == "html" and out is None:
        raise UsageError("format_needs_out", format=form)
