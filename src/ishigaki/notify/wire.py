"""HTTP to services: verified, bounded in time, never redirected, and silent about addresses that are secrets."""

from __future__ import annotations

import logging
import math
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec
import urllib3

from ishigaki.core.destination import local
from ishigaki.notify.plain import LONGEST_DETAIL, clip, line
from ishigaki.notify.undelivered import Undelivered

CONNECT, READ = 5.0, 15.0  # seconds
LONGEST_ANSWER = 64 * 1024  # bytes that are read of an answer
LONGEST_PAUSE = 24 * 3600.0
GONE = (404, 410)
PASSING = (408, 425)  # client errors that are none: the same may work in a moment


def request(
    method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> str:
    """The text of a service's answer. Raises `Undelivered`, whose detail never holds the address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise Undelivered("refused", "not an address", permanent=True) from None
    if parts.scheme not in ("https", "http") or not host:
        raise Undelivered("refused", "not an address", permanent=True)
    if parts.scheme == "http" and not local(host):
        raise Undelivered("in_the_clear", host, permanent=True)
    try:
        with silenced("urllib3.connectionpool"):
            answer = _pool(parts.scheme, host).request(
                method, url, body=body, headers=dict(headers or {}), preload_content=False, redirect=False
            )
            text = answer.read(LONGEST_ANSWER).decode(errors="replace")
            answer.close()
    except urllib3.exceptions.NewConnectionError as error:  # which urllib3 counts among the timeouts
        raise Undelivered("unreachable", f"{host} ({type(error).__name__})") from None
    except urllib3.exceptions.TimeoutError:
        raise Undelivered("timeout", host) from None
    except urllib3.exceptions.SSLError as error:
        verification = "CERTIFICATE_VERIFY_FAILED" in str(error)
        raise Undelivered(
            "untrusted" if verification else "unreachable", host, permanent=verification
        ) from None
    except urllib3.exceptions.HTTPError as error:
        raise Undelivered("unreachable", f"{host} ({type(error).__name__})") from None
    if 200 <= answer.status < 300:
        return text
    raise _failed(answer.status, answer.headers, text)


def post_json(url: str, payload: Any, *, headers: Mapping[str, str] | None = None) -> str:
    """The answer to a JSON document."""
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return request("POST", url, body=msgspec.json.encode(payload), headers={**kind, **(headers or {})})


def parsed(text: str) -> Any:
    """A service's answer as JSON. Raises `Undelivered`."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        raise Undelivered("failing", f"no JSON: {clip(line(text), LONGEST_DETAIL)}") from None


def _failed(status: int, headers: Mapping[str, str], text: str) -> Undelivered:
    detail = f"HTTP {status} {clip(line(text), LONGEST_DETAIL)}".strip()
    if status == 429 or status in PASSING:
        return Undelivered("limited", detail, retry_after=_pause(headers))
    if status >= 500:
        return Undelivered("failing", detail, retry_after=_pause(headers))
    if status < 400:
        return Undelivered("redirected", f"HTTP {status}", permanent=True)
    return Undelivered("gone" if status in GONE else "refused", detail, permanent=True)


def _pause(headers: Mapping[str, str]) -> float | None:
    """How long to wait, by `Retry-After` in seconds or as a date, or by the moment in `X-RateLimit-Reset`."""
    said, now = headers.get("Retry-After", ""), datetime.now(UTC)
    try:
        if said:
            seconds = (
                float(said) if said[:1].isdigit() else (parsedate_to_datetime(said) - now).total_seconds()
            )
        elif "X-RateLimit-Reset" in headers:
            seconds = float(headers["X-RateLimit-Reset"]) - now.timestamp()
        else:
            return None
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE) if math.isfinite(seconds) else None


def _pool(scheme: str, host: str) -> urllib3.PoolManager:
    """A way to a host, through the proxy of the environment unless the host is on this very machine."""
    keywords: dict[str, Any] = {
        "timeout": urllib3.Timeout(connect=CONNECT, read=READ),
        "retries": False,
        "ssl_context": ssl.create_default_context(),
    }
    proxy = getproxies().get(scheme)
    if not proxy or host == "localhost" or host.startswith("127.") or host == "::1" or proxy_bypass(host):
        return urllib3.PoolManager(**keywords)
    return urllib3.ProxyManager(proxy, **keywords)


@contextmanager
def silenced(name: str) -> Iterator[list[str]]:
    """A library's own log, which names addresses in full, is kept from everybody; its warnings are handed over."""
    warnings: list[str] = []

    def swallow(record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING:
            warnings.append(record.getMessage())
        return False

    logger = logging.getLogger(name)
    logger.addFilter(swallow)
    try:
        yield warnings
    finally:
        logger.removeFilter(swallow)
