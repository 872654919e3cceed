"""`ishigaki run --once` as it is typed: AWS is the emulator, a queue holds an event, two receivers hear of it all."""

from __future__ import annotations

import json
import logging
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ishigaki.cli.language import CHOSEN
from tests.cli.shell import ishigaki
from tests.journeys.workshop import ID, TOKYO, Workshop
from tests.notify.services import SECRET, Receiver

EVENT = Path(__file__).parents[1] / "intake" / "events" / "root_sign_in.json"
POLICY = """\
[[rows]]
control = "IAM.9"
decision = "track"
within = "5 business days"
reason = "Whoever holds the root user's mail comes in on working days only."
"""


@pytest.fixture
def receivers(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Receiver, Receiver]]:
    monkeypatch.setenv("HOOK", SECRET)
    handlers = {s: signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT)}
    with ExitStack() as stack:
        yield stack.enter_context(Receiver()), stack.enter_context(Receiver())
    for sign, handler in handlers.items():
        signal.signal(sign, handler)
    logging.getLogger().handlers.clear()


def write(folder: Path, queue: str, receivers: tuple[Receiver, Receiver]) -> None:
    """The four files of an estate."""
    (folder / "estate.toml").write_text(
        f"""\
[estate]
language = "en"
home_region = "{TOKYO}"
regions = ["{TOKYO}"]
standards = ["eight_exposures"]
time_zone = "Asia/Tokyo"
holidays = "JP"

[intake]
queue = "{queue}"

[people]
daily = true

[[accounts]]
id = "{ID}"
name = "workshop"
environment = "prod"
owner = "shop team"
""",
        encoding="utf-8",
    )
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    (folder / "waivers.toml").write_text("", encoding="utf-8")
    (folder / "notify.toml").write_text(
        "\n".join(
            f"""\
[[destinations]]
name = "{name}"
channel = "webhook"
language = "en"
url = "{receiver.url}/hook"
secret = "env:HOOK"
"""
            for name, receiver in zip(("first", "second"), receivers, strict=True)
        ),
        encoding="utf-8",
    )


def told(receiver: Receiver) -> list[str]:
    return [json.loads(r.body)["title"] for r in receiver.received]


def test_one_tick_scans_takes_in_decides_and_tells(
    workshop: Workshop,
    receivers: tuple[Receiver, Receiver],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    CHOSEN.set(None)
    queue = workshop.do("sqs", "CreateQueue", QueueName="events").pages[0]["QueueUrl"]
    for body in (EVENT.read_text(encoding="utf-8"), "this is no event"):
        workshop.do("sqs", "SendMessage", QueueUrl=queue, MessageBody=body)
    write(tmp_path, f"arn:aws:sqs:{TOKYO}:{ID}:events", receivers)

    assert ishigaki(monkeypatch, "run", "--once") == 0
    steps = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert [s["event"] for s in steps] == [
        *(
            "scan",
            "collect",
            "intake",
            "people",
            "decide",
            "remind",
            "endings",
            "digest",
            "monthly",
            "send",
            "stopped",
        )
    ]
    assert SECRET not in json.dumps(steps)
    first, second = map(told, receivers)
    assert sorted(first) == sorted(second)
    assert any("root" in title and "within 24 hours" in title for title in first)
    assert any("IAM.9" in title for title in first)
    assert any("could not be read" in title for title in first)
    assert workshop.do("sqs", "ReceiveMessage", QueueUrl=queue).pages[0].get("Messages", []) == []

    assert ishigaki(monkeypatch, "run", "--once", "--no-scan") == 0
    assert list(map(told, receivers)) == [first, second], "nothing is told twice"
    assert ishigaki(monkeypatch, "cases", "list") == 0
    assert "IAM.9" in capsys.readouterr().out

    (tmp_path / "policy.toml").write_text("[[rows]]\ndecision = 'ignore'\n", encoding="utf-8")
    assert ishigaki(monkeypatch, "run", "--once") == 2
    assert "policy.toml" in capsys.readouterr().err
