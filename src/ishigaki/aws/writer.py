"""The one client that changes things: bound to one account for its whole life, one attempt per call.

Whether a refused or broken call may be tried again depends on what it does, so whoever carries out a plan
decides (`core.outcome`).
"""

from __future__ import annotations

from datetime import UTC, datetime

from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError

from ishigaki.aws.clients import Clients, Target
from ishigaki.aws.perform import BROKEN, code_of, status_of, why_broken
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call
from ishigaki.core.outcome import Failure, classify
from ishigaki.core.redact import redact

INVALID = "InvalidParameters"  # botocore would not send it: a bug of ours
SERVER_ERROR = "InternalError"


class Writer:
    """Makes calls under one account's credentials and no others. Answers are redacted here, as those of reads are
    where they are collected: a journal keeps them."""

    def __init__(self, clients: Clients, target: Target, *, salt: str) -> None:
        self._clients, self._target, self._salt = clients, target, salt

    @property
    def account(self) -> str:
        return self._target.account

    def __call__(self, call: Call) -> Answer:
        """One attempt. An error becomes an `Answer` that carries AWS's code and words."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        aim = Target(self.account, call.region or self._target.region, self._target.credentials)
        try:
            with self._clients.aimed_at(aim):
                answer = getattr(self._clients.of(call.service), xform_name(call.operation))(**call.params)
        except ParamValidationError as wrong:
            return Answer(error=INVALID, message=str(wrong), at=at)
        except ClientError as refused:
            code = code_of(refused)
            message = str(refused.response.get("Error", {}).get("Message", ""))
            if status_of(refused) >= 500 and classify(code, message) is Failure.OTHER:
                # Whatever the service calls it: nobody knows whether the call was made.
                code, message = SERVER_ERROR, f"{code}: {message}"
            return Answer(error=code, message=message, at=at)
        except BROKEN as broken:
            return Answer(error=why_broken(broken), message=str(broken), at=at)
        answer.pop("ResponseMetadata", None)
        return Answer((redact(answer, call.secret, salt=self._salt),), at=at)
