"""`run`: keep watch. One tick after the other, or one alone for cron, a function or a scheduled task."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli import logs
from ishigaki.cli.language import language, words
from ishigaki.cli.options import (
    NOTIFY,
    access_of,
    common,
    deciding,
    destinations_of,
    entering,
    estate_of,
    excepting,
    in_estate,
    notifying,
    now,
    policy_of,
    profiled,
    waivers_of,
)
from ishigaki.cli.people_store import register_where_kept
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ishigaki.core.estate import Estate
    from ishigaki.flows.keeper import Keeper
    from ishigaki.flows.tick import Outside, Step

FAILED = 3
LOG = logging.getLogger("ishigaki.run")


@click.command()
@click.option("--once", is_flag=True, help="One tick, then end: for cron, a function, a scheduled task.")
@click.option(
    "--every", type=click.IntRange(10, 86_400), default=300, show_default=True, help="Seconds between ticks."
)
@click.option("--no-scan", is_flag=True, help="Ask AWS nothing: decide on what is kept, remind and send.")
@profiled
@in_estate
@notifying
@deciding
@excepting
@common
def run(
    once: bool,
    every: int,
    no_scan: bool,
    profile: str,
    estate_file: Path | None,
    notify_file: Path | None,
    policy_file: Path | None,
    waivers_file: Path | None,
    store: Path,
    lang: str | None,
) -> int:
    """Keep watch: scan, decide, remind and send, on and on.

    A tick scans what is due, takes events in, decides by the policy, reminds, sums up, writes back and sends. With
    write_back = true under [run] in estate.toml it writes to Security Hub what `ishigaki hub write --apply` would; with
    daily = true under [people] it takes stock of users and keys, once a day. Says what it does as one JSON object a
    line on standard error. SIGTERM and Ctrl-C end it after the step at hand, a scan at once; the next run goes on from
    there. Ends with 3 where a step could not be done.
    """
    from ishigaki.flows.tick import tick
    from ishigaki.store.database import opened

    def settings() -> tuple[Keeper, Outside]:
        estate = estate_of(estate_file, lang)
        keeper = _keeper(engine, store, estate, policy_file, waivers_file, notify_file)
        return keeper, _outside(keeper, estate, profile, notify_file, stop, scans=not no_scan)

    estate_of(estate_file, lang)  # what language mistakes are told in
    logs.start()
    stop = Stop()
    with opened(store) as engine:
        now_right = settings()
        whole = _ticked(tick, now_right, stop)
        while not (once or stop.wait(every)):
            # Files are read anew at each tick: what somebody changed holds from then on, once it is right.
            try:
                now_right = settings()
            except UsageError as wrong:
                _note("settings_wrong", {"error": words(wrong.code, **wrong.facts)})
            whole = _ticked(tick, now_right, stop)
    LOG.info("stopped")
    return 0 if whole else FAILED


def _ticked(tick: Callable[..., bool], settings: tuple[Keeper, Outside], stop: Stop) -> bool:
    keeper, outside = settings
    if not keeper.destinations:
        _note("no_destinations", {"text": words("run_no_destinations")})
    try:
        return tick(keeper, outside, _note)
    except KeyboardInterrupt:  # in the middle of a scan: of that nothing is kept
        if not stop.asked():
            raise
        return True


class Stop:
    """Whether somebody wants the program to end. A scan may take long, and is interrupted; whatever else is at hand
    comes to its end."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._interrupts = False
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._ask)

    def asked(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until the program is to end; whether it is."""
        return self._event.wait(seconds)

    def interrupting(self, step: Step) -> Step:
        """The same step, that ends at once."""

        def ended() -> Mapping[str, object]:
            self._interrupts = True
            try:
                return step()
            finally:
                self._interrupts = False

        return ended

    def _ask(self, *_: object) -> None:
        self._event.set()
        if self._interrupts:
            self._interrupts = False
            raise KeyboardInterrupt


LEVELS = {"step_failed": logging.ERROR, "settings_wrong": logging.ERROR, "no_destinations": logging.WARNING}
# Facts of a step by which something is left to be looked at.
UNDONE = ("failed", "postponed", "waiting", "not_entered", "interrupted", "aside", "refused")


def _note(event: str, facts: Mapping[str, object]) -> None:
    undone = any(facts.get(name) for name in UNDONE)
    level = LEVELS.get(event, logging.WARNING if undone else logging.INFO)
    LOG.log(level, event, extra={"facts": dict(facts)})


def _keeper(
    engine: sa.Engine,
    store: Path,
    estate: Estate | None,
    policy_file: Path | None,
    waivers_file: Path | None,
    notify_file: Path | None,
) -> Keeper:
    from ishigaki.core.estate import accounts_of
    from ishigaki.flows.calendar import calendar_of
    from ishigaki.flows.keeper import Keeper, holder

    policy = policy_of(policy_file, estate)
    return Keeper(
        engine=engine,
        store=store,
        policy=policy,
        calendar=calendar_of(estate),
        destinations=destinations_of(notify_file),
        waivers=waivers_of(waivers_file, estate),
        accounts={a.id: a for a in accounts_of(estate)} if estate else {},
        language=language(),
        holder=holder(),
    )


def _outside(
    keeper: Keeper,
    estate: Estate | None,
    profile: str,
    notify_file: Path | None,
    stop: Stop,
    *,
    scans: bool,
) -> Outside:
    from functools import partial

    from ishigaki.core.deadline import due, parse_within
    from ishigaki.flows.outside import listening, scanning, scanning_hub, sending, writing_back
    from ishigaki.flows.people_daily import collecting
    from ishigaki.flows.people_keeping import keeping
    from ishigaki.flows.tick import Outside
    from ishigaki.notify.secrets import reader

    every = parse_within(estate.run.scan_every if estate else "24 hours")
    here = now()
    reach = partial(access_of, profile, estate, keeper.store)
    asked = estate if scans else None
    source = estate.run.source if estate else "own"
    own, hub, stock = (
        stop.interrupting(_explained(look(reach, estate, keeper, clock=now)))
        for look in (scanning, scanning_hub, collecting)
    )
    hears, writes = asked and asked.intake.queue, asked and asked.run.write_back
    return Outside(
        send=sending(reader((notify_file or NOTIFY).parent)),
        clock=now,
        scan=own if scans and source in ("own", "both") else None,
        scan_hub=hub if scans and source in ("securityhub", "both") else None,
        collect=stock if asked and asked.people.daily else None,
        intake=_explained(listening(reach, asked, keeper, clock=now)) if asked and hears else None,
        people=keeping(keeper, estate, register_where_kept, clock=now),
        write_back=_explained(writing_back(reach, asked, keeper, clock=now)) if writes else None,
        scan_every=due(here, every, keeper.calendar) - here,
        stopping=stop.asked,
    )


def _explained(step: Step) -> Step:
    """The same step; that credentials cannot be used is told with its remedy."""

    def told() -> Mapping[str, object]:
        with entering():
            return step()

    return told
