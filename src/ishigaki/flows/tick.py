"""One tick of keeping: scan what is due, take in, decide, remind, digest, send. Each step is whole by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec

from ishigaki.core.guarded import guarded
from ishigaki.flows.keeper import LEASE, TICK, Keeper
from ishigaki.flows.laying import Laid, lay
from ishigaki.flows.reminding import digest, ending, monthly, remind_all
from ishigaki.flows.sending import Send, deliver
from ishigaki.store import lease
from ishigaki.store.snapshots import Snapshots

SCAN, SCANNING = "scan", timedelta(hours=2)
Step = Callable[[], Mapping[str, object]]
Report = Callable[[str, Mapping[str, object]], None]


class Outside(msgspec.Struct, frozen=True):
    """What a tick does outside the store: look at AWS, take in what a queue holds, send. None: not asked for."""

    send: Send
    clock: Callable[[], datetime]
    scan: Step | None = None
    intake: Step | None = None
    write_back: Step | None = None
    scan_every: timedelta | None = None


def tick(keeper: Keeper, outside: Outside, report: Report) -> bool:
    """Do once what is to be done; whether all of it could be. A step that fails is said and does not hold up the next:
    what was decided is sent though AWS cannot be reached. Of two programs at once one decides; both may send."""
    clock = outside.clock
    whole = True
    if outside.scan and _due(keeper, outside, clock()):
        with _alone(keeper, SCAN, SCANNING, clock) as mine:
            if mine:
                whole &= _done("scan", outside.scan, report)
    with _alone(keeper, TICK, LEASE, clock) as mine:
        for name, step in _deciding(keeper, outside) if mine else ():
            whole &= _done(name, step, report)
    if not mine:
        report("tick_elsewhere", {})
    whole &= _done("send", lambda: msgspec.to_builtins(deliver(keeper, outside.send, clock=clock)), report)
    return whole


def decide(keeper: Keeper, *, now: datetime) -> Laid:
    """Lay what was seen over what is known, and send nothing."""
    with _alone(keeper, TICK, LEASE, lambda: now) as mine:
        return lay(keeper, now=now) if mine else Laid()


def _deciding(keeper: Keeper, outside: Outside) -> Iterator[tuple[str, Step]]:
    """What only one program may do at a time."""
    clock = outside.clock
    if outside.intake:
        yield "intake", outside.intake
    yield "decide", lambda: msgspec.to_builtins(lay(keeper, now=clock()))
    yield "remind", lambda: {"letters": remind_all(keeper, now=clock())}
    yield "endings", lambda: {"letters": ending(keeper, now=clock())}
    yield "digest", lambda: {"letters": digest(keeper, now=clock())}
    yield "monthly", lambda: {"letters": monthly(keeper, now=clock())}
    if outside.write_back:
        yield "write_back", outside.write_back


@contextmanager
def _alone(keeper: Keeper, name: str, for_: timedelta, clock: Callable[[], datetime]) -> Iterator[bool]:
    """Whether this program is the one that may, for as long as it takes."""
    mine = lease.take(keeper.engine, name, keeper.holder, for_=for_, now=clock())
    try:
        yield mine
    finally:
        if mine:
            lease.release(keeper.engine, name, keeper.holder)


def _done(name: str, step: Step, report: Report) -> bool:
    def run() -> bool:
        report(name, step())
        return True

    def crashed(error: Exception) -> bool:
        report("step_failed", {"step": name, "error": f"{type(error).__name__}: {error}"})
        return False

    return guarded(run, crashed=crashed)


def _due(keeper: Keeper, outside: Outside, now: datetime) -> bool:
    """Whether the newest scan is older than the estate wants."""
    if outside.scan_every is None:
        return False
    snapshots = Snapshots(keeper.store)
    if not snapshots.scans():
        return True
    return now - snapshots.header().at >= outside.scan_every
