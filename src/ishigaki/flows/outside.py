"""What a tick does outside its store, as steps: scan, take in, write back, send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from ishigaki.aws.access import Access
from ishigaki.core.concern import Source
from ishigaki.core.destination import Destination, Sent
from ishigaki.core.estate import Estate
from ishigaki.core.notice import Message, Notice
from ishigaki.core.witness import LAG
from ishigaki.flows import estate as estates
from ishigaki.flows import hub, intake, silence, witness, writeback
from ishigaki.flows import picture as pictures
from ishigaki.flows import policy as policies
from ishigaki.flows.hub_decide import wishes
from ishigaki.flows.keeper import Keeper, deciding, post
from ishigaki.flows.laying import BASIS, HEARD, LAID
from ishigaki.flows.scan import Outcome, scan
from ishigaki.flows.sending import Send
from ishigaki.flows.tick import Step
from ishigaki.flows.waivers import asking
from ishigaki.notify.send import send
from ishigaki.standards.choice import Ask, choose
from ishigaki.store import cases, offers
from ishigaki.store.snapshots import ScanHeader, Snapshots
from ishigaki.store.transactions import reading, writing

Reach = Callable[[], Access]
WRITTEN_BACK = "written_back"  # what was known when it was all written


def scanning(reach: Reach, estate: Estate | None, keeper: Keeper, *, clock: Callable[[], datetime]) -> Step:
    """A look at the whole estate, kept as `ishigaki scan` keeps it. Credentials are taken anew each time. What
    GuardDuty and Access Analyzer hold open is listed beside it, where neither a queue nor Security Hub brings it."""

    def step() -> Mapping[str, object]:
        access = reach()
        told = _own(access, estate, keeper, clock())
        brought = estate and (estate.intake.queue or estate.run.source == "both")
        return (
            told if brought or told["interrupted"] else {**told, **_listed(access, estate, keeper, clock())}
        )

    return step


def scanning_hub(
    reach: Reach, estate: Estate | None, keeper: Keeper, *, clock: Callable[[], datetime]
) -> Step:
    """The same by Security Hub, as `ishigaki scan --source securityhub` keeps it."""
    return lambda: _hub(reach(), estate, keeper, clock())


def _chosen(estate: Estate | None) -> Ask:
    return choose(
        names=estate.estate.standards if estate else (), parameters=estate.parameters if estate else {}
    )


def _own(access: Access, estate: Estate | None, keeper: Keeper, now: datetime) -> Mapping[str, object]:
    wanted = policies.asking(asking(_chosen(estate), keeper.waivers), keeper.policy)
    asked = replace(wanted, missing=offers.read(keeper.store).missing)
    accounts = estates.accounts(access, estate)
    outcome = scan(access, accounts, asked, folder=keeper.store, now=now)
    pictures.keep(outcome, keeper.store)
    return _met(outcome)


def _hub(access: Access, estate: Estate | None, keeper: Keeper, now: datetime) -> Mapping[str, object]:
    whole = not (estate and estate.estate.standards)
    found = hub.look(access, estate, hub.Wanted(_chosen(estate), whole), now=now)
    witness.keep(found, keeper.store)
    aside = intake.enter_from_hub(keeper.engine, found.others, at=now)
    return {**_met(found.outcome), "set_aside": len(found.aside) + aside}


def _met(outcome: Outcome) -> Mapping[str, object]:
    return {
        "scan": outcome.header.id,
        "accounts": len(outcome.header.accounts),
        "findings": len(outcome.findings),
        "not_entered": [a.id for a in outcome.header.accounts if a.trouble],
        "gaps": sum(1 for _ in outcome.gaps()),
        "interrupted": outcome.header.interrupted,
    }


def _listed(access: Access, estate: Estate | None, keeper: Keeper, now: datetime) -> Mapping[str, object]:
    seen = intake.pull(access, estates.accounts(access, estate))
    intake.enter_pulled(keeper.engine, seen, at=now)
    return {"threats": len(seen.detections), "threats_not_seen": len(seen.gaps)}


def listening(reach: Reach, estate: Estate, keeper: Keeper, *, clock: Callable[[], datetime]) -> Step:
    """The estate's queue drained. What could not be read is told to whoever runs this, once a day."""

    def step() -> Mapping[str, object]:
        access, now = reach(), clock()
        source = intake.queue(estate)
        found = intake.drain(intake.performing(access), source, keeper.engine, at=now, wait=0)
        if found.aside:
            with deciding(keeper, now) as connection:
                post(keeper, connection, [_set_aside(found.aside, keeper, now)], now=now)
        told: Mapping[str, object] = msgspec.to_builtins(found)
        return told

    return step


def _set_aside(reasons: Mapping[str, int], keeper: Keeper, now: datetime) -> Notice:
    day = keeper.calendar.local(now).date()
    count = sum(reasons.values())
    return Notice(
        key=f"set_aside:{day}",
        kind="set_aside",
        at=now,
        audience=("security",),
        count=count,
        facts={"count": count, "reason": ", ".join(sorted(reasons))},
    )


def writing_back(
    reach: Reach, estate: Estate | None, keeper: Keeper, *, clock: Callable[[], datetime]
) -> Step:
    """What was decided, written to Security Hub's findings as its newest scan shows them: once something is known that
    was not when it was all written. Of what Security Hub said more than a day ago nobody knows how it stands."""

    def step() -> Mapping[str, object]:
        now = clock()
        header = Snapshots(keeper.store).newest(Source.SECURITY_HUB)
        if header is None or header.hub is None or now - header.at > LAG:
            return {"hub_scan": "", "written": 0}
        with reading(keeper.engine) as connection:
            known = _known(keeper, header, lambda name: cases.mark(connection, name))
            if cases.mark(connection, WRITTEN_BACK) == known:
                return {"hub_scan": header.id, "written": 0}
            items = silence.known(connection)
        here = keeper.calendar.local(now)
        decide = wishes(
            keeper.store,
            header,
            items,
            keeper.policy,
            waivers=keeper.waivers,
            language=keeper.language,
            now=here,
        )
        intent = writeback.intent(keeper.store, header, decide, now=now)
        done = writeback.Result()
        if intent.writes:
            _, send = writeback.seat_of(reach(), estate, header.hub.account)
            done = writeback.write(keeper.store, intent.writes, writeback.Hand(send))
        if not done.refused:
            with writing(keeper.engine) as connection:
                cases.set_mark(connection, WRITTEN_BACK, known)
        counts = {"written": done.written, "refused": done.refused, "left": intent.left}
        return {"hub_scan": header.id, **{name: len(those) for name, those in counts.items()}}

    return step


def _known(keeper: Keeper, header: ScanHeader, mark: Callable[[str], str]) -> str:
    """What decides what is written: both scans, what was laid over, on what it was decided, and whether anybody was told."""
    own = Snapshots(keeper.store).newest(Source.ISHIGAKI)
    marks = [mark(name) for name in (LAID, BASIS, HEARD, silence.SILENT)]
    return " ".join([header.id, own.id if own else "", *marks, "own" if keeper.policy.own else "shipped"])


def sending(secrets: Callable[[str], str]) -> Send:
    """How messages are sent; `secrets` gives what a reference (`env:NAME`) stands for."""

    def one(message: Message, destination: Destination, previous: Sent | None) -> Sent:
        return send(message, destination, previous=previous, secrets=secrets)

    return one
