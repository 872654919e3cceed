"""The store: snapshots come back as they were, the ledger keeps its clocks, nothing is half written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.answer import Answer, Place, search
from ishigaki.core.call import call
from ishigaki.core.diff import difference
from ishigaki.core.finding import EMPTY, Finding, Status
from ishigaki.core.redact import redact
from ishigaki.core.usage import UsageError
from ishigaki.store import results
from ishigaki.store.folder import aside, salt
from ishigaki.store.ledger import Ledger
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import Entered, ScanHeader, Snapshots

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PLACE = Place("111122223333", "eu-west-1")


def header(name: str, at: datetime = AT) -> ScanHeader:
    return ScanHeader(
        name, at, "0", ("fsbp",), ("S3.8",), "us-east-1", "aws", (Entered("111122223333", "a", "", ""),)
    )


def test_answers_come_back_as_they_were(tmp_path: Path) -> None:
    listing = call("ec2", "DescribeVpcs").filled({}, region="eu-west-1")
    denied = call("ec2", "DescribeSubnets").filled({}, region="eu-west-1")
    facet = call("s3", "GetBucketAcl", Bucket="b").filled({}, region="us-east-2")
    answers = [
        (listing, Answer(({"Vpcs": [{"VpcId": "v1"}]}, {"Vpcs": []}), at="2026-11-22T09:00:00+00:00")),
        (denied, Answer(error="UnauthorizedOperation", message="no")),
        (facet, Answer(({"Owner": {"名": "値"}},), error="Throttling")),
    ]
    snapshots = Snapshots(tmp_path, {("ec2", "DescribeVpcs"): "AWS::EC2::VPC"})
    snapshots.write("s1", AT, PLACE, answers)
    back = snapshots.read("s1", AT, PLACE)
    assert back is not None
    for asked, answer in answers:
        assert (back[asked.key].pages, back[asked.key].error) == (answer.pages, answer.error)
    assert (
        tmp_path / "snapshots/date=2026-11-22/account=111122223333/region=eu-west-1/s1.jsonl.gz"
    ).is_file()
    assert snapshots.read("s2", AT, PLACE) is None


def test_only_the_owner_may_look_into_a_snapshot(tmp_path: Path) -> None:
    store = tmp_path / "store"
    Snapshots(store).write("s1", AT, PLACE, [])
    assert all(p.stat().st_mode & 0o077 == 0 for p in [store, *store.rglob("*")] if p.is_dir())
    assert salt(store) == salt(store)
    assert (store / "salt").stat().st_mode & 0o077 == 0


def test_a_file_that_is_not_whole_never_appears(tmp_path: Path) -> None:
    path = tmp_path / "x" / "file"

    def break_off() -> None:
        with aside(path) as out:
            out.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert list(path.parent.iterdir()) == []


def test_scans_are_found_by_the_start_of_their_id_and_pruned_by_age(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    for name, at in (
        ("20260101-a", AT - timedelta(days=100)),
        ("20261121-b", AT - timedelta(days=1)),
        ("20261122-c", AT),
    ):
        snapshots.write_header(header(name, at))
        snapshots.write(name, at, PLACE, [])
    assert snapshots.header().id == "20261122-c"
    assert snapshots.header("20261121").id == "20261121-b"
    with pytest.raises(UsageError):
        snapshots.header("2026112")
    with pytest.raises(UsageError):
        snapshots.header("nothing")
    assert snapshots.prune(older_than=timedelta(days=90), now=AT) == ["20260101-a"]
    assert snapshots.scans() == ["20261121-b", "20261122-c"]
    assert not list(tmp_path.rglob("20260101-a*"))


def finding(status: Status, resource: str = "b1") -> Finding:
    return Finding("S3.8", "111122223333", "eu-west-1", "AWS::S3::Bucket", resource, status)


def test_the_ledger_keeps_first_seen_and_since_apart(database: sa.Engine) -> None:
    ledger = Ledger(database)
    days = [AT + timedelta(days=n) for n in range(4)]
    said = [
        ledger.record([finding(status)], scan=str(n), at=day)[finding(status).identity]
        for n, (day, status) in enumerate(
            zip(days, [Status.PASSED, Status.FAILED, Status.FAILED, Status.PASSED], strict=True)
        )
    ]
    assert {s.first_seen for s in said} == {"2026-11-22T09:00:00+00:00"}
    assert [s.since[:10] for s in said] == ["2026-11-22", "2026-11-23", "2026-11-23", "2026-11-25"]
    assert said[-1].first_failed == "2026-11-23T09:00:00+00:00"
    assert Ledger(database).known()[finding(Status.PASSED).identity] == said[-1]


def test_what_is_not_a_resource_is_not_in_the_ledger(database: sa.Engine) -> None:
    empty = Finding("S3.8", "111122223333", "eu-west-1", "AWS::::Account", "x", Status.PASSED, reason=EMPTY)
    assert Ledger(database).record([empty], scan="1", at=AT) == {}


def test_findings_of_a_scan_are_kept(tmp_path: Path) -> None:
    kept = [Kept(finding(Status.FAILED, f"b{n}"), "t", "u") for n in range(3)]
    results.write(tmp_path, "s", kept)
    assert list(results.read(tmp_path, "s")) == kept
    with pytest.raises(UsageError):
        list(results.read(tmp_path, "other"))


def test_a_difference_tells_new_fixed_reopened_and_gone_apart() -> None:
    before = [
        finding(Status.FAILED, "fixed"),
        finding(Status.FAILED, "gone"),
        finding(Status.PASSED, "new"),
        finding(Status.PASSED, "again"),
        finding(Status.FAILED, "same"),
    ]
    after = [
        finding(Status.PASSED, "fixed"),
        finding(Status.FAILED, "new"),
        finding(Status.FAILED, "again"),
        finding(Status.FAILED, "same"),
        finding(Status.NOT_AVAILABLE, "gone"),
    ]
    changed = difference(before, after, failed_earlier=[finding(Status.FAILED, "again").identity])
    assert {
        n: [f.resource for f in getattr(changed, n)]
        for n in ("new", "fixed", "reopened", "gone", "remaining")
    } == {
        "new": ["new"],
        "fixed": ["fixed"],
        "reopened": ["again"],
        "gone": ["gone"],
        "remaining": ["same"],
    }


def test_secrets_are_replaced_and_nothing_else_is() -> None:
    page = {
        "Functions": [{"Name": "f", "Environment": {"Variables": {"A": "s3cret", "B": "s3cret"}}}],
        "Next": None,
    }
    hidden = redact(page, ("Functions[].Environment.Variables.*", "Missing.Path"), salt="x")
    variables = hidden["Functions"][0]["Environment"]["Variables"]
    assert hidden["Functions"][0]["Name"] == "f"
    assert variables.keys() == {"A", "B"}
    assert (
        variables["A"]
        == variables["B"]
        != redact(page, ("Functions[].Environment.Variables.*",), salt="y")["Functions"][0]["Environment"][
            "Variables"
        ]["A"]
    )
    assert "s3cret" not in str(hidden)
    assert search("Functions[0].Environment.Variables.A", page) == "s3cret"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON)
def test_redaction_never_fails_and_keeps_the_shape(page: object) -> None:
    for path in ("a", "a[]", "a[].b", "a.*", "a.b[].c"):
        hidden = redact(page, (path,), salt="x")
        assert type(hidden) is type(page)
