"""E-mail: text and HTML that need nothing from elsewhere, threaded by Message-ID."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from hashlib import sha256

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from ishigaki.core.destination import Email, Sent
from ishigaki.core.notice import Message
from ishigaki.notify.plain import LONGEST_DETAIL, clip, line, more_words, text_of
from ishigaki.notify.trim import trimmed
from ishigaki.notify.undelivered import Undelivered

PORTS = {"starttls": 587, "tls": 465, "none": 25}
PATIENCE = 15.0  # seconds for each answer; a mail server may take its time before it greets
LONGEST_SUBJECT = 200
LARGEST_HTML = 90_000  # bytes; Gmail hides what is beyond 102 KB


class Letter(msgspec.Struct, frozen=True):
    subject: str
    text: str
    html: str


def render(message: Message, destination: Email) -> Letter:
    """Subject, text and HTML of a mail."""
    fitting = trimmed(message, lambda m: len(_html(m).encode()) <= LARGEST_HTML)
    text = f"{fitting.title}\n\n{text_of(fitting)}".strip() + "\n"
    return Letter(subject=clip(message.title, LONGEST_SUBJECT), text=text, html=_html(fitting))


def _html(message: Message) -> str:
    return _environment().get_template("mail.html.j2").render(message=message, more=more_words)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__name__.rpartition(".")[0]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def letter_of(
    payload: Letter, destination: Email, *, message: Message, previous: Sent | None
) -> EmailMessage:
    """The mail with its headers. The same message has the same Message-ID, however often it is sent."""
    domain = destination.sender.rpartition("@")[2]
    named = sha256(f"{destination.name}\n{message.id}".encode()).hexdigest()[:32]
    mail = EmailMessage()
    mail["Subject"] = payload.subject
    mail["From"] = Address("ishigaki", addr_spec=destination.sender)
    mail["To"] = [Address(addr_spec=to) for to in destination.to]
    mail["Message-ID"] = f"<{named}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if previous and previous.reference:
        mail["In-Reply-To"] = previous.reference
        mail["References"] = " ".join(dict.fromkeys((previous.root, previous.reference)))
    mail.set_content(payload.text)
    mail.add_alternative(payload.html, subtype="html")
    return mail


def deliver(
    payload: Letter,
    destination: Email,
    *,
    message: Message,
    previous: Sent | None,
    secret: Callable[[str], str],
) -> Sent:
    """Hand it to the mail server. Raises `Undelivered`, also where only some of the recipients were refused."""
    mail = letter_of(payload, destination, message=message, previous=previous)
    mail["Date"] = format_datetime(datetime.now(UTC))
    password = secret(destination.password) if destination.password else ""
    try:
        with _server(destination) as server:
            if destination.user:
                server.login(destination.user, password)
            refused = server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPNotSupportedError:
        raise Undelivered("in_the_clear", destination.host, permanent=True) from None
    except ssl.SSLCertVerificationError:
        raise Undelivered("untrusted", destination.host, permanent=True) from None
    except (OSError, smtplib.SMTPException) as error:
        late = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
        detail = destination.host if late else f"{destination.host} ({type(error).__name__})"
        raise Undelivered("timeout" if late else "unreachable", detail) from None
    for code, said in refused.values():
        raise _refused(code, said)
    sent = str(mail["Message-ID"])
    return Sent(root=previous.root if previous and previous.root else sent, reference=sent)


def _server(destination: Email) -> smtplib.SMTP:
    host, port = destination.host, destination.port or PORTS[destination.security]
    trusted = ssl.create_default_context()
    if destination.security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=trusted)
    server = smtplib.SMTP(host, port, timeout=PATIENCE)
    if destination.security == "starttls":
        server.starttls(context=trusted)
    return server


def _refused(code: int, said: bytes | str) -> Undelivered:
    """What a mail server refuses for now begins with 4, for good with 5."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    detail = f"SMTP {code} {clip(line(text), LONGEST_DETAIL)}"
    if 400 <= code < 500:
        return Undelivered("failing", detail)
    return Undelivered("refused", detail, permanent=True)
