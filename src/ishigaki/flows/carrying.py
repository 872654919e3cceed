"""One change carried out: looked at, journalled, made call by call, looked at again.

Nothing is sent that is not in the journal before. After an interruption the journal tells which calls were
answered, and which may have been made without anybody having heard the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from ishigaki.core.answer import Answer, search
from ishigaki.core.call import Call
from ishigaki.core.change import Note, note
from ishigaki.core.differences import what_matters
from ishigaki.core.filling import bound, referred
from ishigaki.core.guarded import guarded
from ishigaki.core.outcome import ANOTHERS, PATIENCE, Failure, Outcome, Patience, classify, takes_away, unsure
from ishigaki.core.plan import Look, Planned, Step, Touched, canonical
from ishigaki.core.proposal import redacted
from ishigaki.core.remediation import Around
from ishigaki.flows.looking import (
    blind,
    look,
    missed_now,
    proven,
    said_again,
    same,
    strayed,
    touched_now,
    unseen_in,
)
from ishigaki.store.runs import Done, Journal

SHOWS_WITHIN = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds between looks until a change shows
TRIES = 3  # of a call that broke on its way
APPEARS = (0.0, 2.0, 5.0)  # seconds between looks for what a lost call may have made
UNDO = "undo"
COULD_NOT = "FAILED"  # how AWS says that it could not do what it took on
# Where an answer that is no error tells what was not done.
PARTLY = (
    "UnprocessedAssociationUpdates",
    "UnprocessedAccounts",
    "UnprocessedStandardsControls",
    "failedAccounts",
    "Unsuccessful",
)


class Result(msgspec.Struct, frozen=True):
    """How a change ended, and why where it is not as planned."""

    change: str
    outcome: Outcome
    why: Note | None = None


@dataclass(frozen=True)
class Hands:
    """What carrying out needs of the world: to read and to write in one account, to wait, to know the time, to be
    told to stop. `sleep` returns early where one is told to stop."""

    around: Around
    read: Callable[[Call], Answer]
    write: Callable[[Call], Answer]
    journal: Journal
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    stopped: Callable[[], str] = lambda: ""  # the code of why nothing more is to be done


@dataclass
class _Stopped(Exception):
    """A step could not be made."""

    outcome: Outcome
    why: Note


def carry_out(change: Planned, hands: Hands, done: Done | None) -> Result:
    """Carry out one change, or go on with it where the journal says it was begun."""
    return guarded(
        lambda: _Carrying(change, hands, done).run(),
        crashed=lambda bug: _ended(
            hands, change, Outcome.FAILED, note("program_error", detail=f"{type(bug).__name__}: {bug}")
        ),
    )


def _ended(hands: Hands, change: Planned, outcome: Outcome, why: Note | None, **more: Any) -> Result:
    hands.journal.write("end", hands.clock(), change=change.id, outcome=outcome.value, why=why, **more)
    return Result(change.id, outcome, why)


@dataclass
class _Carrying:
    change: Planned
    hands: Hands
    done: Done | None
    answers: dict[str, Any] = field(default_factory=dict)

    def run(self) -> Result:
        if self.hands.stopped():
            return self._end(Outcome.SKIPPED, note(self.hands.stopped()))
        begun = self.done is not None and bool(self.done.answers)
        if self.done is not None and begun:
            self.change, self.answers = self.done.change, dict(self.done.answers)
        else:
            refused = self._refused()
            if refused is not None:
                return refused
            self.hands.journal.write(
                "begin", self.hands.clock(), change=self.change.id, planned=msgspec.to_builtins(self.change)
            )
        try:
            self._make_all(begun=begun)
        except _Stopped as stopped:
            return self._end(stopped.outcome, stopped.why, after=self._after())
        missing = self._missing()
        after = self._after()
        if missing:
            return self._end(Outcome.WAITING, note("does_not_show_yet", what=missing), after=after)
        return self._end(Outcome.PROVEN, None, after=after)

    def _make_all(self, *, begun: bool) -> None:
        """Make the steps that were not answered yet. Raises `_Stopped`.

        A change that was begun long ago is gone on with only where nobody has changed what it touches; the step
        that was answered last may still be under way.
        """
        made = [s for s in self.change.steps if self.answers.get(s.name) is not None]
        if begun and len(made) < len(self.change.steps):
            self._must_not_have_moved()
        if made and len(made) == len(self.answers):  # nothing was sent after it
            self._wait_for(made[-1])
        for step in self.change.steps:
            if self.answers.get(step.name) is None:
                self.answers[step.name] = self._make(step, uncertain=step.name in self.answers)
                self._wait_for(step)

    def _must_not_have_moved(self) -> None:
        """Raises `_Stopped` where what is touched is neither as it was found nor as the change leaves it: what
        somebody else did meanwhile would be overwritten."""
        for touch, state in zip(self.change.touches, self._after(), strict=True):
            if touch.act != "alter":
                continue
            unseen = blind(state)
            if unseen:
                raise _Stopped(Outcome.FAILED, note("not_seen", what=touch.name, code=unseen))
            if strayed(touch, state):
                partly = any(a is not None for a in self.answers.values())
                raise _Stopped(Outcome.FAILED, note("has_moved_meanwhile" if partly else "has_moved"))

    def _end(self, outcome: Outcome, why: Note | None, **more: Any) -> Result:
        return _ended(self.hands, self.change, outcome, why, **more)

    def _refused(self) -> Result | None:
        """Look at the target; where it is not as it was planned for, end here. The change as it is found to be
        right takes the plan's place: its way back is made of what AWS says now."""
        if self.change.remediation == UNDO:
            return self._refused_undo()
        world = look(self.change, self.hands.around, self.hands.read)
        again = said_again(self.change, world, self.hands.around, now=self.hands.clock())
        match = next((c for c in again if isinstance(c, Planned) and same(self.change, c)), None)
        if match is not None and redacted(msgspec.to_builtins(match.steps)):
            return self._end(Outcome.REFUSED, note("holds_secret"))
        if match is not None:
            self.change = match
            return None
        unseen = unseen_in(again)
        if unseen is not None:
            return self._end(Outcome.REFUSED, unseen)
        if not again and not proven(self.change, world, self.hands.around, now=self.hands.clock()):
            return self._end(Outcome.SKIPPED, note("already_so"))
        return self._end(Outcome.REFUSED, note("has_moved"))

    def _refused_undo(self) -> Result | None:
        states = list(zip(self.change.touches, self._after(), strict=True))
        for touch, state in states:
            unseen = blind(state) if touch.traced else ""
            if unseen:
                return self._end(Outcome.REFUSED, note("not_seen", what=touch.name, code=unseen))
        if all(touch.traced and _is_as(touch, state, exactly=True) for touch, state in states):
            return self._end(Outcome.SKIPPED, note("already_so"))
        if not all(_was_left(touch, state) for touch, state in states):
            return self._end(Outcome.REFUSED, note("has_moved"))
        return None

    def _missing(self) -> str:
        """What does not show yet, after looking as long as it usually takes."""
        missing = ""
        for pause in SHOWS_WITHIN:
            if pause:
                self.hands.sleep(pause)
            missing = self._not_shown()
            if not missing or self.hands.stopped():
                break
        return missing

    def _not_shown(self) -> str:
        if self.change.remediation == UNDO:
            states = zip(self.change.touches, self._after(), strict=True)
            late = [t for t, s in states if t.traced and not _is_as(t, s)]
            late = late or self._untraced()
            return late[0].name if late else ""
        world = look(self.change, self.hands.around, self.hands.read)
        return proven(self.change, world, self.hands.around, now=self.hands.clock())

    def _untraced(self) -> list[Touched]:
        """Of the things whose ids only AWS knows those that do not show to be as they are to be: what was made is
        gone once its remediation has something to do again."""
        looked_for = [t for t in self.change.touches if not t.traced]
        if not looked_for:
            return []
        missed = missed_now(self.change, self.hands.around, self.hands.read, now=self.hands.clock())
        if missed is None:
            return looked_for
        return [t for t in looked_for if (t.id in missed if t.act == "create" else not missed)]

    def _after(self) -> list[dict[str, Any]]:
        return touched_now(self.change.touches, self.hands.around, self.hands.read)

    def _make(self, step: Step, *, uncertain: bool) -> dict[str, Any]:
        """Make one step's call; its answer. Raises `_Stopped`."""
        waited, tries = 0.0, 0
        while True:
            if uncertain and (found := self._found(step)) is not None:
                return self._answered(step, found)
            if self.hands.stopped():
                made = any(answer is not None for answer in self.answers.values())
                raise _Stopped(Outcome.FAILED if made else Outcome.SKIPPED, note(self.hands.stopped()))
            if waited:
                self._must_not_have_moved()
            call = bound(step.request, self.answers)
            self.hands.journal.write("call", self.hands.clock(), change=self.change.id, step=step.name)
            answer = self.hands.write(call)
            answer = _wholly(answer)
            if not answer.error:
                return self._answered(step, dict(answer.merged))
            failure = classify(answer.error, answer.message)
            lost = uncertain and takes_away(step.request.operation)
            if failure is Failure.MISSING and (lost or self.change.remediation == UNDO):
                return self._answered(step, {})
            if failure is Failure.EXISTS and uncertain and answer.error not in ANOTHERS:
                return self._answered(step, self._ours(step))
            # A call that was lost, or done in part, may have been made: whoever goes on has to know.
            uncertain = uncertain or unsure(answer.error, failure) or bool(answer.pages)
            self._log(
                step,
                error=answer.error,
                message=answer.message,
                failure=failure.value,
                uncertain=uncertain,
            )
            tries += 1
            pause = _pause(failure, tries, waited)
            if pause is None:
                why = note(
                    failure.value, operation=step.request.operation, code=answer.error, said=answer.message
                )
                raise _Stopped(Outcome.FAILED, why)
            self.hands.sleep(pause)
            waited += pause

    def _answered(self, step: Step, answer: dict[str, Any]) -> dict[str, Any]:
        plain: dict[str, Any] = msgspec.to_builtins(answer)
        self._log(step, answer=plain)
        return plain

    def _log(self, step: Step, **body: Any) -> None:
        self.hands.journal.write("answer", self.hands.clock(), change=self.change.id, step=step.name, **body)

    def _found(self, step: Step) -> dict[str, Any] | None:
        """What the step makes, where it is there already; None too where the step can be asked twice. Raises
        `_Stopped` where that cannot be seen: asked again AWS might make a second one."""
        if step.found is None:
            return None
        for pause in APPEARS:
            if pause:
                self.hands.sleep(pause)
            answer = self.hands.read(bound(step.found.request, self.answers))
            if answer.error and classify(answer.error, answer.message) is not Failure.MISSING:
                raise _Stopped(Outcome.FAILED, note("not_seen", what=step.name, code=answer.error))
            shown = None if answer.error else search(step.found.at, answer.merged)
            if isinstance(shown, dict) and any(part is not None for part in shown.values()):
                return shown
        return None

    def _ours(self, step: Step) -> dict[str, Any]:
        """The answer to a call that AWS says has been made already. Raises `_Stopped` where a later call or its way
        back would need what nobody heard."""
        found = self._found(step)
        needed = any(step.name in referred(s.request) for s in self.change.steps) or any(
            step.name in referred(u) for s in self.change.steps for u in s.undo
        )
        if found is None and needed:
            raise _Stopped(Outcome.FAILED, note("answer_lost", step=step.name))
        return found or {}

    def _wait_for(self, step: Step) -> None:
        """Wait until a read shows that AWS has done what it took on. Raises `_Stopped` where it takes longer."""
        if step.until is None:
            return
        waited, pause = 0.0, 1.0
        while not self._shows(step.until):
            if waited >= step.until.seconds or self.hands.stopped():
                raise _Stopped(Outcome.WAITING, note("does_not_show_yet", what=step.name))
            self.hands.sleep(pause)
            waited, pause = waited + pause, min(15.0, pause * 2)

    def _shows(self, until: Look) -> bool:
        """Whether it is done. Raises `_Stopped` where AWS says that it could not do what it took on."""
        answer = self.hands.read(bound(until.request, self.answers))
        shown = None if answer.error else search(until.at, answer.merged)
        if shown == COULD_NOT:
            said = search("*.FailureReason | [0]", answer.merged) or ""
            raise _Stopped(Outcome.FAILED, note("could_not", operation=until.request.operation, said=said))
        return shown in until.values


def _wholly(answer: Answer) -> Answer:
    """The answer, as a refusal where AWS says inside it that a part was not done."""
    for name in PARTLY:
        refused = answer.merged.get(name)
        if not answer.error and refused:
            first = refused[0]
            code = next((str(v) for k, v in first.items() if k.lower().endswith("code")), "PartlyDone")
            return Answer(answer.pages, code, f"{name}: {first}", answer.at)
    return answer


def _is_as(touch: Touched, state: Mapping[str, Any], *, exactly: bool = False) -> bool:
    """Whether a thing is as a change was to leave it."""
    if blind(state):
        return False
    if touch.act == "alter" and exactly:
        return bool(state["seen"]) and canonical(state["values"]) == canonical(touch.after)
    if touch.act == "alter":
        return bool(state["seen"]) and not what_matters(state["values"], touch.after)
    return bool(state["seen"]) == (touch.act == "create")


def _was_left(touch: Touched, state: Mapping[str, Any]) -> bool:
    """Whether a thing is still as it was left by what is to be taken back."""
    if not touch.traced:
        return True  # its undo names it by the answer that AWS gave when it was made
    if touch.act == "alter":
        return bool(state["seen"]) and not what_matters(state["values"], touch.before)
    return bool(state["seen"]) == (touch.act == "delete")


def _pause(failure: Failure, tries: int, waited: float) -> float | None:
    """How long to wait before a call is tried again; None where it is not."""
    if failure is Failure.UNREACHABLE:
        return 2.0 * tries if tries < TRIES else None
    patience: Patience | None = PATIENCE.get(failure)
    if patience is None or waited >= patience.total:
        return None
    return min(patience.first * 2.0 ** (tries - 1), 30.0)
