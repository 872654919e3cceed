"""Make one call for one account: paged, paced, retried, redacted. What cannot be answered says why."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.paginate import Paginator
from botocore.parsers import ResponseParserError
from botocore.response import StreamingBody
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from ishigaki.aws.clients import Clients, Target
from ishigaki.aws.throttle import Bucket, Throttle
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call
from ishigaki.core.guarded import guarded
from ishigaki.core.redact import redact
from ishigaki.core.unseen import NOT_OFFERED

ATTEMPTS = 5
PATIENCE = 30  # how often a report that is being made is asked for
THROTTLED = frozenset(
    [
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "ProvisionedThroughputExceededException",
        "SlowDown",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "EC2ThrottledException",
        "TransactionInProgressException",
    ]
)
UNREACHABLE = "EndpointUnreachable"
UNREADABLE = "UnreadableAnswer"  # not what AWS's protocols look like: a proxy's page, half an answer
COLLECTOR_ERROR = "collector_error"  # a bug of ours
TIMED_OUT = "EndpointTimedOut"
# Where an answer of an operation that botocore does not page keeps its token, and the parameters that take it.
TOKENS: Mapping[str, tuple[str, ...]] = {
    "NextToken": ("NextToken",),
    "nextToken": ("nextToken",),
    "NextMarker": ("NextMarker", "Marker"),
    "nextMarker": ("nextMarker", "marker"),
    "Marker": ("Marker",),
    "NextPageToken": ("PageToken",),
    "position": ("position",),
}
FLAGS = ("HasMoreDeliveryStreams", "IsTruncated", "HasMoreResults")


@dataclass
class Tally:
    """What went out: requests, and how many of them AWS throttled."""

    calls: int = 0
    throttles: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, *, throttled: bool) -> None:
        with self.lock:
            self.calls += 1
            self.throttles += throttled


class Performer:
    """Makes calls through the clients; every error becomes an `Answer` that carries its code."""

    def __init__(
        self,
        clients: Clients,
        *,
        salt: str,
        sleep: Callable[[float], None] = time.sleep,
        attempts: int = ATTEMPTS,
    ) -> None:
        self._clients, self._salt, self._sleep, self._attempts = clients, salt, sleep, attempts
        self._throttle = Throttle()
        self._paginators: dict[tuple[str, str], Any] = {}
        self.tally = Tally()

    def __call__(self, target: Target, call: Call) -> Answer:
        """The answer to a call that is bound to a Region, page by page until AWS has no more."""
        return guarded(
            lambda: self._answer(target, call),
            crashed=lambda bug: Answer(error=COLLECTOR_ERROR, message=f"{type(bug).__name__}: {bug}"),
        )

    def _answer(self, target: Target, call: Call) -> Answer:
        aimed = Target(target.account, call.region or target.region, target.credentials)
        # What is made on demand may be there although making it anew is denied: the call itself says.
        prepared = self._pages(aimed, call.prepare) if call.prepare else Answer()
        for _ in range(PATIENCE):
            answer = self._pages(aimed, call)
            if answer.error not in call.pending or prepared.error:
                return answer
            self._sleep(2)
        return answer

    def _pages(self, target: Target, call: Call) -> Answer:
        pages: list[Mapping[str, Any]] = []
        at = datetime.now(UTC).isoformat(timespec="seconds")
        error = message = ""
        try:
            with self._clients.aimed_at(target):
                for page in islice(self._asked(target, call), call.pages or None):
                    page.pop("ResponseMetadata", None)
                    pages.append(redact(_read(page), call.secret, salt=self._salt))
        except ClientError as refused:
            error, message = code_of(refused), str(refused.response.get("Error", {}).get("Message", ""))
        except BROKEN as broken:
            error, message = self._broken(broken, target, call), str(broken)
        return Answer(tuple(pages), error, message, at)

    def _broken(self, error: BaseException, target: Target, call: Call) -> str:
        """Why there was no answer. A host that cannot be reached says that the service is not offered in the
        Region only where botocore's own list of endpoints agrees, or has none and the host has no name;
        otherwise it may be this machine's network."""
        offered = self._clients.offers(call.endpoint or call.service, target.region)
        if isinstance(error, HTTPError) and (offered is False or (offered is None and _nowhere(error))):
            return NOT_OFFERED
        return why_broken(error)

    def _asked(self, target: Target, call: Call) -> Iterator[dict[str, Any]]:
        client = self._clients.of(call.service)
        method = getattr(client, xform_name(call.operation))
        bucket = self._throttle.of(
            account=target.account, region=target.region, service=call.service, operation=call.operation
        )
        stubborn = self._clients.offers(call.endpoint or call.service, target.region) is not False

        def once(**params: Any) -> dict[str, Any]:
            return self._patiently(bucket, method, params, stubborn=stubborn)

        if client.can_paginate(xform_name(call.operation)):
            yield from self._paginator(client, call, once)
            return
        yield from _by_token(client, call, once)

    def _paginator(
        self, client: Any, call: Call, once: Callable[..., dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        known = self._paginators.get((call.service, call.operation))
        if known is None:  # botocore makes a class for each
            known = client.get_paginator(xform_name(call.operation))
            self._paginators[call.service, call.operation] = known
        paginator = Paginator(once, known._pagination_cfg, known._model)
        yield from paginator.paginate(**call.params)

    def _patiently(
        self,
        bucket: Bucket,
        method: Callable[..., dict[str, Any]],
        params: Mapping[str, Any],
        *,
        stubborn: bool,
    ) -> dict[str, Any]:
        """One request, tried again when AWS throttles, breaks or, where we are `stubborn`, cannot be reached."""
        for attempt in range(1, self._attempts + 1):
            wait = bucket.reserve()
            if wait:
                self._sleep(wait)
            try:
                answer = method(**params)
            except ClientError as refused:
                throttled = code_of(refused) in THROTTLED or status_of(refused) == 429
                self.tally.count(throttled=throttled)
                if throttled:
                    bucket.throttled()
                if attempt == self._attempts or not (
                    throttled or (status_of(refused) >= 500 and status_of(refused) != 501)
                ):
                    raise
            except BROKEN as broken:
                self.tally.count(throttled=False)
                if (
                    attempt == self._attempts
                    or not (stubborn and isinstance(broken, PASSING))
                    or _nowhere(broken)
                ):
                    raise
            else:
                self.tally.count(throttled=False)
                bucket.went_well()
                return answer
            self._sleep(random.uniform(0, min(8.0, 0.3 * 2**attempt)))  # noqa: S311 - jitter, not a secret
        raise AssertionError("the last attempt returns or raises")


def _read(page: dict[str, Any]) -> dict[str, Any]:
    """A page whose bodies that would be read from the wire later are read, so that what breaks breaks here."""
    return {name: value.read() if isinstance(value, StreamingBody) else value for name, value in page.items()}


class MorePages(Exception):
    """AWS has more than it gave, and no way to ask for it is known."""


def _by_token(client: Any, call: Call, once: Callable[..., dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Follow the token of an operation that botocore does not page. An empty page that repeats its token is the
    end (WAF answers so); a page with items that repeats it would be asked for ever."""
    taken = client.meta.service_model.operation_model(call.operation).input_shape
    members = taken.members if taken else {}
    params, last = dict(call.params), None
    while True:
        page = once(**params)
        yield page
        name = next((n for n in TOKENS if page.get(n)), None)
        if name is None and not any(page.get(flag) for flag in FLAGS):
            return
        into = next((m for m in TOKENS.get(name or "", ()) if m in members), None)
        if name is None or into is None:
            raise MorePages(f"{call.operation} has more pages than can be asked for")
        if page[name] == last:
            if any(isinstance(value, list) and value for value in page.values()):
                raise MorePages(f"{call.operation} repeats its token")
            return
        params[into] = last = page[name]


def code_of(error: ClientError) -> str:
    """AWS's error code; some services answer a URL-like or namespaced one."""
    code = str(error.response.get("Error", {}).get("Code", "") or "Unknown")
    return code.rpartition("#")[2]


def status_of(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


BROKEN: tuple[type[Exception], ...] = (BotoCoreError, HTTPError, ResponseParserError, MorePages)
PASSING = (HTTPError, ResponseParserError)  # what may go well the next time


def _nowhere(error: BaseException) -> bool:
    reason = getattr(error, "reason", error)
    return isinstance(reason, NameResolutionError) or isinstance(error, NameResolutionError)


def why_broken(error: BaseException) -> str:
    if isinstance(error, (ConnectTimeoutError, ReadTimeoutError)) and not isinstance(
        error, NewConnectionError
    ):
        return TIMED_OUT
    if isinstance(error, ResponseParserError):
        return UNREADABLE
    return UNREACHABLE if isinstance(error, HTTPError) else type(error).__name__
