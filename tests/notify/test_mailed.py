"""Mail as a server takes it: headers, threads, encryption, refusals."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest
from msgspec.structs import replace

from ishigaki.core.destination import Email
from ishigaki.notify import mail
from ishigaki.notify.send import send
from ishigaki.notify.undelivered import Undelivered
from tests.notify.mailserver import PASSWORD, USER, MailServer
from tests.notify.samples import CLOSED_JA, URGENT_EN, URGENT_JA

DESTINATION = Email(
    name="mail",
    language="ja",
    host="127.0.0.1",
    security="none",
    sender="ishigaki@example.com",
    to=("security@example.com", "lead@example.com"),
)


def to(server: MailServer, **keys: object) -> Email:
    return replace(DESTINATION, port=server.port, **keys)


def secrets(reference: str) -> str:
    return {"env:P": PASSWORD, "env:WRONG": "abcdefgh"}[reference]


def failure(destination: Email) -> Undelivered:
    with pytest.raises(Undelivered) as told:
        send(URGENT_JA, destination, secrets=secrets)
    return told.value


def test_a_mail_has_text_and_html_and_says_that_it_is_automatic() -> None:
    with MailServer() as server:
        sent = send(URGENT_JA, to(server), secrets=secrets)
        (found,) = server.mails
        assert found["Subject"] == URGENT_JA.title
        assert found["From"] == "ishigaki <ishigaki@example.com>"
        assert found["To"] == "security@example.com, lead@example.com"
        assert server.recipients == [["security@example.com", "lead@example.com"]]
        assert found["Auto-Submitted"] == "auto-generated"
        assert found["Date"]
        assert found["Message-ID"] == sent.root == sent.reference
        assert found.get_content_type() == "multipart/alternative"
        text, html = found.iter_parts()
        assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
        assert "総当たり攻撃" in text.get_content()
        assert "総当たり攻撃" in html.get_content()


def test_a_thread_holds_together_and_a_mail_sent_twice_is_one() -> None:
    with MailServer() as server:
        first = send(URGENT_JA, to(server), secrets=secrets)
        assert send(URGENT_JA, to(server), secrets=secrets) == first
        second = send(CLOSED_JA, to(server), previous=first, secrets=secrets)
        third = send(replace(CLOSED_JA, id="C-0042/again"), to(server), previous=second, secrets=secrets)
        assert second.root == third.root == first.root
        last = server.mails[-1]
        assert last["In-Reply-To"] == second.reference
        assert last["References"].split() == [first.root, second.reference]
        assert send(URGENT_JA, to(server, name="other"), secrets=secrets) != first


@pytest.mark.parametrize(
    "title", ["a\r\nBcc: all@example.com", "件名\n\nbody", "x" * 3000, "絵文字 👩‍👩‍👧 " * 40, "\x00"]
)
def test_a_title_adds_no_header(title: str) -> None:
    with MailServer() as server:
        send(replace(URGENT_EN, title=title), to(server), secrets=secrets)
        (found,) = server.mails
        assert found["Bcc"] is None
        assert found["To"] == "security@example.com, lead@example.com"
        assert len(found["Subject"]) <= 200
        assert server.recipients == [["security@example.com", "lead@example.com"]]


def test_a_line_of_a_mail_may_be_a_dot() -> None:
    with MailServer() as server:
        part = replace(URGENT_EN.parts[0], text="one\n.\ntwo")
        send(replace(URGENT_EN, parts=(part,)), to(server), secrets=secrets)
        assert "one\n.\ntwo" in next(server.mails[0].iter_parts()).get_content().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("command", "reply", "code", "permanent"),
    [
        ("CONNECT", "421 too busy", "failing", False),
        ("CONNECT", "554 no", "refused", True),
        ("MAIL", "452 later", "failing", False),
        ("MAIL", "550 not you", "refused", True),
        ("DATA", "451 later", "failing", False),
        ("DATA", "554 spam", "refused", True),
        ("DATA", "close", "unreachable", False),
        ("EHLO", "close", "unreachable", False),
    ],
)
def test_a_server_says_whether_to_try_again(command: str, reply: str, code: str, permanent: bool) -> None:
    with MailServer() as server:
        server.refuse[command] = reply
        told = failure(to(server))
        assert (told.code, told.permanent) == (code, permanent)
        assert not server.mails


def test_one_refused_recipient_is_a_failure_too() -> None:
    with MailServer() as server:
        server.refuse["lead@example.com"] = "550 5.1.1 unknown user"
        told = failure(to(server))
        assert (told.code, told.permanent) == ("refused", True)
        assert "unknown user" in told.detail
        assert server.recipients == [["security@example.com"]]
        server.refuse["security@example.com"] = "450 greylisted"
        assert failure(to(server, to=("security@example.com",))).permanent is False


def test_a_login_is_needed_and_its_password_is_told_nobody() -> None:
    with MailServer(login=True) as server:
        send(URGENT_JA, to(server, user=USER, password="env:P"), secrets=secrets)
        wrong = failure(to(server, user=USER, password="env:WRONG"))
        assert (wrong.code, wrong.permanent) == ("refused", True)
        assert "abcdefgh" not in str(wrong)
        assert failure(to(server)).permanent
        assert len(server.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_certificates_of_mail_servers_are_verified(
    security: str, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer(tls=tls, starttls=security == "starttls", login=True) as server:
        destination = to(server, security=security, user=USER, password="env:P")
        told = failure(destination)
        assert (told.code, told.permanent) == ("untrusted", True)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        send(URGENT_JA, destination, secrets=secrets)
        assert len(server.mails) == 1


def test_a_server_without_encryption_is_not_spoken_to_in_the_clear() -> None:
    with MailServer(login=True) as server:
        told = failure(to(server, security="starttls", user=USER, password="env:P"))
        assert (told.code, told.permanent) == ("in_the_clear", True)


def test_a_server_that_says_nothing_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        told = failure(replace(DESTINATION, port=silent.getsockname()[1]))
    assert (told.code, told.permanent) == ("timeout", False)


def test_nobody_there() -> None:
    with MailServer() as server:
        pass
    told = failure(to(server))
    assert (told.code, told.permanent) == ("unreachable", False)
