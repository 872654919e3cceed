"""Plan, apply, prove, undo on the emulator: the way there and back, what goes wrong, and what interrupts it."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ishigaki.core.outcome import Outcome
from ishigaki.core.plan import Plan, sealed
from ishigaki.core.usage import UsageError
from ishigaki.flows.apply import Permit, check, over_caps, permitted
from ishigaki.store.runs import Journal, Runs, read_plan, write_plan
from tests.journeys.workshop import ID, Workshop, furnish_simply, outcomes, reasons

ASKED = ("S3.8", "IAM.7", "IAM.15")


@pytest.fixture
def workshop(workshop: Workshop) -> Workshop:
    """The account with two open buckets and no password policy."""
    furnish_simply(workshop)
    return workshop


def state(workshop: Workshop) -> list[Any]:
    """What the account's password policy and its buckets' blocks are."""
    asked = [
        workshop.do("iam", "GetAccountPasswordPolicy", region="us-east-1"),
        *(workshop.do("s3", "GetPublicAccessBlock", Bucket=b) for b in ("alpha-data", "beta-data")),
    ]
    return [(a.error, a.merged) for a in asked]


def test_there_and_back(workshop: Workshop) -> None:
    before = state(workshop)
    plan = workshop.plan(*ASKED)
    assert len(plan.changes) == 4
    run = workshop.apply(plan)
    assert outcomes(run) == ["proven"] * 4
    assert state(workshop) != before
    assert workshop.plan(*ASKED).changes == (), "planned again, nothing is left"
    back = workshop.undo(run.id)
    assert outcomes(back) == ["proven"] * 4
    assert state(workshop) == before
    again = workshop.undo(back.id)
    assert outcomes(again) == ["proven"] * 4, "an undo can be taken back, too"
    assert workshop.plan(*ASKED).changes == ()


def test_only_what_is_safe_unless_told_more(workshop: Workshop) -> None:
    plan = workshop.plan(*ASKED)
    run = workshop.apply(plan, Permit())
    assert sorted(outcomes(run)) == ["proven", "proven", "skipped", "skipped"]
    assert {c.serves[0] for c in permitted(plan, Permit())} == {"IAM.7", "IAM.15"}


def test_production_raises_what_disturbs(workshop: Workshop) -> None:
    workshop.environment = "production"
    assert permitted(workshop.plan("IAM.7"), Permit()) == []


def test_one_change_is_taken_back_alone(workshop: Workshop) -> None:
    run = workshop.apply(workshop.plan("S3.8"))
    first = run.plan.changes[0]
    assert outcomes(workshop.undo(run.id, first.id)) == ["proven"]
    assert [c.target.name for c in workshop.plan("S3.8").changes] == [first.target.name]


def test_what_has_moved_is_refused(workshop: Workshop) -> None:
    plan = workshop.plan("S3.8")
    some = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": False,
    }
    workshop.do("s3", "PutPublicAccessBlock", Bucket="alpha-data", PublicAccessBlockConfiguration=some)
    run = workshop.apply(plan)
    assert sorted(zip(outcomes(run), reasons(run), strict=True)) == [("proven", ""), ("refused", "has_moved")]
    assert workshop.do("s3", "GetPublicAccessBlock", Bucket="alpha-data").merged == {
        "PublicAccessBlockConfiguration": some
    }


def test_what_is_right_already_is_left_alone(workshop: Workshop) -> None:
    plan = workshop.plan("S3.8")
    workshop.apply(plan)
    run = workshop.apply(plan)
    assert reasons(run) == ["already_so"] * 2
    assert run.whole


def test_an_undo_leaves_alone_what_somebody_changed_since(workshop: Workshop) -> None:
    run = workshop.apply(workshop.plan("S3.8"))
    workshop.do("s3", "DeletePublicAccessBlock", Bucket="beta-data")
    back = workshop.undo(run.id)
    assert sorted(outcomes(back)) == ["proven", "refused"]


class Killed(BaseException):
    """The process is gone: nothing catches it."""


def killed_at(monkeypatch: pytest.MonkeyPatch, number: int, *, after: bool) -> None:
    """The process ends before, or just after, its journal's entry of this number is on disk."""
    write = Journal.write

    def dying(self: Journal, *args: Any, **kwargs: Any) -> Any:
        if len(self.entries) == number and not after:
            raise Killed
        entry = write(self, *args, **kwargs)
        if entry.n == number and after:
            raise Killed
        return entry

    monkeypatch.setattr(Journal, "write", dying)


def test_killed_at_any_entry_and_gone_on_with_it_ends_as_if_undisturbed(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("S3.8", "IAM.7")
    workshop.apply(workshop.plan(*asked))
    undisturbed = state(workshop)
    entries = Runs(workshop.folder).entries(Runs(workshop.folder).ids()[-1])
    assert len(entries) == 2 + 3 * 4
    moments = [(e.n, False) for e in entries[1:]]  # all that was to come before the entry has been done
    moments += [(e.n, True) for e in entries if e.kind == "call"]  # the call is announced and not made
    for number, after in moments:
        workshop.control("POST", "reset")
        furnish_simply(workshop)
        plan = workshop.plan(*asked)
        with monkeypatch.context() as patched:
            killed_at(patched, number, after=after)
            with pytest.raises(Killed):
                workshop.apply(plan)
        run = workshop.resume(Runs(workshop.folder).ids()[-1])
        assert run.whole, (number, after, run.results)
        assert state(workshop) == undisturbed, (number, after)


FAILURES = [
    ("denied_scp", "AccessDenied", "not authorized with an explicit deny in a service control policy"),
    ("denied_iam", "AccessDenied", "not authorized to perform"),
    ("not_opted_in", "OptInRequired", ""),
    ("not_ready", "SubscriptionRequired", ""),
    ("throttled", "SlowDown", ""),
    ("busy", "OperationAborted", "A conflicting conditional operation is currently in progress"),
    ("not_consistent", "MalformedPolicy", "Invalid principal in policy"),
    ("managed_elsewhere", "InvalidAccessException", "the administrator account governs this"),
    ("quota", "LimitExceeded", ""),
    ("exists", "BucketAlreadyExists", ""),
    ("missing", "NoSuchBucket", ""),
    ("other", "InvalidRequest", "something else"),
]


@pytest.mark.parametrize(("failure", "code", "message"), FAILURES, ids=[f[0] for f in FAILURES])
def test_a_refusal_of_aws_on_the_second_call_has_its_name(
    workshop: Workshop, failure: str, code: str, message: str
) -> None:
    plan = workshop.plan("S3.8")
    workshop.control(
        "POST",
        "faults",
        {
            "kind": "error",
            "service": "s3",
            "operation": "PutPublicAccessBlock",
            "first": 2,
            "code": code,
            "message": message or "refused",
            "status": 400,
        },
    )
    run = workshop.apply(plan)
    assert outcomes(run) == ["proven", "failed"]
    assert reasons(run) == ["", failure]
    workshop.control("DELETE", "faults")
    assert workshop.resume(run.id).whole, "what failed is tried again"


@pytest.mark.parametrize("kind", ["throttle", "unavailable"])
def test_what_passes_is_waited_for(workshop: Workshop, kind: str) -> None:
    plan = workshop.plan("S3.8")
    workshop.control(
        "POST", "faults", {"kind": kind, "service": "s3", "operation": "PutPublicAccessBlock", "times": 2}
    )
    assert workshop.apply(plan).whole
    assert workshop.slept, "it waited in between"


def test_a_dead_connection_is_tried_again_and_then_given_up(workshop: Workshop) -> None:
    plan = workshop.plan("S3.8")
    workshop.control("POST", "faults", {"kind": "drop", "service": "s3", "operation": "PutPublicAccessBlock"})
    run = workshop.apply(plan)
    assert reasons(run) == ["unreachable"] * 2
    workshop.control("DELETE", "faults")
    assert workshop.resume(run.id).whole


def test_what_does_not_show_yet_is_waited_for_and_named(workshop: Workshop) -> None:
    """The write went well and the read shows the old state: AWS is eventually consistent."""
    plan = workshop.plan("S3.8")
    plan = sealed(msgspec.structs.replace(plan, changes=plan.changes[:1]))
    workshop.control(
        "POST", "faults", {"kind": "denied", "service": "s3", "operation": "GetPublicAccessBlock", "first": 2}
    )
    run = workshop.apply(plan)
    assert outcomes(run) == ["waiting"]
    workshop.control("DELETE", "faults")
    assert outcomes(workshop.resume(run.id)) == ["proven"]


def test_a_target_that_cannot_be_read_is_refused(workshop: Workshop) -> None:
    plan = workshop.plan("S3.8")
    workshop.control(
        "POST", "faults", {"kind": "denied", "service": "s3", "operation": "GetPublicAccessBlock"}
    )
    run = workshop.apply(plan)
    assert list(zip(outcomes(run), reasons(run), strict=True)) == [("refused", "not_seen")] * 2
    workshop.control("DELETE", "faults")
    workshop.control("POST", "faults", {"kind": "denied", "service": "s3", "operation": "ListBuckets"})
    assert reasons(workshop.apply(plan)) == ["not_seen"] * 2


def test_a_stop_file_stops_everything(workshop: Workshop) -> None:
    plan = workshop.plan("S3.8")
    (workshop.folder / "STOP").touch()
    assert reasons(workshop.apply(plan)) == ["stopped"] * 2


def test_an_edited_plan_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    write_plan(file, workshop.plan("S3.8"))
    assert isinstance(read_plan(file), Plan)
    text = file.read_text(encoding="utf-8")
    for wrong, code in (
        (text.replace("alpha-data", "gamma-data"), "plan_changed"),
        (text.replace('"schema": 1', '"schema": 9'), "plan_schema"),
        (text[: len(text) // 2], "plan_invalid"),
        ("", "plan_invalid"),
    ):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(UsageError) as refused:
            read_plan(file)
        assert refused.value.code == code


def test_a_forged_plan_with_a_right_digest_changes_nothing(workshop: Workshop) -> None:
    """What is sent is what the product plans itself: a call that somebody wrote into a plan is never made."""
    plan = workshop.plan("S3.8")
    first = plan.changes[0]
    step = msgspec.structs.replace(
        first.steps[0],
        request=msgspec.structs.replace(
            first.steps[0].request, operation="DeleteBucket", params={"Bucket": "alpha-data"}
        ),
    )
    forged = msgspec.structs.replace(first, steps=(step,))
    run = workshop.apply(sealed(msgspec.structs.replace(plan, changes=(forged,))))
    assert reasons(run) == ["has_moved"]
    assert not workshop.do("s3", "GetBucketLocation", Bucket="alpha-data").error


def test_an_expired_plan_and_one_of_another_partition_are_refused(workshop: Workshop) -> None:
    plan = workshop.plan("S3.8")
    with pytest.raises(UsageError) as expired:
        check(plan, now=plan.expires + timedelta(seconds=1), partition="aws")
    assert expired.value.code == "plan_expired"
    with pytest.raises(UsageError) as elsewhere:
        check(plan, now=plan.at, partition="aws-cn")
    assert elsewhere.value.code == "plan_of_other_partition"


def test_another_accounts_plan_cannot_be_carried_out(workshop: Workshop) -> None:
    plan = workshop.plan("S3.8")
    moved = [msgspec.structs.replace(c, account="999988887777") for c in plan.changes]
    around = {"999988887777": msgspec.structs.replace(plan.around[ID], account="999988887777")}
    run = workshop.apply(sealed(msgspec.structs.replace(plan, changes=tuple(moved), around=around)))
    assert reasons(run) == ["no_way_in"] * 2


def test_a_torn_journal_is_gone_on_with_and_a_broken_one_refused(workshop: Workshop) -> None:
    run = workshop.apply(workshop.plan("S3.8"))
    path = workshop.folder / "runs" / f"{run.id}.jsonl"
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3]) + lines[3][: len(lines[3]) // 2])
    assert workshop.resume(run.id).whole
    for broken in (
        b"".join([lines[0], *lines[2:]]),
        whole.replace(b"PutPublicAccessBlock", b"PutPublicAccessBlocs", 1),
        b"{}\n" + whole,
    ):
        path.write_bytes(broken)
        with pytest.raises(UsageError) as refused:
            workshop.resume(run.id)
        assert refused.value.code == "journal_broken"
        with pytest.raises(UsageError):
            workshop.undo(run.id)


def test_only_one_run_at_a_time(workshop: Workshop) -> None:
    plan = workshop.plan("S3.8")
    with Runs(workshop.folder).only_one(), pytest.raises(UsageError) as refused:
        workshop.apply(plan)
    assert refused.value.code == "run_in_progress"


def test_many_changes_at_once_want_a_number(workshop: Workshop) -> None:
    plan = workshop.plan("S3.8")
    chosen = list(plan.changes)
    assert over_caps(plan, chosen) is None, "two of two: too few to speak of a share"
    many = msgspec.structs.replace(plan, counts={plan.changes[0].touches[0].kind: 8})
    assert over_caps(many, chosen) is None
    share = msgspec.structs.replace(many, caps=msgspec.structs.replace(plan.caps, share=0.2))
    said = over_caps(share, chosen)
    assert said is not None
    assert said.code == "over_share"
    few = msgspec.structs.replace(plan, caps=msgspec.structs.replace(plan.caps, changes=1))
    said = over_caps(few, chosen)
    assert said is not None
    assert said.code == "over_cap"
    assert over_caps(few, chosen, cap=2) is None


def test_the_journal_tells_who_what_and_when(workshop: Workshop) -> None:
    run = workshop.apply(workshop.plan("S3.8"))
    entries = Runs(workshop.folder).entries(run.id)
    assert [e.kind for e in entries[:5]] == ["run", "begin", "call", "answer", "end"]
    assert entries[-1].kind == "finish"
    assert all(b.prev == a.hash for a, b in pairwise(entries))
    assert Outcome.PROVEN.value in json.dumps(entries[4].body)
    mode = (workshop.folder / "runs" / f"{run.id}.jsonl").stat().st_mode & 0o777
    assert mode == 0o600
