"""Retiring a user: whatever happens in whatever order, nothing is deleted early, and who is needed is not deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ishigaki.core.retirement import (
    DONE,
    SIGN_IN,
    Credential,
    Disordered,
    Event,
    Retirement,
    Seen,
    Sighting,
    State,
    Step,
    Waits,
    after,
    disturbed,
    due,
    follow,
    may,
    next_step,
    observed,
    recorded,
    refusal,
)

T = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WAITS = Waits()
ACCOUNT, USER, ARN = "111122223333", "hanako", "arn:aws:iam::111122223333:user/hanako"
PASSWORD = Credential(SIGN_IN, SIGN_IN, T - 900 * DAY)
KEY = Credential("access_key", "AKIAIOSFODNN7EXAMPLE", T - 800 * DAY)


OLD = Credential("access_key", "AKIAOLDOLDOLDEXAMPLE", T - 900 * DAY)  # inactive for long


def sight(at: datetime, *seen: Seen, **more: Any) -> Sighting:
    return Sighting(at, more.pop("user_id", "AIDA1"), ARN, seen, **more)


def both(at: datetime, *, console: bool = True, key: bool = True, **more: Any) -> Sighting:
    return sight(at, Seen(PASSWORD, console), Seen(KEY, key), **more)


def made(what: State, at: datetime, **facts: Any) -> Event:
    return Event(ACCOUNT, USER, at, "taro", what, "", facts)


def stands(*more: Event, first: Sighting | None = None) -> Retirement:
    first = first or sight(T, Seen(PASSWORD, True), Seen(KEY, True), Seen(OLD, False))
    begun = recorded(ACCOUNT, USER, first, who="taro", why="left")
    found = follow([begun, *more])
    assert found is not None
    return found


WARNED = made(State.WARNED, T + HOUR, warned="hanako")
KEPT_OUT = made(State.KEPT_OUT, T + 8 * DAY, run="r1")
KEYS_OFF = made(State.KEYS_DEACTIVATED, T + 16 * DAY, run="r2")
WAITING = made(State.WAITING, T + 17 * DAY)


def test_the_whole_way() -> None:
    deleted = made(State.DELETED, T + 31 * DAY, run="r3")
    way = stands(WARNED, KEPT_OUT, KEYS_OFF, WAITING, deleted)
    assert (way.state, way.open, way.runs, way.round) == (State.DELETED, False, ("r1", "r2", "r3"), 1)
    assert list(way.times) == [e for e in State if e not in (State.GONE, State.RESTORED)]


@pytest.mark.parametrize(
    ("events", "step", "at"),
    [
        ((), None, None),
        ((WARNED,), Step.SIGN_IN, WARNED.at + 7 * DAY),
        ((WARNED, KEPT_OUT), Step.KEYS, KEPT_OUT.at + 7 * DAY),
        ((WARNED, KEPT_OUT, KEYS_OFF), None, KEYS_OFF.at + 14 * DAY),
        ((WARNED, KEPT_OUT, KEYS_OFF, WAITING), Step.DELETE, KEYS_OFF.at + 14 * DAY),
    ],
)
def test_each_step_waits_for_the_one_before(
    events: tuple[Event, ...], step: Step | None, at: datetime | None
) -> None:
    now = stands(*events)
    assert (next_step(now), due(now, WAITS)) == (step, at)
    if step is not None and at is not None:
        assert not may(now, step, WAITS, at=at - timedelta(seconds=1))
        assert may(now, step, WAITS, at=at)
        assert not any(may(now, other, WAITS, at=at + 900 * DAY) for other in Step if other is not step)


def test_without_a_password_the_keys_need_not_wait_for_it() -> None:
    now = stands(WARNED, first=sight(T, Seen(KEY, True)))
    later = WARNED.at + 7 * DAY
    (event,) = observed(now, sight(later, Seen(KEY, True)), WAITS, who="taro")
    assert (event.what, event.why) == (State.KEPT_OUT, "is_off")
    assert may(after(now, event), Step.KEYS, WAITS, at=later)


def test_with_nothing_at_all_the_waiting_before_the_deletion_stays() -> None:
    now, later = stands(WARNED, first=sight(T)), WARNED.at + 7 * DAY
    for event in observed(now, sight(later), WAITS, who="taro"):
        now = after(now, event)
    assert now.state is State.KEYS_DEACTIVATED
    assert due(now, WAITS) == later + 14 * DAY


FRESH = Credential("access_key", "AKIAI44QH8DHBEXAMPLE", T + 2 * DAY)


@pytest.mark.parametrize(
    ("events", "sighting", "why"),
    [
        ((WARNED,), both(T + DAY), ""),
        ((WARNED,), sight(T + 3 * DAY, Seen(PASSWORD, True), Seen(KEY, True), Seen(FRESH, True)), "new_key"),
        ((WARNED,), sight(T + 3 * DAY, Seen(FRESH, False)), "new_key"),
        ((WARNED,), sight(T + DAY, Seen(replace(KEY, created_at=T), True)), "new_key"),
        ((WARNED,), sight(T + DAY, Seen(replace(PASSWORD, created_at=T), True)), "new_password"),
        ((WARNED,), both(T + DAY, user_id="AIDA2"), "someone_else"),
        ((WARNED,), sight(T + DAY, Seen(PASSWORD, True, T + DAY)), ""),
        ((WARNED,), sight(T + DAY, Seen(OLD, False, T - DAY)), ""),
        ((WARNED,), sight(T + DAY, Seen(OLD, True)), "key_again"),
        ((WARNED,), sight(T + DAY, Seen(OLD, False, T + HOUR)), "key_used"),
        ((WARNED, KEPT_OUT), both(T + 9 * DAY, console=False), ""),
        ((WARNED, KEPT_OUT), both(T + 9 * DAY), "password_again"),
        ((WARNED, KEPT_OUT), sight(T + 9 * DAY, Seen(PASSWORD, False, KEPT_OUT.at + HOUR)), "signed_in"),
        ((WARNED, KEPT_OUT), sight(T + 9 * DAY, Seen(PASSWORD, False, KEPT_OUT.at - HOUR)), ""),
        ((WARNED, KEPT_OUT), sight(T + 9 * DAY, Seen(KEY, True, T + 9 * DAY)), ""),
        ((WARNED, KEPT_OUT, KEYS_OFF), both(T + 17 * DAY, console=False), "key_again"),
        ((WARNED, KEPT_OUT, KEYS_OFF), sight(T + 17 * DAY, Seen(KEY, False, T + 17 * DAY)), "key_used"),
        (
            (WARNED, KEPT_OUT, KEYS_OFF),
            both(T + 17 * DAY, console=False, key=False, acted_at=T + 17 * DAY),
            "acted",
        ),
        (
            (WARNED, KEPT_OUT, KEYS_OFF),
            both(T + 17 * DAY, console=False, key=False, acted_at=T + 15 * DAY),
            "",
        ),
        ((WARNED, KEPT_OUT, KEYS_OFF, WAITING), sight(T + 18 * DAY), ""),
    ],
)
def test_what_shows_that_somebody_needs_the_user(
    events: tuple[Event, ...], sighting: Sighting, why: str
) -> None:
    now = stands(*events)
    assert disturbed(now, sighting) == why
    if why:
        (event,) = observed(now, sighting, WAITS, who="taro")
        anew = after(now, event)
        assert (anew.state, anew.round, anew.why) == (State.RECORDED, 2, "left")
        assert anew.known == sighting.known
        assert due(anew, WAITS) is None, "who begins anew has to be warned anew"


def test_what_does_not_follow_is_refused() -> None:
    for wrong in (KEPT_OUT, KEYS_OFF, WAITING, made(State.DELETED, T + 40 * DAY)):
        with pytest.raises(Disordered):
            stands(wrong)
    with pytest.raises(Disordered):
        follow([WARNED])
    with pytest.raises(Disordered):
        stands(made(State.WARNED, T - DAY))
    with pytest.raises(Disordered):
        stands(WARNED, made(State.GONE, T + DAY), made(State.GONE, T + DAY))


def test_taken_back_step_by_step() -> None:
    now = stands(WARNED, KEPT_OUT, KEYS_OFF)
    once = after(now, made(State.RESTORED, T + 17 * DAY, run="u2", undoes="r2"))
    assert (once.state, once.runs, once.open) == (State.RESTORED, ("r1",), False)
    twice = after(once, made(State.RESTORED, T + 17 * DAY, run="u1", undoes="r1"))
    assert twice.runs == ()
    assert list(observed(once, both(T + 18 * DAY), WAITS, who="taro")) == []
    anew = after(once, recorded(ACCOUNT, USER, both(T + 20 * DAY), who="taro", why="really"))
    assert (anew.state, anew.why, anew.round, anew.runs) == (State.RECORDED, "really", 2, ("r1",))


@pytest.mark.parametrize(
    ("user", "arn", "caller", "kept", "code"),
    [
        ("hanako", ARN, "arn:aws:iam::111122223333:user/taro", "", None),
        ("root", "", "", "", "retire_root"),
        ("<root_account>", "", "", "", "retire_root"),
        ("hanako", ARN, ARN, "", "retire_self"),
        ("hanako", ARN, "", "break-glass", "retire_kept"),
    ],
)
def test_who_is_not_retired(user: str, arn: str, caller: str, kept: str, code: str | None) -> None:
    found = refusal(user, arn=arn, caller=caller, kept=kept)
    assert (found[0] if found else None) == code


class Account:
    """AWS and the store beside each other: what happens, and what the countdown makes of it."""

    def __init__(self, waits: Waits) -> None:
        self.waits, self.at = waits, T
        self.keys = {KEY: True}
        self.console = True
        self.signed_in: datetime | None = None
        self.used: dict[Credential, datetime] = {}
        self.needed: datetime | None = None  # the last sign that somebody needs the user
        begun = recorded(ACCOUNT, USER, self.look(), who="taro", why="left")
        self.now = after(None, begun)

    def look(self) -> Sighting:
        keys = [Seen(k, active, self.used.get(k)) for k, active in self.keys.items()]
        return sight(self.at, Seen(PASSWORD, self.console, self.signed_in), *keys)

    def enter(self, events: Iterable[Event]) -> None:
        for event in events:
            self.now = after(self.now, event)

    def do(self, what: str) -> None:
        self.at += timedelta(minutes=1)
        getattr(self, f"_{what}")()

    def _wait_a_day(self) -> None:
        self.at += DAY

    def _wait_long(self) -> None:
        self.at += 15 * DAY

    def _warn(self) -> None:
        if self.now.state is State.RECORDED:
            self.enter([made(State.WARNED, self.at)])

    def _observe(self) -> None:
        self.enter(observed(self.now, self.look(), self.waits, who="taro"))

    def _step(self) -> None:
        """What is due is carried out, after a look, as `apply` does it."""
        self._observe()
        step = next_step(self.now)
        if step is None or not may(self.now, step, self.waits, at=self.at):
            return
        if step is Step.DELETE:
            self.assert_may_go()
        self.console = self.console and step is not Step.SIGN_IN
        if step is Step.KEYS:
            self.keys = dict.fromkeys(self.keys, False)
        self.at += timedelta(minutes=1)
        self.enter([made(DONE[step], self.at, run=f"{step}-{self.at}")])

    def _rotate(self) -> None:
        self.needed = self.at
        self.keys[Credential("access_key", f"AKIA{len(self.keys)}", self.at)] = True

    def _use_key(self) -> None:
        for key, active in self.keys.items():
            if active:
                self.used[key] = self.at

    def _use_between_looks(self) -> None:
        """A key switched on, used, and switched off again."""
        if not self.keys[KEY]:
            self.needed = self.used[KEY] = self.at

    def _reactivate(self) -> None:
        if not all(self.keys.values()):
            self.needed = self.at
        self.keys = dict.fromkeys(self.keys, True)

    def _sign_in(self) -> None:
        self.signed_in = self.at
        if not self.console:
            self.needed = self.at

    def _restore(self) -> None:
        if self.now.state is not State.DELETED and self.now.runs:
            self.console, self.keys = True, dict.fromkeys(self.keys, True)
            self.enter([made(State.RESTORED, self.at, undoes=self.now.runs[-1])])

    def _record(self) -> None:
        if self.now.state is State.RESTORED:
            self.enter([recorded(ACCOUNT, USER, self.look(), who="taro", why="again")])

    def assert_may_go(self) -> None:
        times, waits = self.now.times, self.waits
        assert self.at - times[State.KEYS_DEACTIVATED] >= timedelta(days=waits.after_keys_days)
        assert times[State.KEYS_DEACTIVATED] - times[State.KEPT_OUT] >= timedelta(
            days=waits.after_password_days
        )
        assert times[State.KEPT_OUT] - times[State.WARNED] >= timedelta(days=waits.after_warning_days)
        assert self.needed is None or self.needed < times[State.WARNED], "who needed the user was not warned"
        assert not self.console
        assert not any(self.keys.values())
        assert {*self.keys} <= {*self.now.known}, "a key of which nobody was warned"


DEEDS = [name[1:] for name in vars(Account) if name.startswith("_") and not name.startswith("__")]
TO_THE_END = ["warn", "wait_long", "step", "wait_long", "step", "wait_a_day", "observe", "wait_long", "step"]


NOISE = st.one_of(*[st.just([])] * 4, st.lists(st.sampled_from(DEEDS), max_size=3))
WAY = TO_THE_END * 3


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(st.tuples(*[NOISE] * len(WAY)), st.lists(st.integers(1, 20), min_size=3, max_size=3))
def test_no_path_deletes_early_or_what_is_needed(noise: tuple[list[str], ...], days: list[int]) -> None:
    """Three times the whole way, with anything in between."""
    account = Account(Waits(*days))
    for between, step in zip(noise, WAY, strict=True):
        for deed in (*between, step):
            if account.now.state is not State.DELETED:
                account.do(deed)


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(st.integers(0, len(TO_THE_END) - 1), st.sampled_from(["rotate", "reactivate", "sign_in"]))
def test_from_any_point_on_a_disturbance_takes_it_back_to_the_beginning(at: int, deed: str) -> None:
    account = Account(WAITS)
    for step in TO_THE_END[:at]:
        account.do(step)
    before, needed = account.now, account.needed
    account.do(deed)
    account.do("observe")
    if account.needed == needed and deed == "sign_in":  # the console was still open
        assert account.now.round == before.round
    elif deed != "reactivate" or State.KEYS_DEACTIVATED in before.times:
        assert (account.now.state, account.now.round) == (State.RECORDED, before.round + 1)
    for step in TO_THE_END:
        account.do(step)
    assert account.now.state in (State.DELETED, State.WAITING, State.KEYS_DEACTIVATED, State.RECORDED)


def test_undisturbed_it_comes_to_its_end() -> None:
    account = Account(WAITS)
    for step in TO_THE_END:
        account.do(step)
    assert account.now.state is State.DELETED
