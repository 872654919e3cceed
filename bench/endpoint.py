"""The replay endpoint: a process on loopback that answers from prepared bytes after a set latency.

It does next to nothing for a request, so that on two cores the product's own work is what is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from moto.core.utils import get_service_model

from bench.answers import reply
from bench.estates import ACCOUNT, ESTATES, REGION, Estate, Operation, shown
from bench.routes import Routes

HOST = "127.0.0.1"
LATENCY = 0.08  # seconds: what AWS takes from another continent, and a slow API from its own
COUNTS = b"/_bench/counts"
CREDENTIAL = re.compile(rb"Credential=[A-Z]{4}(\d{12})/\d+/([^/]+)/([^/]+)/")
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
ROLE = re.compile(rb"RoleArn=[^&]*?(\d{12})")
UNKNOWN = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\nno such operation is prepared"


class Book:
    """The prepared answers, and how often each was given."""

    def __init__(self, estate: Estate) -> None:
        counts = shown(estate)
        models = {op: get_service_model(op[0]).operation_model(op[1]) for op in counts}
        self._routes = Routes(models.values())
        self._answers = {op: reply(model, count=counts[op]) for op, model in models.items()}
        self.given: Counter[Operation | None] = Counter()

    def answer(self, head: bytes, body: bytes) -> bytes:
        """The answer to a request, for the account and the Region that it is signed for."""
        signed = CREDENTIAL.search(head)
        if not signed:
            return self._told() if COUNTS in head[:64] else _framed(UNKNOWN)
        account, region, service = signed.groups()
        operation = self._routes.find(service.decode(), head, body)
        self.given[operation] += 1
        if operation is None:
            return _framed(UNKNOWN)
        if operation == ("sts", "AssumeRole") and (role := ROLE.search(body)):
            account = role[1]
        return _framed(
            self._answers[operation].replace(ACCOUNT.encode(), account).replace(REGION.encode(), region)
        )

    def _told(self) -> bytes:
        """What was given since this was last asked."""
        counts = {":".join(op) if op else "": n for op, n in self.given.items()}
        self.given.clear()
        return _framed(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + json.dumps(counts).encode()
        )


def _framed(answer: bytes) -> bytes:
    head, _, body = answer.partition(b"\r\n\r\n")
    return b"%b\r\nContent-Length: %d\r\n\r\n%b" % (head, len(body), body)


class Exchange(asyncio.Protocol):
    """One kept connection."""

    def __init__(self, book: Book, latency: float) -> None:
        self._book, self._latency = book, latency
        self._read = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, rest = self._read.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        size = int(length[1]) if length else 0
        if not end or len(rest) < size:
            return
        self._read = rest[size:]
        answer = self._book.answer(head, rest[:size])
        asyncio.get_running_loop().call_later(self._latency, self._write, answer)

    def _write(self, answer: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(answer)


async def serve(book: Book, *, latency: float, certificate: Path) -> None:
    """Answer in the clear and over TLS until standard input closes, which it does when the parent ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    urls = {}
    for name, secured in (("http", None), ("https", context)):
        server = await loop.create_server(lambda: Exchange(book, latency), HOST, 0, ssl=secured, backlog=512)
        urls[name] = f"{name}://{HOST}:{server.sockets[0].getsockname()[1]}"
    print(json.dumps(urls), flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)


def certify(file: Path) -> Path:
    """A key and the certificate of 127.0.0.1 that it signs itself, in one file; good for a day."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout", "-"]
    name = ["-days", "1", "-subj", "/CN=bench", "-addext", f"subjectAltName=IP:{HOST}"]
    made = subprocess.run(["openssl", "req", "-x509", *key, *name], check=True, capture_output=True)
    file.touch(mode=0o600)
    file.write_bytes(made.stdout)
    return file


@dataclass(frozen=True)
class Endpoint:
    """A replay endpoint that answers."""

    http: str
    https: str
    certificate: Path

    def counted(self) -> dict[str, int]:
        """How often each `service:Operation` was asked since this was last called."""
        with urlopen(Request(self.http + COUNTS.decode()), timeout=10) as answer:
            counts: dict[str, int] = json.load(answer)
        return counts


@contextmanager
def replaying(estate: Estate, *, folder: Path, latency: float = LATENCY) -> Iterator[Endpoint]:
    """An endpoint in a process of its own; it ends with the block, or with this process, however it ends."""
    certificate = certify(folder / "endpoint.pem")
    command = [sys.executable, "-m", "bench.endpoint", estate.name, str(latency), str(certificate)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            urls = json.loads(process.stdout.readline())
            yield Endpoint(urls["http"], urls["https"], certificate)
        finally:
            process.stdin.close()
            process.terminate()


def main(arguments: Sequence[str] | None = None) -> None:
    """`python -m bench.endpoint ESTATE SECONDS CERTIFICATE`."""
    parser = argparse.ArgumentParser(prog="python -m bench.endpoint", description=main.__doc__)
    parser.add_argument("estate", choices=sorted(ESTATES))
    parser.add_argument("latency", type=float)
    parser.add_argument("certificate", type=Path)
    given = parser.parse_args(arguments)
    book = Book(ESTATES[given.estate])
    asyncio.run(serve(book, latency=given.latency, certificate=given.certificate))


if __name__ == "__main__":
    main()
