"""One tick of keeping: scan what is due, take in, decide, remind, digest, send. Each step is whole by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec

from ishigaki.core.guarded import guarded
from ishigaki.flows.keeper import LEASE, TICK, Keeper
from ishigaki.flows.laying import lay
from ishigaki.flows.reminding import digest, remind_all
from ishigaki.flows.sending import Send, deliver
from ishigaki.store import lease
from ishigaki.store.snapshots import Snapshots

Step = Callable[[], Mapping[str, object]]
Say = Callable[[str, Mapping[str, object]], None]


class Outside(msgspec.Struct, frozen=True):
    """What a tick does outside the store: look at AWS, take in what a queue holds, send. None: not asked for."""

    send: Send
    clock: Callable[[], datetime]
    scan: Step | None = None
    intake: Step | None = None
    write_back: Step | None = None
    scan_every: timedelta | None = None


def tick(keeper: Keeper, outside: Outside, say: Say) -> bool:
    """Do once what is to be done; whether all of it could be. A step that fails is said and does not hold up the next:
    what was decided is sent though AWS cannot be reached. Of two programs at once one decides; both may send."""
    clock = outside.clock
    mine = lease.take(keeper.engine, TICK, keeper.holder, for_=LEASE, now=clock())
    steps: list[tuple[str, Step]] = []
    if mine:
        if outside.scan and _due(keeper, outside, clock()):
            steps.append(("scan", outside.scan))
        if outside.intake:
            steps.append(("intake", outside.intake))
        steps += [
            ("decide", lambda: msgspec.to_builtins(lay(keeper, now=clock()))),
            ("remind", lambda: {"letters": remind_all(keeper, now=clock())}),
            ("digest", lambda: {"letters": digest(keeper, now=clock())}),
        ]
        if outside.write_back:
            steps.append(("write_back", outside.write_back))
    else:
        say("tick_elsewhere", {})
    steps.append(("send", lambda: msgspec.to_builtins(deliver(keeper, outside.send, clock=clock))))
    try:
        return all([_done(name, step, say) for name, step in steps])
    finally:
        if mine:
            lease.release(keeper.engine, TICK, keeper.holder)


def _done(name: str, step: Step, say: Say) -> bool:
    def run() -> bool:
        say(name, step())
        return True

    def crashed(error: Exception) -> bool:
        say("step_failed", {"step": name, "error": f"{type(error).__name__}: {error}"})
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
