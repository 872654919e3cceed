"""One client per service for every account and Region.

Region and credentials are given per call, by botocore's own hooks. 63 services × 17 Regions as single
clients cost 6.5 s of CPU and 519 MB; one per service 1.6 s and 222 MB. A client holds no usable credentials
of its own: a call without a target cannot be signed by anybody (`Untargeted`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.session import Session

from ishigaki import __version__
from ishigaki.aws.wire import Wire


@dataclass(frozen=True)
class Target:
    """Whom a call is made for: the account, the Region, and the credentials that belong to the account."""

    account: str
    region: str
    credentials: Any


class Untargeted(RuntimeError):
    """A call was about to go out without anybody having said under which account."""


class Clients:
    """Makes and keeps the clients. Calls are made inside `aimed_at(target)`; safe from many threads."""

    def __init__(
        self,
        session: Session,
        *,
        home: str,
        connections: int,
        validating: bool = False,
        lock: threading.Lock | None = None,
    ) -> None:
        """`lock` is the session's: who shares a session, which no two threads may use at once, shares its lock."""
        self._session, self._home, self._validating = session, home, validating
        self._lock = lock or threading.Lock()
        self._clients: dict[str, Any] = {}
        self._offered: dict[str, frozenset[str]] = {}
        self._aim = threading.local()
        verify = session.get_config_variable("ca_bundle") or True
        self._wire = Wire(connections=connections, verify=verify)
        with self._lock:
            factory = session.get_component("response_parser_factory")
            factory.set_parser_defaults(timestamp_parser=iso)

    def of(self, service: str) -> Any:
        """The client of a service."""
        client = self._clients.get(service)
        if client is None:
            with self._lock:
                client = self._clients.get(service) or self._make(service)
                self._clients[service] = client
        return client

    def offers(self, service: str, region: str) -> bool | None:
        """Whether botocore's list of endpoints names this Region for the service (it is never ahead of AWS);
        None where it has no list of the service."""
        known = self._offered.get(service)
        if known is None:
            with self._lock:
                partition = self._session.get_partition_for_region(self._home)
                listed = self._session.get_available_regions(service, partition, allow_non_regional=True)
                self._offered[service] = known = frozenset(listed)
        return (region in known or any(r.endswith("-global") for r in known)) if known else None

    @contextmanager
    def aimed_at(self, target: Target) -> Iterator[None]:
        """Every call of this thread goes to this account and Region. Within a call another may be made (for the
        credentials that sign it): afterwards the aim is as it was."""
        before = getattr(self._aim, "target", None), getattr(self._aim, "endpoint", "")
        self._aim.target = target
        try:
            yield
        finally:
            self._aim.target, self._aim.endpoint = before

    def _make(self, service: str) -> Any:
        client = self._session.create_client(
            service,
            self._home,
            config=Config(
                retries={"total_max_attempts": 1, "mode": "standard"},
                max_pool_connections=1,
                user_agent_extra=f"ishigaki/{__version__}",
                parameter_validation=self._validating,  # what is read is proved by a law
                s3={"addressing_style": "path"},  # one host per Region instead of one per bucket
            ),
            aws_access_key_id="none",  # every call brings its own
            aws_secret_access_key="none",  # noqa: S106 - a placeholder that signs nothing
        )
        events = client.meta.events
        name = client.meta.service_model.service_id.hyphenize()
        events.register_first(f"before-endpoint-resolution.{name}", self._point)
        events.register_last(f"before-call.{name}", self._sign)
        events.register_first(f"before-send.{name}", self._send)
        return client

    @property
    def _target(self) -> Target:
        target: Target | None = getattr(self._aim, "target", None)
        if target is None:
            raise Untargeted("a call has no account and Region")
        return target

    def _point(self, *, builtins: dict[str, Any], **_: Any) -> None:
        builtins["AWS::Region"] = self._target.region
        self._aim.endpoint = builtins.get("SDK::Endpoint") or ""

    def _send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        return self._wire.send(request, endpoint=self._aim.endpoint)

    def _sign(self, *, context: dict[str, Any], **_: Any) -> None:
        signing = context.setdefault("signing", {})
        signing.setdefault("region", self._target.region)
        signing["request_credentials"] = self._target.credentials


def iso(value: Any) -> Any:
    """A time of any of AWS's wire formats as ISO 8601 text in UTC, which is what snapshots keep."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, UTC).isoformat()
    if isinstance(value, str) and value[:1].isalpha():  # "Sun, 22 Nov 2026 …" of HTTP headers
        return parsedate_to_datetime(value).astimezone(UTC).isoformat()
    return value
