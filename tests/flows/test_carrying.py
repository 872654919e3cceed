"""One change carried out by hand-made hands: what is lost, what has moved, what is stopped, what was not seen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs, to_builtins

from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.change import Change, Safety, note
from ishigaki.core.gather import gather
from ishigaki.core.plan import SCHEMA, Look, Plan, Planned, Request, Step, sealed, steps_of, touched
from ishigaki.core.proposal import changes_of
from ishigaki.core.remediation import Around
from ishigaki.flows.apply import Permit, Run, _Carrier, rings
from ishigaki.flows.carrying import UNDO, Hands, Result, carry_out
from ishigaki.flows.looking import proven
from ishigaki.flows.undo import undo_plan
from ishigaki.flows.units import replayed, world_of
from ishigaki.services import key, remedies
from ishigaki.services.s3.buckets.resources import Bucket
from ishigaki.store.runs import Done, Journal, Runs, told

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TOKYO = "ap-northeast-1"
OFF = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)
ON = dict.fromkeys(OFF, True)
ARN = "arn:aws:s3:::alpha"
AROUND = Around("111122223333", regions=(TOKYO,), home=TOKYO)
BLOCK = "block_public_access_of_bucket"


@dataclass
class Account:
    """One bucket, as AWS would show it, and what was asked of it."""

    blocks: dict[str, Any] = field(default_factory=lambda: dict(OFF))
    there: bool = True
    wrote: list[Call] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)  # to the next writes, before anything is done
    shows: Mapping[str, Answer] = field(default_factory=dict)  # to other reads, by operation
    takes: frozenset[str] = frozenset(OFF)  # the members of a block that the account accepts

    def read(self, call: Call) -> Answer:
        if call.operation in self.shows:
            return self.shows[call.operation]
        if call.operation == "ListBuckets":
            found = [{"Name": "alpha", "BucketRegion": TOKYO}] if self.there else []
            return Answer(({"Buckets": found},))
        if call.operation == "GetPublicAccessBlock":
            return Answer(({"PublicAccessBlockConfiguration": dict(self.blocks)},))
        if call.operation == "GetBucketWebsite":
            return Answer(error="NoSuchWebsiteConfiguration")
        return Answer(({},))

    def write(self, call: Call) -> Answer:
        self.wrote.append(call)
        if self.answers:
            said = self.answers.pop(0)
            if said.error:
                return said
        if call.operation == "PutPublicAccessBlock":
            new = call.params["PublicAccessBlockConfiguration"]
            self.blocks |= {k: v for k, v in new.items() if k in self.takes}
        return Answer(({},))


@dataclass
class Desk:
    account: Account
    journal: Journal
    slept: list[float] = field(default_factory=list)
    stop: str = ""
    meanwhile: Callable[[], None] = lambda: None

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.meanwhile()

    @property
    def hands(self) -> Hands:
        return Hands(
            AROUND,
            self.account.read,
            self.account.write,
            self.journal,
            lambda: NOW,
            self.sleep,
            lambda: self.stop,
        )

    def carry(self, change: Planned) -> Result:
        return carry_out(change, self.hands, told(self.journal.entries).get(change.id))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Account(), Journal(tmp_path / "run.jsonl", []))


def planned(account: Account | None = None) -> Planned:
    """The change that blocks the bucket, as a plan would hold it."""
    remedy = remedies()[BLOCK]
    place = Place(AROUND.account, GLOBAL, "aws")
    shown = replayed(
        gather(Bucket, place, {"public_access_block", "website", "tags"}, verbatim=True),
        (account or Account()).read,
    )
    world = world_of({place: {Bucket: shown}})
    ((where, bucket),) = world.subjects([Bucket])
    (change,) = changes_of(remedy, world, (where, bucket), around=AROUND, wanted=None, now=NOW)
    assert isinstance(change, Change)
    steps = steps_of(change)
    touches = tuple(touched(e, key(Bucket)) for e in change.effects)
    return Planned(
        "c1",
        AROUND.account,
        GLOBAL,
        ARN,
        BLOCK,
        touches,
        steps,
        Safety.DISRUPTIVE,
        "high",
        True,
        serves=("S3.8",),
        proves=("S3.8",),
    )


def begun(desk: Desk, change: Planned, **answers: dict[str, Any] | None) -> None:
    """The journal as if the change had been begun, and these steps sent (and answered)."""
    desk.journal.write("begin", NOW, change=change.id, planned=to_builtins(change))
    for step, answer in answers.items():
        desk.journal.write("call", NOW, change=change.id, step=step)
        if answer is not None:
            desk.journal.write("answer", NOW, change=change.id, step=step, answer=answer)


def request(operation: str, **params: Any) -> Request:
    return Request("s3", operation, TOKYO, params, (f"s3:{operation}",))


def made_of(*steps: Step) -> Planned:
    return structs.replace(planned(), steps=steps)


MAKE = Step("make", request("Make"), (), found=Look(request("Find"), "Thing.{Id: Id}"))
USE = Step("use", request("Use", Id={"Ref": {"step": "make", "at": "Id"}}))


def test_it_is_made_and_proven(desk: Desk) -> None:
    assert desk.carry(planned()).outcome == "proven"
    assert desk.account.blocks == ON


def test_what_somebody_changes_while_a_call_is_waited_for_is_not_overwritten(desk: Desk) -> None:
    desk.account.answers = [
        Answer(error="OperationAborted", message="a conflicting operation is in progress")
    ]

    def meddle() -> None:
        desk.account.blocks = {**OFF, "NewSetting": "theirs"}

    desk.meanwhile = meddle
    result = desk.carry(planned())
    assert (result.outcome, result.why) == ("failed", note("has_moved"))
    assert len(desk.account.wrote) == 1
    assert desk.account.blocks == {**OFF, "NewSetting": "theirs"}


def test_what_was_begun_is_not_gone_on_with_where_somebody_changed_it(desk: Desk) -> None:
    change = planned()
    begun(desk, change, block=None)
    desk.account.blocks = {**OFF, "NewSetting": "theirs"}
    assert desk.carry(change).outcome == "failed"
    assert desk.account.wrote == []


def test_what_was_begun_is_gone_on_with_whether_it_was_made_or_not(desk: Desk) -> None:
    for blocks in (OFF, ON, {**OFF, "BlockPublicAcls": True}):
        desk.account.blocks = dict(blocks)
        change = structs.replace(planned(), id=f"c{len(desk.journal.entries)}")
        begun(desk, change, block=None)
        assert desk.carry(change).outcome == "proven"
        assert desk.account.blocks == ON


@pytest.mark.parametrize("code", ["EndpointTimedOut", "InternalError", "ServiceUnavailable"])
def test_a_call_that_was_lost_is_remembered_as_lost(desk: Desk, code: str) -> None:
    """Asked again without looking, AWS would make a second one."""
    change = made_of(MAKE)
    desk.account.answers = [Answer(error=code)] * 40
    desk.account.shows = {"Find": Answer(({},))}
    begun(desk, change, first={})
    assert desk.carry(change).outcome == "failed"
    assert told(desk.journal.entries)[change.id].answers["make"] is None
    wrote = len(desk.account.wrote)
    desk.account.answers = []
    desk.account.shows = {"Find": Answer(({"Thing": {"Id": "t-1"}},))}
    desk.carry(change)
    assert len(desk.account.wrote) == wrote, "what the lost call made was found"
    assert told(desk.journal.entries)[change.id].answers["make"] == {"Id": "t-1"}


def test_a_refusal_after_a_lost_call_does_not_make_it_unmade(desk: Desk) -> None:
    change = made_of(MAKE)
    desk.account.answers = [Answer(error="EndpointTimedOut"), Answer(error="AccessDenied")]
    desk.account.shows = {"Find": Answer(({},))}
    begun(desk, change, first={})
    assert desk.carry(change).outcome == "failed"
    assert told(desk.journal.entries)[change.id].answers["make"] is None


def test_a_throttled_call_was_not_made(desk: Desk) -> None:
    """And so a name that is taken then is somebody else's."""
    desk.account.answers = [Answer(error="SlowDown"), Answer(error="BucketAlreadyOwnedByYou")]
    result = desk.carry(planned())
    assert result.outcome == "failed"
    assert result.why is not None
    assert result.why.code == "exists"


def test_a_bucket_of_somebody_elses_is_never_taken_for_ours(desk: Desk) -> None:
    change = made_of(Step("make", request("Make")))
    begun(desk, change, make=None)
    desk.account.answers = [Answer(error="BucketAlreadyExists")]
    result = desk.carry(change)
    assert (result.outcome, result.why and result.why.code) == ("failed", "exists")


def test_where_it_cannot_be_seen_whether_a_lost_call_made_something_it_is_not_sent_again(desk: Desk) -> None:
    change = made_of(MAKE)
    begun(desk, change, make=None)
    desk.account.shows = {"Find": Answer(error="AccessDenied")}
    result = desk.carry(change)
    assert (result.outcome, result.why and result.why.code) == ("failed", "not_seen")
    assert desk.account.wrote == []


def test_an_answer_that_was_never_heard_is_not_filled_in(desk: Desk) -> None:
    change = made_of(structs.replace(MAKE, found=None), USE)
    begun(desk, change, make=None)
    desk.account.answers = [Answer(error="EntityAlreadyExists")]
    result = desk.carry(change)
    assert result.why == note("answer_lost", step="make")
    assert [c.operation for c in desk.account.wrote] == ["Make"]
    assert told(desk.journal.entries)[change.id].answers == {"make": None}


def test_a_step_that_was_still_under_way_is_waited_for_before_the_next(desk: Desk) -> None:
    until = Look(request("State"), "State", ("READY",), seconds=10)
    change = made_of(Step("make", request("Make"), until=until), Step("use", request("Use")))
    begun(desk, change, make={})
    desk.account.shows = {"State": Answer(({"State": "PENDING"},))}
    assert desk.carry(change).outcome == "waiting"
    assert desk.account.wrote == [], "the next step needs the first to be ready"
    desk.account.shows = {"State": Answer(({"State": "READY"},))}
    desk.carry(change)
    assert [c.operation for c in desk.account.wrote] == ["Use"]


def test_a_stop_ends_every_wait(desk: Desk) -> None:
    until = Look(request("State"), "State", ("READY",), seconds=3600)
    change = made_of(Step("make", request("Make"), until=until))
    begun(desk, change, first={})
    desk.account.shows = {"State": Answer(({"State": "PENDING"},))}

    def stop() -> None:
        desk.stop = "interrupted"

    desk.meanwhile = stop
    assert desk.carry(change).outcome == "waiting"
    assert len(desk.slept) == 1


def test_half_a_change_is_not_called_skipped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    change = made_of(Step("one", request("One")), Step("two", request("Two")))
    begun(desk, change, one={})

    def write(call: Call) -> Answer:
        raise AssertionError(call)

    monkeypatch.setattr(desk.account, "write", write)
    stops = iter(("", "interrupted", "interrupted", "interrupted"))
    hands = structs_hands(desk.hands, stopped=lambda: next(stops))
    result = carry_out(change, hands, told(desk.journal.entries)[change.id])
    assert (result.outcome, result.why) == ("failed", note("interrupted"))


def structs_hands(hands: Hands, **changes: Any) -> Hands:
    return Hands(**{**hands.__dict__, **changes})


def test_a_change_of_which_aws_took_a_part_is_not_proven(desk: Desk) -> None:
    desk.account.takes = frozenset({"BlockPublicAcls"})
    change = structs.replace(planned(), proves=())  # as an item of the baseline that no control is about
    assert desk.carry(change).outcome == "waiting"


def test_what_has_vanished_is_neither_proven_nor_already_so(desk: Desk) -> None:
    change = planned()
    desk.account.there = False
    result = desk.carry(change)
    assert (result.outcome, result.why) == ("refused", note("has_moved"))
    place = Place(AROUND.account, GLOBAL, "aws")
    nothing = replayed(gather(Bucket, place, set(), verbatim=True), desk.account.read)
    for proves in (("S3.8",), ()):
        gone = structs.replace(change, proves=proves)
        assert proven(gone, world_of({place: {Bucket: nothing}}), AROUND, now=NOW)


def test_a_secrets_place_holder_is_never_written(desk: Desk) -> None:
    desk.account.blocks = {**OFF, "Token": "redacted:str:8:0123"}
    change = planned(desk.account)
    result = desk.carry(change)
    assert (result.outcome, result.why) == ("refused", note("holds_secret"))
    assert desk.account.wrote == []


@pytest.mark.parametrize("hidden", ["GetPublicAccessBlock", "ListBuckets"])
def test_an_undo_that_cannot_see_does_nothing(desk: Desk, hidden: str) -> None:
    change = planned()
    (touch,) = change.touches
    back = structs.replace(touch, before=touch.after, after=touch.before)
    desk.account.shows = {hidden: Answer(error="AccessDenied")}
    result = desk.carry(structs.replace(change, remediation=UNDO, touches=(back,), steps=(USE,)))
    assert (result.outcome, result.why and result.why.code) == ("refused", "not_seen")
    assert desk.account.wrote == []


def test_what_is_gone_is_not_proven_to_be_gone_unseen(desk: Desk) -> None:
    change = planned()
    (touch,) = change.touches
    gone = structs.replace(touch, act="delete", before=touch.after, after={})
    undo = structs.replace(change, remediation=UNDO, touches=(gone,), steps=(Step("d", request("Delete")),))
    reads = iter(range(1_000))

    def read(call: Call) -> Answer:
        if call.operation == "ListBuckets" and next(reads) > 0:
            return Answer(error="AccessDenied")
        return Account.read(desk.account, call)

    result = carry_out(undo, structs_hands(desk.hands, read=read), None)
    assert result.outcome == "waiting"


def plan_of(*changes: Planned, purpose: str = "plan", kinds: Mapping[str, str] | None = None) -> Plan:
    around = {
        c.account: structs.replace(AROUND, account=c.account, kind=(kinds or {}).get(c.account, ""))
        for c in changes
    }
    return sealed(
        Plan(SCHEMA, "1", purpose, "s", NOW, NOW + timedelta(days=1), TOKYO, "aws", around, changes)
    )


def of(account: str, id: str, *depends_on: str) -> Planned:
    return structs.replace(planned(), account=account, id=id, depends_on=depends_on)


KINDS = {"archive": "production", "shop": "production", "box": "non-production", "lab": "non-production"}


def test_production_is_last_but_for_what_others_stand_on_and_an_undo_ends_with_that() -> None:
    forth = plan_of(
        of("archive", "a1"),
        of("archive", "a2"),
        of("shop", "s1", "a1"),
        of("box", "b1", "a1"),
        of("lab", "l1"),
        kinds=KINDS,
    )
    everything = {c.id for c in forth.changes}
    order = [[[c.id for c in each] for each in ring] for ring in rings(forth, everything)]
    assert order == [[["a1"]], [["b1"]], [["l1"]], [["a2"], ["s1"]]]
    assert [[c.id for c in each] for each in next(rings(forth, {"l1"}))] == [["l1"]], (
        "a canary changes something"
    )
    back = plan_of(
        of("archive", "-a2"),
        of("archive", "-a1", "-s1", "-b1"),
        of("shop", "-s1"),
        of("box", "-b1"),
        purpose="undo",
        kinds=KINDS,
    )
    order = [[[c.id for c in each] for each in ring] for ring in rings(back, {c.id for c in back.changes})]
    assert order == [[["-b1"]], [["-a2"], ["-s1"]], [["-a1"]]]


def journalled(folder: Path, *changes: Planned, lost: str = "") -> str:
    """A run that made these changes; of one of them the answer is lost."""
    journal = Runs(folder).begin("run", plan_of(*changes))
    journal.write("run", NOW, permit={})
    for each in changes:
        journal.write("begin", NOW, change=each.id, planned=to_builtins(each))
        for step in each.steps:
            journal.write("call", NOW, change=each.id, step=step.name)
            if each.id != lost:
                journal.write("answer", NOW, change=each.id, step=step.name, answer={})
        journal.write("end", NOW, change=each.id, outcome="proven", why=None)
    journal.close()
    return "run"


def test_an_undo_takes_back_first_what_stands_on_it(tmp_path: Path) -> None:
    run = journalled(tmp_path, of("archive", "a1"), of("shop", "s1", "a1"), of("lab", "l1"))
    shop, archive = undo_plan(tmp_path, run, only=["a1"], now=NOW).changes
    assert (shop.account, archive.account) == ("shop", "archive")
    assert archive.depends_on == (shop.id,)


def test_what_something_unknown_stands_on_is_not_taken_back(tmp_path: Path) -> None:
    run = journalled(tmp_path, of("archive", "a1"), of("shop", "s1", "a1"), lost="s1")
    plan = undo_plan(tmp_path, run, now=NOW)
    assert plan.changes == ()
    assert [x.note.code for x in plan.left] == ["undo_unknown", "undo_in_use"]


def test_what_was_made_of_another_answer_is_not_made_again(tmp_path: Path) -> None:
    chained = structs.replace(
        made_of(MAKE, USE),
        steps=(
            structs.replace(MAKE, undo=(request("Unmake"),)),
            structs.replace(USE, undo=(request("Leave"),)),
        ),
    )
    journal = Runs(tmp_path).begin("run", plan_of(chained))
    begun(Desk(Account(), journal), chained, make={"Id": "t-1"}, use={})
    journal.close()
    (back,) = undo_plan(tmp_path, "run", now=NOW).changes
    assert [s.request.operation for s in back.steps] == ["Leave", "Unmake"]
    assert [s.undo for s in back.steps] == [(), ()]


class Halting:
    """A store in which somebody may put a STOP."""

    stopped = False


def carrier_of(run: Run, runs: Any, machine: Any, **more: Any) -> _Carrier:
    """A run that needs no way into any account."""
    nothing: Any = None
    return _Carrier(nothing, {}, run, runs, nothing, machine, lambda *_: None, **more)


def test_a_long_wait_ends_within_a_second_of_a_stop(tmp_path: Path) -> None:
    runs, run = Halting(), Run("r", plan_of(planned()), Permit())
    naps: list[float] = []

    class Clock:
        clock = staticmethod(lambda: NOW)

        @staticmethod
        def sleep(seconds: float) -> None:
            naps.append(seconds)
            run.interrupted = len(naps) == 3

    carrier = carrier_of(run, runs, Clock)
    carrier.sleep(600)
    assert naps == [1.0, 1.0, 1.0]


def test_what_an_expired_plan_did_not_begin_is_not_begun(tmp_path: Path) -> None:
    change = planned()
    plan = plan_of(change, of(AROUND.account, "c2"))
    before = {change.id: Done(change, {"block": None})}
    run = Run("r", plan, Permit())
    carrier = carrier_of(run, Halting(), None, before=before, expired=True)
    assert carrier._without_hands(change) is None, "what was begun is ended"
    second = carrier._without_hands(plan.changes[1])
    assert second is not None
    assert second.why == note("plan_expired")


def test_journals_are_written_from_many_threads(tmp_path: Path) -> None:
    journal = Runs(tmp_path).begin("run", plan_of(planned()))
    threads = [
        threading.Thread(target=lambda: [journal.write("call", NOW, change="c") for _ in range(20)])
        for _ in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(Runs(tmp_path).entries("run")) == 80
