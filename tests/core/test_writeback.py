"""What is written back: what is decided, never over somebody else's choice, within the limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.finding import Finding, Status
from ishigaki.core.witness import Mark
from ishigaki.core.writeback import AT_ONCE, NOTE, OURS, Intent, Wish, Written, batches, intend, note_of

ID, TOKYO = "111122223333", "ap-northeast-1"
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
FINDING = Finding("S3.8", ID, TOKYO, "AWS::S3::Bucket", "arn:aws:s3:::web", Status.FAILED)
WHY = "Row 3: logging outside production"


def mark(workflow: str = "NEW", *, note: str = "", by: str = "", status: Status = Status.FAILED) -> Mark:
    return Mark("f", "p", AT, status, FINDING.resource, TOKYO, workflow, note, by, asked="us-east-1")


def written(workflow: str = "SUPPRESSED", before: str = "NEW") -> Written:
    return Written("p", "f", TOKYO, ID, TOKYO, "S3.8", FINDING.resource, before, workflow, WHY, AT, "done")


def intended(found: Mark, wish: Wish, known: Written | None = None, *, looked: datetime = AT) -> Intent:
    before = {known.key: known} if known else {}
    return intend([(FINDING, [found])], lambda _: wish, before, looked=looked, now=AT)


@pytest.mark.parametrize(
    ("found", "wish", "known", "writes"),
    [
        (mark(), ("SUPPRESSED", WHY), None, ["SUPPRESSED"]),
        (mark(), ("NOTIFIED", WHY), None, ["NOTIFIED"]),
        (mark(), ("", ""), None, []),
        (mark("SUPPRESSED", note=WHY, by=OURS), ("SUPPRESSED", WHY), written(), []),
        (mark("SUPPRESSED", note=WHY, by=OURS), ("NOTIFIED", WHY), written(), ["NOTIFIED"]),
        (mark("SUPPRESSED", note=WHY, by=OURS), ("", ""), written(), ["NEW"]),  # nobody decides so any more
        (mark("NOTIFIED", note=WHY, by=OURS), ("", ""), written("NOTIFIED"), []),
        (mark("SUPPRESSED", note="mine", by="hanako"), ("", ""), written(), []),
        (mark(status=Status.PASSED), ("SUPPRESSED", WHY), None, []),
    ],
)
def test_only_what_is_new_or_ours_is_changed(
    found: Mark, wish: Wish, known: Written | None, writes: list[str]
) -> None:
    made = intended(found, wish, known)
    assert [w.workflow for w in made.writes] == writes
    assert made.left == ()


EARLIER = AT - timedelta(hours=1)


@pytest.mark.parametrize(
    ("wish", "known", "writes"),
    [
        (("SUPPRESSED", WHY), written(), []),  # though it was still told as new
        (("NOTIFIED", WHY), written(), ["NOTIFIED"]),
        (("", ""), written(), ["NEW"]),
        (("SUPPRESSED", WHY), msgspec.structs.replace(written(), state="sent"), ["SUPPRESSED"]),
    ],
)
def test_what_was_written_since_the_look_stands_as_it_was_left(
    wish: Wish, known: Written, writes: list[str]
) -> None:
    made = intended(mark(), wish, known, looked=EARLIER)
    assert ([w.workflow for w in made.writes], made.left) == (writes, ())


@pytest.mark.parametrize(
    "found",
    [
        mark("NOTIFIED", note="ticket 12", by="jira"),
        mark("RESOLVED"),
        mark("SUPPRESSED", note=WHY, by="hanako"),
    ],
)
@pytest.mark.parametrize("known", [None, written()])
def test_what_others_have_set_stays_and_is_named(found: Mark, known: Written | None) -> None:
    wish: Wish = ("NOTIFIED", WHY) if found.workflow != "NOTIFIED" else ("SUPPRESSED", WHY)
    made = intended(found, wish, known)
    assert made.writes == ()
    assert [(x.mark, x.wanted) for x in made.left] == [(found, wish[0])]


def test_a_write_knows_its_way_back() -> None:
    (write,) = intended(mark("NEW"), ("SUPPRESSED", f"  {WHY}\n")).writes
    assert (write.before, write.workflow, write.note) == ("NEW", "SUPPRESSED", WHY)
    assert (write.asked, write.state) == ("us-east-1", "sent")


@given(st.text())
def test_a_note_is_within_the_limit(text: str) -> None:
    assert len(note_of(text)) <= NOTE
    assert "\n" not in note_of(text)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(0, 9999)), max_size=400))
def test_batches_hold_at_most_a_hundred_of_one_region_workflow_and_note(
    made: list[tuple[str, str, int]],
) -> None:
    writes = [msgspec.structs.replace(written(w), asked=a, id=str(n)) for a, w, n in made]
    cut = list(batches(writes))
    assert sorted((w.id, w.asked, w.workflow) for b in cut for w in b) == sorted(
        (w.id, w.asked, w.workflow) for w in writes
    )
    assert all(0 < len(b) <= AT_ONCE for b in cut)
    assert all(len({(w.asked, w.workflow, w.note) for w in b}) == 1 for b in cut)
