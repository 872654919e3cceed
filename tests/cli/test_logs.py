"""The lines of `ishigaki run`: each one JSON, with its zone and code, and never a secret."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ishigaki.cli import logs

URL = "https://hooks.slack.com/services/T00000000/B00000000/EXAMPLE"
LOG = logging.getLogger("ishigaki.flows.tick")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    written = io.StringIO()
    logs.start(written, known=["own-secret-of-the-settings"])
    yield written
    logging.captureWarnings(False)
    root.handlers[:] = before
    root.setLevel(level)
    logging.getLogger(logs.OURS).setLevel(logging.NOTSET)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_a_line_with_its_facts(stream: io.StringIO) -> None:
    LOG.info("letter_sent", extra={"facts": {"destination": "slack", "at": datetime(2026, 1, 1, tzinfo=UTC)}})
    LOG.debug("not_said")
    (line,) = lines(stream)
    assert datetime.fromisoformat(line.pop("at")).utcoffset() is not None
    facts = {"destination": "slack", "at": "2026-01-01 00:00:00+00:00"}
    assert line == {"level": "info", "event": "letter_sent", "facts": facts}


def test_secrets_are_never_said(stream: io.StringIO) -> None:
    LOG.warning("delivery_failed", extra={"facts": {"error": f"no answer from {URL}", "token": "abc"}})
    LOG.info("told %s", "own-secret-of-the-settings")
    LOG.info("odd", extra={"facts": {"object": ValueError(URL), "list": [("own-secret-of-the-settings",)]}})
    logging.getLogger("urllib3").warning("Retrying after %s", URL)
    try:
        raise RuntimeError(f"no answer from {URL}")
    except RuntimeError:
        LOG.exception("bug")
    text = stream.getvalue()
    assert "EXAMPLE" not in text
    assert "own-secret" not in text
    said = lines(stream)
    assert [line["event"] for line in said] == [
        "delivery_failed",
        "told ***",
        "odd",
        "library",
        "bug",
    ]
    assert said[3]["facts"]["logger"] == "urllib3"
    assert "RuntimeError: no answer from https://hooks.slack.com/services/***" in said[4]["error"]


def test_a_record_whose_blanks_do_not_fit_is_said_without_secrets() -> None:
    broken = {"name": "apprise", "msg": f"%d is no number: {URL}", "args": ("secret",), "levelname": "ERROR"}
    line = json.loads(logs.Lines().format(logging.makeLogRecord(broken)))
    assert line["facts"]["text"] == "%d is no number: https://hooks.slack.com/services/***"


def test_what_is_said_stays_one_line_and_readable(stream: io.StringIO) -> None:
    LOG.info("bad\nevent", extra={"facts": {"語": "値\r\n\u2028", "half": "\ud800"}})
    warnings.warn("a warning is a line too", stacklevel=1)
    logging.getLogger("apprise").info("libraries are heard from warnings on")
    assert len(stream.getvalue().splitlines()) >= 2
    first, second = (json.loads(line) for line in stream.getvalue().rstrip("\n").split("\n"))
    assert first["facts"] == {"語": "値\r\n\u2028", "half": "\ud800"}
    assert '"語": "値' in stream.getvalue()
    assert "a warning is a line too" in second["facts"]["text"]
