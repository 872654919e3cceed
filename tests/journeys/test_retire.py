"""Users retired on the emulator, the clock moved by hand: the whole way, every way back, and what stops it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from ishigaki.core.footprint import notes
from ishigaki.core.outcome import Outcome as Ended
from ishigaki.core.plan import Plan
from ishigaki.core.reasons import Name
from ishigaki.core.retirement import Event, Retirement, State, Step, Waits
from ishigaki.core.usage import UsageError
from ishigaki.flows.apply import Machine, Permit, Run, apply, resume
from ishigaki.flows.retiring import Asked, Outcome, confirm, retire
from ishigaki.flows.settling import newest_run, settle
from ishigaki.flows.undo import undo_plan
from ishigaki.services.iam.authorization import BLOCK
from ishigaki.services.iam.users.retiring.making import DENY_CONSOLE
from ishigaki.store.database import opened
from ishigaki.store.retirements import add, events, standing
from ishigaki.store.runs import Journal, Runs
from ishigaki.store.transactions import reading, writing
from ishigaki.texts import LANGUAGES, note_text
from tests.journeys.scenes.leavers import NAME, leaver
from tests.journeys.scenes.started import made
from tests.journeys.workshop import ID, TOKYO, Entered, Workshop, outcomes

DAY = timedelta(days=1)
ALL = Permit(disruptive=True, by="taro")
WAITS = Waits()


@dataclass
class Office:
    """The account with a user in it, the store, and a clock that goes on by a second at each look."""

    shop: Workshop
    engine: sa.Engine
    key: str
    arn: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    stays: dict[Name, str] = field(default_factory=dict)

    def clock(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    @property
    def machine(self) -> Machine:
        return Machine(self.clock, lambda _: None)

    def ask(self, *users: str, **more: Any) -> Outcome:
        return retire(
            self.shop.access(),
            self.shop.accounts[0],
            Asked(users or (NAME,), "taro", **more),
            engine=self.engine,
            folder=self.shop.folder,
            waits=WAITS,
            now=self.clock(),
            stays=self.stays,
        )

    def begin(self) -> None:
        self.ask(why="left the company")
        self.ask(warned="hanako@example.com")

    def apply(self, plan: Plan | None) -> Run:
        assert plan is not None
        self.confirm(plan)
        return self.carry_out(plan)

    def confirm(self, plan: Plan) -> None:
        confirm(
            self.shop.access(),
            self.shop.accounts,
            plan,
            engine=self.engine,
            folder=self.shop.folder,
            waits=WAITS,
            now=self.clock(),
            who="taro",
            stays=self.stays,
        )

    def carry_out(self, plan: Plan) -> Run:
        shop = self.shop
        run = apply(shop.access(), shop.accounts, plan, ALL, folder=shop.folder, machine=self.machine)
        assert outcomes(run) == ["proven"] * len(plan.changes), run.results
        settle(self.engine, shop.folder)
        return run

    def wait(self, days: int) -> None:
        self.at += timedelta(days=days, minutes=1)

    def until(self, state: State) -> None:
        """Go on to a state, each time after the waiting."""
        self.begin()
        for step, days, reached in (
            (Step.SIGN_IN, 7, State.KEPT_OUT),
            (Step.KEYS, 7, State.KEYS_DEACTIVATED),
            (Step.DELETE, 14, State.DELETED),
        ):
            if self.stands.state is state:
                return
            self.wait(days)
            self.apply(self.ask(step=step).plan)
            assert self.stands.state is reached

    def switched_off(self) -> None:
        """Where `until` comes to with the keys deactivated, without the way that other tests go."""
        self.begin()
        denied = json.dumps(DENY_CONSOLE)
        self.iam("PutUserPolicy", UserName=NAME, PolicyName=BLOCK, PolicyDocument=denied)
        self.iam("UpdateAccessKey", UserName=NAME, AccessKeyId=self.key, Status="Inactive")
        with writing(self.engine) as connection:
            for state in (State.KEPT_OUT, State.KEYS_DEACTIVATED):
                self.wait(7)
                add(connection, [Event(ID, NAME, self.at, "taro", state)])

    def restore(self) -> Run:
        folder = self.shop.folder
        run, changes = newest_run(self.engine, folder, account=ID, user=NAME)
        return self.carry_out(undo_plan(folder, run, only=changes, now=self.clock()))

    @property
    def stands(self) -> Retirement:
        with reading(self.engine) as connection:
            return standing(connection)[ID, NAME]

    def iam(self, operation: str, **params: Any) -> Any:
        answer = self.shop.do("iam", operation, **params)
        return answer.error or answer.merged

    def state(self) -> Any:
        """All that IAM says of the user."""
        named = {"UserName": NAME}
        details = self.iam("GetAccountAuthorizationDetails", Filter=["User"])["UserDetailList"]
        asked = ("GetLoginProfile", "ListAccessKeys", "ListMFADevices", "ListGroupsForUser")
        return [u for u in details if u["UserName"] == NAME], [self.iam(o, **named) for o in asked]


@pytest.fixture(scope="module")
def entrance() -> list[Any]:
    return []


@pytest.fixture
def office(workshop: Workshop, entrance: list[Any]) -> Iterator[Office]:
    shop = Entered(workshop.running, workshop.folder, entrance=entrance)
    wanted = leaver(shop)
    with opened(shop.folder) as engine:
        yield Office(shop, engine, wanted.credentials[0], wanted.user)


def test_the_whole_way_and_nothing_before_its_time(office: Office) -> None:
    first = office.ask(why="left the company").told[0]
    assert (first.retirement.state, first.next, first.due) == (State.RECORDED, None, None)
    office.ask(warned="hanako@example.com")
    for step, days, state in (
        (Step.SIGN_IN, 7, State.KEPT_OUT),
        (Step.KEYS, 7, State.KEYS_DEACTIVATED),
        (Step.DELETE, 14, State.DELETED),
    ):
        office.wait(days - 1)
        assert office.ask().plan is None, "a day too early"
        with pytest.raises(UsageError, match="retire_too_early"):
            office.ask(step=step)
        office.wait(1)
        before = office.state()
        plan = office.ask(step=step).plan
        assert office.state() == before, "planning changes nothing"
        assert plan is not None
        assert [c.safety.value for c in plan.changes] == ["DISRUPTIVE"]
        assert plan.changes[0].reversible is (step is not Step.DELETE)
        office.apply(plan)
        assert office.stands.state is state
        with pytest.raises(UsageError, match="retire_moved"):
            office.confirm(plan)
    assert office.iam("GetUser", UserName=NAME) == "NoSuchEntity"
    assert office.iam("ListVirtualMFADevices")["VirtualMFADevices"] == []
    with reading(office.engine) as connection:
        history = [e.what for e in _events(connection)]
    assert history == [s for s in State if s not in (State.GONE, State.RESTORED)]


def _events(connection: sa.Connection) -> list[Any]:
    return events(connection)[ID, NAME]


def test_every_step_but_the_last_comes_back_as_it_was(office: Office) -> None:
    untouched = office.state()
    office.until(State.KEPT_OUT)
    kept_out = office.state()
    with pytest.raises(
        UsageError, match="retire_elsewhere"
    ):  # nothing is said to be unchanged without its journal
        newest_run(office.engine, office.shop.folder / "another", account=ID, user=NAME)
    assert BLOCK in str(kept_out)
    assert "AccessKeyMetadata" in str(kept_out)
    office.wait(7)
    office.apply(office.ask().plan)
    assert office.state() != kept_out
    office.restore()
    assert office.stands.state is State.RESTORED
    assert office.state() == kept_out, "the newest step is back, and no more"
    office.restore()
    assert office.state() == untouched, "password, MFA and key are the old ones"
    assert newest_run(office.engine, office.shop.folder, account=ID, user=NAME) == ("", ())
    again = office.ask(why="left after all").told[0].retirement
    assert (again.state, again.round) == (State.RECORDED, 2)


def test_a_step_made_by_half_is_taken_back_first(office: Office) -> None:
    office.iam("CreateAccessKey", UserName=NAME)
    office.until(State.KEPT_OUT)
    before = office.state()
    office.wait(7)
    plan = office.ask().plan
    assert plan is not None
    second = {"kind": "denied", "service": "iam", "operation": "UpdateAccessKey", "first": 2}
    office.shop.control("POST", "faults", second)
    run = apply(
        office.shop.access(),
        office.shop.accounts,
        plan,
        ALL,
        folder=office.shop.folder,
        machine=office.machine,
    )
    office.shop.control("DELETE", "faults")
    assert (outcomes(run), office.state() == before) == (["failed"], False)
    settle(office.engine, office.shop.folder)
    state = office.stands.state
    assert state is State.KEPT_OUT, "a step made by half is not made"
    office.restore()
    assert office.state() == before
    assert office.stands.state is State.RESTORED


def test_what_somebody_put_back_by_hand_is_no_obstacle(office: Office) -> None:
    untouched = office.state()
    office.until(State.KEYS_DEACTIVATED)
    switches_on(office)
    run, changes = newest_run(office.engine, office.shop.folder, account=ID, user=NAME)
    made = undo_plan(office.shop.folder, run, only=changes, now=office.clock())
    again = apply(
        office.shop.access(),
        office.shop.accounts,
        made,
        ALL,
        folder=office.shop.folder,
        machine=office.machine,
    )
    assert [r.why.code for r in again.results.values() if r.why] == ["already_so"]
    office.restore()
    assert office.state() == untouched


def test_a_deleted_user_comes_back_without_what_only_its_owner_knew(office: Office) -> None:
    office.until(State.DELETED)
    office.restore()
    (user,), (profile, keys, devices, groups) = office.state()
    assert (user["Arn"], user["Path"]) == (office.arn, "/sales/")
    assert user["Tags"] == [{"Key": "Owner", "Value": "hanako@example.com"}]
    assert {p["PolicyName"] for p in user["UserPolicyList"]} == {"upload"}
    assert [p["PolicyName"] for p in user["AttachedManagedPolicies"]] == ["ReadOnlyAccess"]
    assert [g["GroupName"] for g in groups["Groups"]] == ["sales"]
    assert (profile, keys["AccessKeyMetadata"], devices["MFADevices"]) == ("NoSuchEntity", [], [])


def rotates(office: Office) -> None:
    office.iam("CreateAccessKey", UserName=NAME)


def signs_in(office: Office) -> None:
    moment = (office.at - timedelta(minutes=5)).isoformat()
    office.shop.control("PUT", "ages", {"account": ID, "users": {NAME: {"password_last_used": moment}}})


def switches_on(office: Office) -> None:
    office.iam("UpdateAccessKey", UserName=NAME, AccessKeyId=office.key, Status="Active")


def works_on(office: Office) -> None:
    """A session that goes on, as CloudTrail shows it; a role's session of the same name does not count."""
    told(office, office.at - timedelta(hours=1))


def told(office: Office, at: datetime, arn: str = "") -> None:
    record = {
        "userIdentity": {"arn": arn or office.arn},
        "userAgent": "Boto3/1",
        "sourceIPAddress": "192.0.2.1",
    }
    event = {
        "EventTime": at.isoformat(),
        "EventSource": "ec2.amazonaws.com",
        "EventName": "DescribeInstances",
        "Username": NAME,
        "CloudTrailEvent": json.dumps(record),
    }
    office.shop.control("PUT", "events", {"account": ID, "region": TOKYO, "events": [event]})


@pytest.mark.parametrize(
    ("needs", "why"),
    [(rotates, "new_key"), (signs_in, "signed_in"), (switches_on, "key_again"), (works_on, "acted")],
)
def test_who_is_needed_is_warned_anew(office: Office, needs: Callable[[Office], None], why: str) -> None:
    office.switched_off()
    office.wait(14)
    told(office, office.at, arn=f"arn:aws:sts::{ID}:assumed-role/admin/{NAME}")
    plan = office.ask().plan
    assert plan is not None, "nobody needed the user so far"
    needs(office)
    with pytest.raises(UsageError, match="retire_moved"):
        office.confirm(plan)
    assert (office.stands.state, office.stands.round) == (State.RECORDED, 2)
    with reading(office.engine) as connection:
        assert _events(connection)[-1].why == why
    assert office.ask().plan is None
    assert office.iam("GetUser", UserName=NAME)["User"]["Arn"] == office.arn


def test_who_was_warned_was_not_warned_of_what_came_after(office: Office) -> None:
    office.ask(why="left the company")
    rotates(office)
    (told_of,) = office.ask(warned="hanako@example.com").told
    assert [(e.what, e.why) for e in told_of.new] == [(State.RECORDED, "new_key")]
    assert [e.what for e in office.ask(warned="hanako@example.com").told[0].new] == [State.WARNED]


class Killed(BaseException):
    """The process is gone: nothing catches it."""


def dies_at_second_answer(patched: pytest.MonkeyPatch) -> None:
    write, answers = Journal.write, iter((False, True))

    def dying(self: Journal, kind: Any, *args: Any, **more: Any) -> Any:
        if kind == "answer" and next(answers, True):
            raise Killed
        return write(self, kind, *args, **more)

    patched.setattr(Journal, "write", dying)


def test_killed_at_any_call_a_deletion_is_gone_on_with(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.switched_off()
    office.wait(14)
    plan = office.ask().plan
    assert plan is not None
    steps = len(plan.changes[0].steps)
    shop, run = office.shop, ""
    of: dict[str, Any] = {"folder": office.shop.folder, "machine": office.machine}

    def start() -> Run:
        if run:
            return resume(shop.access(), shop.accounts, run, **of)
        return apply(shop.access(), shop.accounts, plan, ALL, **of)

    for _ in range(steps - 1):  # each start gets a step further: the call is made, and its answer is lost
        with monkeypatch.context() as patched:
            dies_at_second_answer(patched)
            with pytest.raises(Killed):
                start()
        run = Runs(shop.folder).ids()[-1]
    ended = start()
    assert [r.outcome for r in ended.results.values()] == [Ended.PROVEN], ended.results
    settle(office.engine, shop.folder)
    assert office.stands.state is State.DELETED
    assert office.iam("GetUser", UserName=NAME) == "NoSuchEntity"


def test_what_would_break_is_said_first_and_what_was_not_seen(office: Office) -> None:
    told(office, office.at - 3 * DAY)
    office.shop.control(
        "PUT",
        "ages",
        {
            "account": ID,
            "access_keys": {
                office.key: {
                    "last_used": (office.at - 2 * DAY).isoformat(),
                    "service": "s3",
                    "region": "eu-west-1",
                }
            },
        },
    )
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": office.arn}, "Action": "sts:AssumeRole"}],
    }
    made(office.shop, "iam:CreateRole", RoleName="deploy", AssumeRolePolicyDocument=json.dumps(trust))
    fault = {"kind": "denied", "service": "cloudtrail", "operation": "LookupEvents", "region": "eu-west-1"}
    office.shop.control("POST", "faults", fault)
    office.begin()
    office.wait(7)
    plan = office.ask().plan
    assert plan is not None
    codes = [n.code for n in plan.changes[0].notes]
    assert codes[:3] == ["retire_is", "retire_never_signed_in", "retire_key_used"]
    assert {"retire_trusted", "retire_trail", "retire_trail_none", "retire_trail_unseen"} <= {*codes}
    seen = office.ask().told[0].footprint
    assert seen is not None
    trails = {t.region: (t.events, t.unseen) for t in seen.trails}
    assert trails == {TOKYO: (1, ""), "us-east-1": (0, ""), "eu-west-1": (0, "AccessDeniedException")}
    for each in notes(seen, now=office.at):
        assert all(note_text(each, language) for language in LANGUAGES)


@pytest.mark.parametrize(
    "operation", ["GetUser", "ListAccessKeys", "GetAccessKeyLastUsed", "GetLoginProfile"]
)
def test_who_is_not_seen_whole_is_left_alone(office: Office, operation: str) -> None:
    office.begin()
    office.wait(7)
    office.shop.control("POST", "faults", {"kind": "denied", "service": "iam", "operation": operation})
    with pytest.raises(UsageError, match="retire_unseen"):
        office.ask()
    assert office.stands.state is State.WARNED


def test_who_is_never_retired(office: Office) -> None:
    for users, code in ((("root",), "retire_root"), (("nobody",), "retire_no_user")):
        with pytest.raises(UsageError, match=code):
            office.ask(*users, why="left")
    with pytest.raises(UsageError, match="retire_why"):
        office.ask()
    with pytest.raises(UsageError, match="retire_not_recorded"):
        office.ask(step=Step.DELETE)
    office.stays[ID, NAME] = "break-glass"
    with pytest.raises(UsageError, match="retire_kept"):
        office.ask(why="left")
    with reading(office.engine) as connection:
        assert standing(connection) == {}


def test_the_last_administrator_and_what_a_tool_owns_are_left_to_people(office: Office) -> None:
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    made(office.shop, "iam:AttachUserPolicy", UserName=NAME, PolicyArn=admin)
    office.begin()
    office.wait(7)
    plan = office.ask().plan
    assert plan is not None
    assert (plan.changes, [x.note.code for x in plan.left]) == ((), ["retire_last_administrator"])
    made(office.shop, "iam:CreateUser", UserName="taro")
    made(office.shop, "iam:AttachUserPolicy", UserName="taro", PolicyArn=admin)
    tag = [{"Key": "managed-by", "Value": "Terraform"}]
    made(office.shop, "iam:TagUser", UserName=NAME, Tags=tag)
    plan = office.ask().plan
    assert plan is not None
    assert (plan.changes, [x.note.code for x in plan.left]) == ((), ["owned_by_tool"])
    plan = office.ask(owned=True).plan
    assert plan is not None
    assert len(plan.changes) == 1


def test_two_administrators_on_their_way_out_do_not_stand_in_for_each_other(office: Office) -> None:
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    made(office.shop, "iam:CreateUser", UserName="taro")
    for user in (NAME, "taro"):
        made(office.shop, "iam:AttachUserPolicy", UserName=user, PolicyArn=admin)
    office.ask(NAME, "taro", why="single sign-on is here")
    office.ask(NAME, "taro", warned="both")
    office.wait(7)
    plan = office.ask(NAME, "taro").plan
    assert plan is not None
    assert plan.changes == ()
    assert {x.note.code for x in plan.left} == {"retire_last_administrator"}


def test_a_user_whom_somebody_else_deletes_is_gone(office: Office) -> None:
    office.begin()
    made(office.shop, "iam:CreateUser", UserName="taro")
    office.ask("taro", why="left")
    made(office.shop, "iam:DeleteUser", UserName="taro")
    (one,) = office.ask("taro").told
    assert (one.retirement.state, one.footprint) == (State.GONE, None)
    assert office.stands.state is State.WARNED
