"""Intake from end to end on the emulator: rules, queue, store; whatever ends a drain, nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ishigaki.aws.access import Access
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call
from ishigaki.core.estate import Account
from ishigaki.core.intake import SetAside
from ishigaki.core.queue import Queue
from ishigaki.core.usage import UsageError
from ishigaki.demo.emulator.server import Running
from ishigaki.flows import intake
from ishigaki.intake.patterns import RULES
from ishigaki.intake.template import template
from ishigaki.store import intake as store
from ishigaki.store.database import engine
from ishigaki.store.transactions import reading, writing
from tests.cli.shell import ishigaki
from tests.demo.conftest import Aws, ask
from tests.intake.sample import NAMES, body, event, taken

CENTRAL, MEMBER = "123456789012", "444455556666"
HOME, TOKYO = "us-east-1", "ap-northeast-1"
QUEUE = Queue(HOME, CENTRAL, "ishigaki-events")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
POISON = "this is no JSON, password=hunter2"


@pytest.fixture
def aws(emulator: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Aws:
    """A fresh emulator, and the environment in which the product finds it."""
    ask(emulator.url, "POST", "reset")
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_ACCESS_KEY_ID": CENTRAL,
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    return Aws(emulator.url)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[sa.Engine]:
    made = engine(tmp_path / "store")
    yield made
    made.dispose()


def access() -> Access:
    return Access(home=HOME, salt="test")


def filled(aws: Aws, *bodies: str) -> Any:
    """The queue, holding these messages."""
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=QUEUE.name)["QueueUrl"]
    for text in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=text)
    return sqs


def left(aws: Aws) -> int:
    sqs = aws.client("sqs")
    url = sqs.get_queue_url(QueueName=QUEUE.name)["QueueUrl"]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(told[name]) for name in names)


def drained(perform: intake.Perform, kept: sa.Engine, **how: Any) -> intake.Drained:
    return intake.drain(perform, QUEUE, kept, at=NOW, **{"wait": 0, "visibility": 0, **how})


def open_ids(kept: sa.Engine) -> set[str]:
    with reading(kept) as connection:
        return {d.id for d in store.detections(connection, over=True)}


def aside(kept: sa.Engine) -> list[str]:
    with reading(kept) as connection:
        return [k.reason for k in store.set_aside_list(connection)]


EVERY = {d.id for name in NAMES for d in taken(name).detections}


def test_a_drain_takes_everything_and_sets_poison_aside(aws: Aws, kept: sa.Engine) -> None:
    filled(aws, *map(body, NAMES), POISON, body("root_sign_in"))
    done = drained(intake.performing(access()), kept)
    assert (done.messages, done.aside, done.error, done.more) == (len(NAMES) + 2, {"not_json": 1}, "", False)
    assert open_ids(kept) == EVERY
    assert aside(kept) == ["not_json"]
    assert left(aws) == 0


def test_a_drain_is_bounded(aws: Aws, kept: sa.Engine) -> None:
    filled(aws, *map(body, NAMES[:15]))
    perform = intake.performing(access())
    first = drained(perform, kept, most=12)
    assert (first.messages, first.more, left(aws)) == (12, True, 3)
    clock = iter((0.0, 0.0, 100.0))
    second = drained(perform, kept, seconds=60, clock=lambda: next(clock))
    assert (second.messages, second.more, left(aws)) == (3, True, 0)


def test_a_queue_that_refuses_says_so(aws: Aws, kept: sa.Engine, emulator: Running) -> None:
    filled(aws, body("root_sign_in"))
    fault = {"service": "sqs", "operation": "ReceiveMessage", "kind": "denied"}
    ask(emulator.url, "POST", "faults", fault)
    done = drained(intake.performing(access()), kept)
    assert done.error.startswith("AccessDenied")
    ask(emulator.url, "DELETE", "faults")
    ask(emulator.url, "POST", "faults", {**fault, "operation": "DeleteMessageBatch"})
    done = drained(intake.performing(access()), kept)
    assert (done.messages, done.error.startswith("AccessDenied"), left(aws)) == (1, True, 1)
    ask(emulator.url, "DELETE", "faults")
    assert drained(intake.performing(access()), kept).messages == 1
    assert (len(open_ids(kept)), left(aws)) == (1, 0)


class Killed(BaseException):
    """The end of the process, as far as one process can show it."""


def killing(perform: intake.Perform, operation: str, *, after: bool) -> intake.Perform:
    def call(asked: Call) -> Answer:
        if asked.operation != operation:
            return perform(asked)
        if after:
            perform(asked)
        raise Killed

    return call


def failing_commit(kept: sa.Engine) -> Callable[[], None]:
    def fail(_: sa.Connection) -> None:
        raise Killed

    sa.event.listen(kept, "commit", fail)
    return lambda: sa.event.remove(kept, "commit", fail)


@pytest.mark.parametrize("operation", ["ReceiveMessage", "DeleteMessageBatch"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_a_call_nothing_is_lost(aws: Aws, kept: sa.Engine, operation: str, after: bool) -> None:
    filled(aws, *map(body, NAMES), POISON)
    perform = intake.performing(access())
    with pytest.raises(Killed):
        drained(killing(perform, operation, after=after), kept)
    drained(perform, kept)
    assert (open_ids(kept), aside(kept), left(aws)) == (EVERY, ["not_json"], 0)


def test_killed_at_the_commit_nothing_is_lost_and_nothing_deleted(aws: Aws, kept: sa.Engine) -> None:
    filled(aws, *map(body, NAMES[:10]))
    perform = intake.performing(access())
    mend = failing_commit(kept)
    with pytest.raises(Killed):
        drained(perform, kept)
    mend()
    assert (left(aws), open_ids(kept)) == (10, set())
    drained(perform, kept)
    assert left(aws) == 0
    assert open_ids(kept) == {d.id for name in NAMES[:10] for d in taken(name).detections}


CHILD = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from ishigaki.aws.access import Access
from ishigaki.core.queue import Queue
from ishigaki.flows import intake
from ishigaki.store.database import engine
perform = intake.performing(Access(home="us-east-1", salt="test"))
def slow(call):
    if call.operation == sys.argv[2]:
        print("here", flush=True)
        time.sleep(60)
    return perform(call)
queue = Queue("us-east-1", "123456789012", "ishigaki-events")
intake.drain(slow, queue, engine(Path(sys.argv[1])), at=datetime.now(UTC), wait=0, visibility=0)
"""


def test_a_real_kill_between_commit_and_deletion(aws: Aws, tmp_path: Path) -> None:
    filled(aws, *map(body, NAMES[:10]))
    command = [sys.executable, "-c", CHILD, str(tmp_path / "store"), "DeleteMessageBatch"]
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=here) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"here\n"
        child.send_signal(signal.SIGKILL)
    made = engine(tmp_path / "store")
    first = open_ids(made)
    assert first == {d.id for name in NAMES[:10] for d in taken(name).detections}
    assert left(aws) == 10
    drained(intake.performing(access()), made)
    assert (open_ids(made), left(aws)) == (first, 0)
    made.dispose()


# The rules that each sample meets; the rest meets none.
MET: dict[str, tuple[str, ...]] = {
    "guardduty": ("GuardDuty",),
    "access_analyzer": ("AccessAnalyzer",),
    "hub_v2": ("SecurityHubV2",),
    "hub": ("SecurityHub",),
    "root_sign_in": ("RootSignIn",),
    "root_activity": ("RootActivity",),
    "root_key_created": ("RootActivity", "PeopleAndKeys"),
    "user_created": ("PeopleAndKeys",),
    "access_key_created": ("PeopleAndKeys",),
    "password_created": ("PeopleAndKeys",),
    "quarantine": ("Quarantine",),
    "health_credentials": ("Health",),
    "health_exposure": ("Health",),
    "health_console": ("Health",),
}
UNWANTED = {"access_analyzer_internal", "hub_inspector", "hub_our_own"}


def test_the_rules_let_through_what_is_wanted_and_nothing_else(aws: Aws) -> None:
    client = aws.client("events")
    for name in NAMES:
        first = next((known for known in MET if name.startswith(known)), "")
        wanted = () if name in UNWANTED else MET.get(first, ())
        text = body(name)
        met = tuple(
            rule
            for rule, told in RULES.items()
            if client.test_event_pattern(EventPattern=json.dumps(told.pattern), Event=text)["Result"]
        )
        assert met == wanted, name


def put(aws: Aws, name: str, *, account: str, region: str) -> None:
    whole = event(name)
    entry = {
        "Source": whole["source"],
        "DetailType": whole["detail-type"],
        "Detail": json.dumps(whole["detail"]),
    }
    aws.client("events", account=account, region=region).put_events(Entries=[entry])


def test_from_other_regions_and_accounts_through_the_stacks_into_the_store(aws: Aws, kept: sa.Engine) -> None:
    parameters = [{"ParameterKey": "SenderAccounts", "ParameterValue": MEMBER}]
    aws.client("cloudformation").create_stack(
        StackName="events", TemplateBody=json.dumps(template()), Parameters=parameters
    )
    outputs = aws.client("cloudformation").describe_stacks(StackName="events")["Stacks"][0]["Outputs"]
    told = {o["OutputKey"]: o["OutputValue"] for o in outputs}
    assert told["QueueArn"] == f"arn:aws:sqs:{HOME}:{CENTRAL}:{QUEUE.name}"
    forwarding = json.dumps(template(told["BusArn"]))
    for account, region in ((CENTRAL, TOKYO), (MEMBER, HOME)):
        there = aws.client("cloudformation", account=account, region=region)
        there.create_stack(StackName="events", TemplateBody=forwarding)
    put(aws, "guardduty_port_probe", account=CENTRAL, region=HOME)
    put(aws, "guardduty_bucket", account=CENTRAL, region=TOKYO)
    put(aws, "root_sign_in", account=MEMBER, region=HOME)
    put(aws, "user_sign_in", account=MEMBER, region=HOME)  # nobody wants to know
    assert left(aws) == 3
    done = drained(intake.performing(access()), kept)
    assert (done.messages, done.aside) == (3, {})
    wanted = ("guardduty_port_probe", "guardduty_bucket", "root_sign_in")
    assert open_ids(kept) == {d.id for name in wanted for d in taken(name).detections}


def account(number: str = CENTRAL) -> Account:
    return Account(number, name="central", regions=(HOME, TOKYO))


def test_asked_themselves_the_watchers_tell_the_same(aws: Aws, kept: sa.Engine, emulator: Running) -> None:
    watcher = aws.client("guardduty", region=TOKYO)
    detector = watcher.create_detector(Enable=True)["DetectorId"]
    watcher.create_sample_findings(DetectorId=detector)
    analyzer = aws.client("accessanalyzer").create_analyzer(analyzerName="a", type="ACCOUNT")["arn"]
    at = "2026-11-22T00:00:00+00:00"
    one = {"analyzedAt": at, "createdAt": at, "updatedAt": at, "resourceType": "AWS::S3::Bucket"}
    one |= {"resourceOwnerAccount": CENTRAL, "analyzerArn": analyzer, "findingType": "ExternalAccess"}
    found = [
        {**one, "id": "1", "resource": "arn:aws:s3:::a", "isPublic": True},
        {**one, "id": "2", "resource": "arn:aws:s3:::b", "isPublic": False},
    ]
    where = {"account": CENTRAL, "region": HOME}
    ask(emulator.url, "PUT", "analyzer-findings", {**where, "findings": found})
    me = access()
    me.caller()
    seen = intake.pull(me, [account()])
    assert seen.gaps == ()
    assert sorted(d.severity.value for d in seen.detections) == [
        "CRITICAL", "HIGH", "HIGH", "LOW", "MEDIUM", "MEDIUM", "MEDIUM",
    ]  # fmt: skip
    assert all(d.facts.get("sample") for d in seen.detections if d.source == "guardduty")
    intake.enter_pulled(kept, seen, at=datetime.now(UTC))
    assert len(open_ids(kept)) == 7
    ask(emulator.url, "PUT", "analyzer-findings", {**where, "findings": found[:1]})
    intake.enter_pulled(kept, intake.pull(me, [account()]), at=datetime.now(UTC))
    with reading(kept) as connection:
        assert {d.id for d in store.detections(connection) if d.source == "accessanalyzer"} == {"1"}


@pytest.mark.parametrize("operation", ["ListDetectors", "ListFindings", "GetFindings"])
def test_what_a_watcher_does_not_tell_is_a_gap_and_closes_nothing(
    aws: Aws, kept: sa.Engine, emulator: Running, operation: str
) -> None:
    watcher = aws.client("guardduty")
    watcher.create_sample_findings(DetectorId=watcher.create_detector(Enable=True)["DetectorId"])
    me = access()
    me.caller()
    intake.enter_pulled(kept, intake.pull(me, [account()]), at=datetime.now(UTC))
    ask(emulator.url, "POST", "faults", {"service": "guardduty", "operation": operation, "kind": "denied"})
    seen = intake.pull(me, [account(), Account("999999999999")])
    gaps = {(g.operation, g.code) for g in seen.gaps}
    assert (f"guardduty:{operation}", "AccessDeniedException") in gaps
    assert (intake.ENTERED, "WrongAccount") in gaps
    assert not any(listing.source == "guardduty" and listing.region == HOME for listing in seen.listings)
    later = datetime(2030, 1, 1, tzinfo=UTC)
    intake.enter_pulled(kept, seen, at=later)
    with reading(kept) as connection:
        assert len(store.detections(connection)) == 5


def test_retry_reads_again_what_an_older_version_did_not_know(kept: sa.Engine) -> None:
    with writing(kept) as connection:
        for number, text in enumerate((body("root_sign_in"), POISON, "x" * 100_000)):
            unknown = SetAside("unknown_event", "…")
            store.set_aside(connection, f"m{number}", unknown, body=text, at=NOW)
    known, found = intake.retry(kept, "m0", at=NOW)
    assert (known.id, found) == ("m0", taken("root_sign_in"))
    still = intake.retry(kept, "m1", at=NOW)[1]
    assert isinstance(still, SetAside)
    assert still.reason == "not_json"
    assert intake.retry(kept, "m2", at=NOW)[1] == SetAside("cut", "65536")
    assert aside(kept) == ["unknown_event"] * 2
    for wrong in ("m", "m0"):
        with pytest.raises(UsageError):
            intake.retry(kept, wrong, at=NOW)


ESTATE = f"""\
[estate]
language = "en"

[[accounts]]
id = "{CENTRAL}"
regions = ["us-east-1"]

[intake]
queue = "arn:aws:sqs:us-east-1:{CENTRAL}:ishigaki-events"
"""


def test_the_commands(
    aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert ishigaki(monkeypatch, "intake", "drain") == 2
    assert "estate.toml" in capsys.readouterr().err
    Path("estate.toml").write_text(ESTATE)
    filled(aws, body("guardduty_port_probe"), body("guardduty_archived"), body("root_sign_in"), POISON)
    assert ishigaki(monkeypatch, "intake", "drain", "--wait", "0") == 0
    said = capsys.readouterr().out
    assert "Messages taken in: 4 (detections: 3" in said
    assert "Set aside: 1 (it is no JSON)." in said
    assert ishigaki(monkeypatch, "intake", "show") == 0
    said = capsys.readouterr().out
    assert "HIGH  root_sign_in  444455556666 aws-global  AWS::::Account:444455556666" in said
    assert "user=root ip=192.0.2.44 api=ConsoleLogin" in said
    assert "Shown: 1 (cloudtrail 1)" in said
    assert ishigaki(monkeypatch, "intake", "show", "--all", "--format", "json") == 0
    assert {d["source"] for d in json.loads(capsys.readouterr().out)} == {"cloudtrail", "guardduty"}
    assert ishigaki(monkeypatch, "intake", "set-aside", "--format", "json") == 0
    (kept,) = json.loads(capsys.readouterr().out)
    assert "hunter2" not in kept["body"]
    assert ishigaki(monkeypatch, "intake", "set-aside", "--lang", "ja") == 0
    assert "JSON として読み取れません" in capsys.readouterr().out
    assert ishigaki(monkeypatch, "intake", "retry", kept["id"]) == 3
    assert "stays set aside" in capsys.readouterr().out
    assert ishigaki(monkeypatch, "intake", "pull") == 0
    assert "Open at GuardDuty and Access Analyzer: 0 (accounts asked: 1)" in capsys.readouterr().out
