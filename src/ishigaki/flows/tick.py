"""One tick of keeping: scan what is due, take in, decide, remind, digest, send. Each step is whole by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec

from ishigaki.core.concern import Source
from ishigaki.core.guarded import guarded
from ishigaki.core.usage import UsageError
from ishigaki.flows.keeper import LEASE, TICK, Keeper
from ishigaki.flows.laying import Laid, lay
from ishigaki.flows.reminding import digest, ending, monthly, remind_all
from ishigaki.flows.sending import Send, deliver
from ishigaki.store import lease
from ishigaki.store.lake import History
from ishigaki.store.snapshots import ScanHeader, Snapshots
from ishigaki.texts import message

SCAN, SCANNING = "scan", timedelta(hours=2)
Step = Callable[[], Mapping[str, object]]
Report = Callable[[str, Mapping[str, object]], None]


class Outside(msgspec.Struct, frozen=True):
    """What a tick does outside the store: look at AWS, by ourselves, by Security Hub, and at its users and keys; take in
    what a queue holds and what a stock-take found; write back; send. None: not asked for. Once it is `stopping`,
    nothing more is begun."""

    send: Send
    clock: Callable[[], datetime]
    scan: Step | None = None
    scan_hub: Step | None = None
    collect: Step | None = None
    intake: Step | None = None
    people: Step | None = None
    write_back: Step | None = None
    scan_every: timedelta | None = None
    stopping: Callable[[], bool] = lambda: False


def tick(keeper: Keeper, outside: Outside, report: Report) -> bool:
    """Do once what is to be done; whether all of it could be. A step that fails is said and does not hold up the next:
    what was decided is sent though AWS cannot be reached. Of two programs at once one decides; both may send."""
    clock, stopping = outside.clock, outside.stopping

    def sent() -> Mapping[str, object]:
        return msgspec.structs.asdict(deliver(keeper, outside.send, clock=clock, stopping=stopping))

    def done(steps: Iterable[tuple[str, Step]]) -> bool:
        ended = [_done(name, step, report, keeper) for name, step in steps if not stopping()]
        return all(ended)

    whole = True
    for name, look in _looks(keeper, outside):
        with _alone(keeper, SCAN, SCANNING, clock) as mine:
            whole &= done([(name, look)] if mine else [])
    with _alone(keeper, TICK, LEASE, clock) as mine:
        whole &= done(_deciding(keeper, outside) if mine else ())
    if not mine:
        report("tick_elsewhere", {})
    return done([("send", sent)]) and whole


def _looks(keeper: Keeper, outside: Outside) -> Iterator[tuple[str, Step]]:
    """The looks at AWS that are due, each by itself; users and keys once a day."""
    clock, every = outside.clock, outside.scan_every
    if outside.scan and _due(keeper, Source.ISHIGAKI, every, clock()):
        yield "scan", outside.scan
    if outside.scan_hub and _due(keeper, Source.SECURITY_HUB, every, clock()):
        yield "scan_hub", outside.scan_hub
    if outside.collect and keeper.calendar.local(clock()).date() not in History(keeper.store).days():
        yield "collect", outside.collect


def decide(keeper: Keeper, *, now: datetime) -> Laid:
    """Lay what was seen over what is known, and send nothing."""
    with _alone(keeper, TICK, LEASE, lambda: now) as mine:
        return lay(keeper, now=now) if mine else Laid()


def _deciding(keeper: Keeper, outside: Outside) -> Iterator[tuple[str, Step]]:
    """What only one program may do at a time."""
    clock = outside.clock
    if outside.intake:
        yield "intake", outside.intake
    if outside.people:
        yield "people", outside.people
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


def _done(name: str, step: Step, report: Report, keeper: Keeper) -> bool:
    def run() -> bool:
        report(name, step())
        return True

    def crashed(error: Exception) -> bool:
        said = f"{type(error).__name__}: {error}"
        if isinstance(error, UsageError):
            said = message(error.code, keeper.language, **error.facts)
        report("step_failed", {"step": name, "error": said})
        return False

    return guarded(run, crashed=crashed)


def _due(keeper: Keeper, source: Source, every: timedelta | None, now: datetime) -> bool:
    """Whether the newest scan by this source is older than the estate wants. One that was interrupted, or that saw no
    account at all, is as good as none."""
    if every is None:
        return False
    snapshots = Snapshots(keeper.store)
    headers = (snapshots.header(scan) for scan in reversed(snapshots.scans()))
    newest = next((h for h in headers if h.source == source and _saw(h)), None)
    return newest is None or now - newest.at >= every


def _saw(scan: ScanHeader) -> bool:
    return not scan.interrupted and any(not a.trouble for a in scan.accounts)
