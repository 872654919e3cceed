"""A mail server that takes what RFC 5321 lets it take, and refuses on demand."""

from __future__ import annotations

import base64
import socketserver
import ssl
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from tests.notify.local import Local, Unmoved

USER, PASSWORD = "ishigaki", "smtp-password-0123456789"
LONGEST_LINE = 998  # octets without CRLF


class MailServer(Local):
    """Keeps every mail in `mails`, its recipients in `recipients`. `refuse` maps a command (or a recipient) to the
    reply it gets instead."""

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, starttls: bool = False, login: bool = False
    ) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refuse: dict[str, str] = {}
        self.tls, self.starttls, self.login = tls, starttls, login
        server = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                _Session(server, self).run()

        class Server(Unmoved, socketserver.ThreadingTCPServer):
            daemon_threads = True

        served = Server(("127.0.0.1", 0), Session)
        self.port = int(served.server_address[1])
        self._serve(served)


class _Session:
    def __init__(self, server: MailServer, handler: socketserver.StreamRequestHandler) -> None:
        self.server, self.connection = server, handler.connection
        self.secure = self.known = False
        if server.tls and not server.starttls:
            self._encrypt()
        self.reader = self.connection.makefile("rb")
        self.to: list[str] = []

    def run(self) -> None:
        self._say(self.server.refuse.get("CONNECT", "220 mail.test ESMTP"))
        while line := self.reader.readline():
            command, _, rest = line.decode().strip().partition(" ")
            refusal = self.server.refuse.get(command.upper())
            if refusal == "close":
                return
            if refusal:
                self._say(refusal)
            elif not self._do(command.upper(), rest):
                return

    def _do(self, command: str, rest: str) -> bool:
        match command:
            case "EHLO" | "HELO":
                offers = ["STARTTLS"] if self.server.starttls and not self.secure else []
                offers += ["AUTH PLAIN"] if self.server.login else []
                lines = ["mail.test", "8BITMIME", *offers]
                self._say("\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines))
            case "STARTTLS":
                self._say("220 go ahead")
                self._encrypt()
                self.reader = self.connection.makefile("rb")
            case "AUTH":
                self.known = base64.b64decode(rest.rsplit(maxsplit=1)[-1]) == f"\0{USER}\0{PASSWORD}".encode()
                self._say("235 ok" if self.known else "535 5.7.8 authentication failed")
            case "MAIL":
                self.to = []
                self._say("530 authentication required" if self.server.login and not self.known else "250 ok")
            case "RCPT":
                address = rest.partition("<")[2].partition(">")[0]
                reply = self.server.refuse.get(address, "250 ok")
                self.to += [address] if reply.startswith("250") else []
                self._say(reply)
            case "DATA":
                self._say("354 go on")
                self._say(self._take())
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 ok")
        return True

    def _take(self) -> str:
        lines: list[bytes] = []
        while (line := self.reader.readline()) != b".\r\n":
            if not line:
                return "451 gone"
            if len(line) > LONGEST_LINE + 2 or not line.endswith(b"\r\n"):
                return "500 line too long"
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        head = b"".join(lines).partition(b"\r\n\r\n")[0]
        if any(byte > 127 for byte in head):
            return "554 8-bit headers"
        mail = message_from_bytes(b"".join(lines), policy=default)
        assert isinstance(mail, EmailMessage)
        self.server.mails.append(mail)
        self.server.recipients.append(self.to)
        return "250 queued"

    def _encrypt(self) -> None:
        assert self.server.tls
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.secure = True

    def _say(self, line: str) -> None:
        self.connection.sendall(line.encode() + b"\r\n")
