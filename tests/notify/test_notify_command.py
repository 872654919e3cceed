"""`ishigaki notify`: the file begun, checked and proved; where one failure could silence everything, it says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ishigaki import notify
from ishigaki.cli.notify import try_out
from ishigaki.core.destination import parse
from ishigaki.core.notice import Notice
from ishigaki.core.usage import UsageError
from ishigaki.flows.destinations import reason
from ishigaki.notify.secrets import reader
from ishigaki.notify.undelivered import Undelivered
from ishigaki.store import outbox
from ishigaki.store.database import opened
from ishigaki.store.proofs import proofs, proved
from ishigaki.store.transactions import writing
from tests.cli.shell import ishigaki
from tests.notify.mailserver import MailServer
from tests.notify.samples import LANGUAGES
from tests.notify.services import SlackService

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def slack() -> Iterator[SlackService]:
    with SlackService() as service:
        yield service


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


CHAT = '[[destinations]]\nname = "chat"\nchannel = "slack"\nlanguage = "ja"\nwebhook = "env:CHAT"\n'
MAIL = (
    '[[destinations]]\nname = "mail"\nchannel = "email"\nlanguage = "en"\nhost = "127.0.0.1"\nsecurity = "none"\n'
    'from = "ishigaki@example.com"\nto = ["security@example.com"]\nport = {port}\n'
)


@pytest.fixture
def file(alone: Path, slack: SlackService, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHAT", slack.webhook)
    path = alone / "notify.toml"
    path.write_text(CHAT + MAIL.format(port=mail.port), encoding="utf-8")
    return path


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_template_is_valid_as_it_is_and_with_all_its_examples(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    monkeypatch.setenv("ISHIGAKI_SLACK_WEBHOOK", "https://hooks.example.com/x")
    assert ishigaki(monkeypatch, "notify", "init", "--lang", language) == 0
    assert ishigaki(monkeypatch, "notify", "check", "--lang", language) == 0
    said = capsys.readouterr()
    assert "security-chat" in said.out
    assert said.err == ""
    text = (alone / "notify.toml").read_text(encoding="utf-8")
    plain = [line.removeprefix("# ") for line in text.splitlines()]
    on = [
        line
        for line in plain
        if line.startswith("[[") or (" = " in line and not line.startswith(("to", "webhook")))
    ]
    on = [line for line in on if "ISHIGAKI_SLACK_TOKEN" not in line]
    whole = "\n".join(on).replace('language = "en"\nhost', 'language = "en"\nto = ["a@example.com"]\nhost')
    whole = whole.replace('language = "ja"\nhost', 'language = "ja"\nto = ["a@example.com"]\nhost')
    for name in ("slack", "teams"):
        whole = whole.replace(f'channel = "{name}"', f'webhook = "env:A"\nchannel = "{name}"')
    found = parse(whole, file="notify.toml")
    assert [d.channel for d in found] == ["slack", "email", "backlog", "teams", "webhook", "apprise"]
    assert {d.language for d in found} == {language}


def test_a_file_that_is_there_is_left_as_it_is(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = file.read_text(encoding="utf-8")
    assert ishigaki(monkeypatch, "notify", "init") == 2
    assert "--out" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == before


def test_without_a_file_it_says_how_to_begin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "notify", "test") == 2
    assert "notify init" in capsys.readouterr().err


def test_check_lists_and_sends_nothing(
    file: Path,
    slack: SlackService,
    mail: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    narrowed = 'owners = ["hanako@example.com"]\nenvironments = ["non-production"]\nquiet = "19:00-09:00"\ndigest = false\n'
    file.write_text(file.read_text(encoding="utf-8") + narrowed, encoding="utf-8")
    assert ishigaki(monkeypatch, "notify", "check", "--lang", "ja") == 0
    out = capsys.readouterr().out
    for said in (
        "chat  slack (ja)",
        "hanako@example.com",
        "本番以外",
        "19:00-09:00",
        "まとめ通知なし",
        "1 日 30 通",
    ):
        assert said in out
    assert not slack.received
    assert not mail.mails


def test_check_says_which_secret_is_missing(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CHAT")
    assert ishigaki(monkeypatch, "notify", "check") == 2
    assert "environment variable CHAT is not set" in capsys.readouterr().err


def test_every_destination_gets_a_message_in_its_language_and_is_proved(
    file: Path, slack: SlackService, mail: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    proved: dict[str, datetime] = {}
    assert try_out(file, proved=proved.__setitem__) == 0
    assert proved.keys() == {"chat", "mail"}
    said = capsys.readouterr()
    assert said.out.count("✓") == 2
    assert said.err == ""
    (told,) = slack.messages.values()
    assert "送信テスト" in told["text"]
    (letter,) = mail.mails
    assert "Delivery test" in letter["Subject"]


def test_what_arrived_last_is_kept_and_shown(
    file: Path,
    slack: SlackService,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ishigaki(monkeypatch, "notify", "check", "--lang", "en") == 0
    assert capsys.readouterr().out.count("nothing has arrived yet") == 2
    assert not (file.parent / ".ishigaki").exists(), "checking makes no store"
    slack.next(404, body="no_service")
    assert ishigaki(monkeypatch, "notify", "test", "--lang", "ja") == 1
    capsys.readouterr()
    assert ishigaki(monkeypatch, "notify", "check", "--lang", "ja") == 0
    said = capsys.readouterr()
    assert said.out.count("まだ届いたことを確認できていません") == 1
    assert re.search(r"最後に届いた日時: \d{4}-\d\d-\d\d \(.\) \d\d:\d\d JST \(送信テスト\)", said.out)
    with opened(file.parent / ".ishigaki") as engine:
        assert [(p.destination, p.kind) for p in proofs(engine)] == [("mail", "test")]
        proved(engine, "chat", datetime.now(UTC) - timedelta(days=40), kind="heartbeat")
    assert ishigaki(monkeypatch, "notify", "check", "--lang", "en") == 0
    said = capsys.readouterr()
    assert "(message)" in said.out
    assert "Nothing has arrived at chat for 40 days" in said.err
    assert "mail" not in said.err


def test_what_did_not_arrive_before_is_sent_again_once_a_test_arrives(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    told = Notice("case:1", "opened", now, ("owner",), subject="S3.8")
    with opened(file.parent / ".ishigaki") as engine:
        with writing(engine) as connection:
            letters = [outbox.letter(name, told, not_before=now) for name in ("chat", "elsewhere")]
            outbox.put(connection, letters, now=now)
        for letter in outbox.claim(engine, "me", now=now, limit=2, lease_s=60):
            outbox.failed(engine, letter, "refused")
    assert ishigaki(monkeypatch, "notify", "test", "--lang", "en") == 0
    assert "chat: 1 message that did not arrive there before" in capsys.readouterr().out
    with opened(file.parent / ".ishigaki") as engine:
        assert [(each.destination, each.tries) for each in outbox.waiting(engine)] == [("chat", 0)]
    assert ishigaki(monkeypatch, "notify", "test", "--lang", "en") == 0
    assert "did not arrive" not in capsys.readouterr().out


def test_a_failure_is_said_with_its_remedy_and_told_at_the_other(
    file: Path,
    slack: SlackService,
    mail: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    slack.next(404, body="no_service")
    assert ishigaki(monkeypatch, "notify", "test") == 1
    out = capsys.readouterr().out
    assert "✗ chat (slack): the place does not exist any more (HTTP 404 no_service)" in out
    assert "The failure of chat was told at mail." in out
    assert "✓ mail" in out
    failure, trial = (m["Subject"] for m in mail.mails)
    assert (failure, "Delivery test" in trial) == ("Failed delivery: chat cannot be reached", True)
    assert "no_service" in str(mail.mails[0].get_body(("plain",)))


def test_only_one_is_tested_and_its_failure_told_at_another(
    file: Path,
    slack: SlackService,
    mail: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mail.refuse["MAIL"] = "550 not you"
    assert ishigaki(monkeypatch, "notify", "test", "--only", "mail") == 1
    assert "SMTP 550" in capsys.readouterr().out
    (told,) = slack.messages.values()
    assert "送信失敗" in told["text"]
    assert ishigaki(monkeypatch, "notify", "test", "--only", "nobody") == 2
    assert "chat, mail" in capsys.readouterr().err


def test_when_nobody_is_left_to_tell_it_says_so(
    file: Path,
    slack: SlackService,
    mail: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mail.refuse["MAIL"] = "550 not you"
    monkeypatch.delenv("CHAT")
    assert ishigaki(monkeypatch, "notify", "test") == 1
    out = capsys.readouterr().out
    assert "environment variable CHAT is not set" in out
    assert "The failure of mail could be told nowhere else" in out


TWIN = CHAT.replace('"chat"', '"twin"').replace("env:CHAT", "env:TWIN")


@pytest.mark.parametrize(
    ("text", "twin", "warning"),
    [
        (CHAT, "", "only one destination"),
        (CHAT + TWIN, "same", "chat and twin lead to the same place"),
        (CHAT + TWIN, "another", "on one channel (slack)"),
    ],
)
def test_where_one_failure_could_silence_everything(
    file: Path,
    slack: SlackService,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    twin: str,
    warning: str,
) -> None:
    monkeypatch.setenv("TWIN", slack.webhook if twin == "same" else slack.webhook + "x")
    file.write_text(text, encoding="utf-8")
    ishigaki(monkeypatch, "notify", "test")
    assert warning in capsys.readouterr().err


def test_secrets_come_from_the_environment_or_a_file_of_ones_own(tmp_path: Path) -> None:
    secrets = reader(tmp_path, environment={"A": " value\n", "EMPTY": " "})
    path = tmp_path / "secret"
    path.write_text("from a file\n", encoding="utf-8")
    path.chmod(0o600)
    assert secrets("env:A") == "value"
    assert secrets("file:secret") == secrets(f"file:{path}") == "from a file"
    assert secrets("https://example.com") == "https://example.com"
    path.chmod(0o640)
    (tmp_path / "nothing").touch(0o600)
    mistakes = {
        "env:B": "secret_unset",
        "env:EMPTY": "secret_unset",
        "file:secret": "secret_open",
        "file:nothing": "secret_empty",
        "file:missing": "secret_unreadable",
        "file:.": "secret_unreadable",
    }
    for reference, code in mistakes.items():
        with pytest.raises(UsageError) as told:
            secrets(reference)
        assert told.value.code == code


def test_every_way_to_fail_has_its_words_and_remedy() -> None:
    sources = "\n".join(p.read_text(encoding="utf-8") for p in Path(notify.__file__).parent.glob("*.py"))
    codes = set(re.findall(r'Undelivered\(\s*"(\w+)"', sources)) | {"secret", "extra"}
    assert {"refused", "limited", "timeout", "untrusted"} <= codes
    for code in codes:
        for language in LANGUAGES:
            assert reason(Undelivered(code, "what it said"), language)
