"""What the writer makes of refusals: a call that AWS broke on may have been made, whatever the service calls it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ishigaki.aws.clients import Target
from ishigaki.aws.writer import SERVER_ERROR, Writer
from ishigaki.core.call import call
from ishigaki.core.outcome import classify, unsure

TARGET = Target("111122223333", "us-east-1", None)


class Refusing:
    """Clients whose every call is refused with one code and status."""

    def __init__(self, code: str, status: int) -> None:
        self._code, self._status = code, status

    def aimed_at(self, _: Target) -> Any:
        return nullcontext()

    def of(self, _: str) -> Any:
        return self

    def create_key(self, **_: Any) -> None:
        said = {"Error": {"Code": self._code, "Message": "no"}}
        raise ClientError({**said, "ResponseMetadata": {"HTTPStatusCode": self._status}}, "CreateKey")


@pytest.mark.parametrize(
    ("code", "status", "known", "lost"),
    [
        ("KMSInternalException", 500, SERVER_ERROR, True),
        ("ServiceFailure", 500, SERVER_ERROR, True),
        ("InternalError", 500, "InternalError", True),
        ("ServiceUnavailable", 503, "ServiceUnavailable", True),
        ("SlowDown", 503, "SlowDown", False),
        ("ThrottlingException", 400, "ThrottlingException", False),
        ("AccessDenied", 403, "AccessDenied", False),
    ],
)
def test_a_call_that_aws_broke_on_may_have_been_made(code: str, status: int, known: str, lost: bool) -> None:
    clients: Any = Refusing(code, status)
    answer = Writer(clients, TARGET, salt="s")(call("kms", "CreateKey"))
    assert answer.error == known
    assert unsure(answer.error, classify(answer.error, answer.message)) is lost


class Answering:
    """Clients that answer a change of a database with the password that is being set."""

    def aimed_at(self, _: Target) -> Any:
        return nullcontext()

    def of(self, _: str) -> Any:
        return self

    def modify_db_instance(self, **_: Any) -> dict[str, Any]:
        pending = {"MasterUserPassword": "planted-secret"}
        return {"DBInstance": {"DBInstanceArn": "arn", "PendingModifiedValues": pending}}


def test_what_is_secret_in_an_answer_is_redacted() -> None:
    clients: Any = Answering()
    secret = ("DBInstance.PendingModifiedValues.MasterUserPassword",)
    asked = call("rds", "ModifyDBInstance", secret=secret)
    answer = Writer(clients, TARGET, salt="s")(asked)
    assert "planted-secret" not in repr(answer)
    assert answer.merged["DBInstance"]["DBInstanceArn"] == "arn"
    shown = answer.merged["DBInstance"]["PendingModifiedValues"]["MasterUserPassword"]
    assert shown.startswith("redacted:str:14:")
