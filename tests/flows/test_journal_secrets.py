"""What writes are answered reaches neither the journal nor a plan of undo where it is a secret."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ishigaki.aws.clients import Target
from ishigaki.aws.writer import Writer
from ishigaki.core.call import call
from ishigaki.core.filling import bound
from ishigaki.core.plan import Request, Step, request
from ishigaki.store.runs import Journal, told
from tests.flows.test_carrying import Account, Desk, begun, made_of

PLANTED = "planted-secret"
TOKYO = "ap-northeast-1"
MAKE = Step("make", Request("s3", "CreateBucket", TOKYO, {}, secret=("Login.Password",)))


class Clients:
    """Clients whose every call is answered with an id and a secret."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, Any]] = []

    def aimed_at(self, _: Target) -> Any:
        return nullcontext()

    def of(self, _: str) -> Any:
        return self

    def create_bucket(self, **params: Any) -> dict[str, Any]:
        self.sent.append(params)
        return {"Id": "t-1", "Login": {"User": "me", "Password": PLANTED}}


@pytest.fixture
def clients() -> Clients:
    return Clients()


@pytest.fixture
def desk(tmp_path: Path, clients: Clients, monkeypatch: pytest.MonkeyPatch) -> Desk:
    found: Any = clients
    account = Account()
    writer = Writer(found, Target("111122223333", TOKYO, None), salt="s")
    monkeypatch.setattr(account, "write", writer)
    return Desk(account, Journal(tmp_path / "run.jsonl", []))


def uses(at: str) -> Step:
    params = {"Bucket": {"Ref": {"step": "make", "at": at}}}
    return Step("use", Request("s3", "CreateBucket", TOKYO, params, secret=("Login.Password",)))


def test_a_secret_in_an_answer_is_not_journaled(desk: Desk, clients: Clients, tmp_path: Path) -> None:
    change = made_of(MAKE, uses("Id"))
    begun(desk, change, first={})
    desk.carry(change)
    assert clients.sent == [{}, {"Bucket": "t-1"}], "what is no secret is filled in"
    assert PLANTED.encode() not in (tmp_path / "run.jsonl").read_bytes()
    answer = told(desk.journal.entries)[change.id].answers["make"]
    assert answer is not None
    assert (answer["Id"], answer["Login"]["User"]) == ("t-1", "me")
    assert answer["Login"]["Password"].startswith("redacted:")


@pytest.mark.parametrize("at", ["Login.Password", "Login"])
def test_what_stands_for_a_secret_is_never_sent(desk: Desk, clients: Clients, at: str) -> None:
    change = made_of(MAKE, uses(at))
    begun(desk, change, first={})
    result = desk.carry(change)
    assert (result.outcome, result.why and result.why.code) == ("failed", "program_error")
    assert clients.sent == [{}]


def test_a_request_carries_the_paths_of_its_call() -> None:
    asked = request(call("rds", "ModifyDBInstance", secret=("DBInstance.X",)), TOKYO)
    assert asked.secret == ("DBInstance.X",)
    assert bound(asked, {}).secret == ("DBInstance.X",)
    again = msgspec.json.decode(msgspec.json.encode(asked), type=Request)
    assert again == asked


def test_a_request_without_secrets_is_written_as_it_was_before_there_were_any() -> None:
    asked = request(call("s3", "CreateBucket", Bucket="b"), TOKYO)
    written = msgspec.to_builtins(asked)
    assert written.keys() == {"service", "operation", "region", "params", "permissions"}
    assert msgspec.convert(written, Request) == asked
