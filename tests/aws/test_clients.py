"""No call can go out under the wrong account: every request is signed for the account it was aimed at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import botocore.session
import pytest
from botocore.credentials import Credentials

from ishigaki.aws.clients import Clients, Target, Untargeted
from ishigaki.aws.perform import Performer
from ishigaki.core.call import call

BODY = b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>%s</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"


@pytest.fixture
def echo() -> Iterator[str]:
    """An endpoint that answers who signed for which Region, as the request's own signature says."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            scope = self.headers["Authorization"].split("Credential=")[1].split(",")[0].split("/")
            body = BODY % f"{scope[0]} {scope[2]}".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture
def clients(echo: str, monkeypatch: pytest.MonkeyPatch) -> Clients:
    monkeypatch.setenv("AWS_ENDPOINT_URL", echo)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    return Clients(botocore.session.Session(), home="us-east-1", connections=8)


def target(account: int, region: str) -> Target:
    return Target(f"{account:012}", region, Credentials(f"KEY{account}", "secret", "token"))


def test_a_call_without_a_target_is_refused_before_it_is_sent(clients: Clients) -> None:
    with pytest.raises(Untargeted):
        clients.of("sts").get_caller_identity()


def test_a_target_ends_with_its_block(clients: Clients) -> None:
    with clients.aimed_at(target(1, "us-east-1")):
        clients.of("sts").get_caller_identity()
    with pytest.raises(Untargeted):
        clients.of("sts").get_caller_identity()


def test_a_call_within_a_call_leaves_the_aim_as_it_was(clients: Clients) -> None:
    """As where the credentials of one account are renewed, under another's, while its own call is signed."""
    with clients.aimed_at(target(1, "us-east-1")):
        with clients.aimed_at(target(2, "eu-west-1")):
            within = clients.of("sts").get_caller_identity()["Account"]
        after = clients.of("sts").get_caller_identity()["Account"]
    assert (within, after) == ("KEY2 eu-west-1", "KEY1 us-east-1")


def test_clients_of_one_session_share_its_lock(clients: Clients) -> None:
    lock = threading.Lock()
    session = botocore.session.Session()
    made = Clients(session, home="us-east-1", connections=1, lock=lock)
    threads = [threading.Thread(target=made.of, args=("sts",))]
    with lock:
        threads[0].start()
        threads[0].join(0.2)
        assert threads[0].is_alive(), "no two threads make clients of one session at once"
    threads[0].join()


def test_many_threads_over_one_client_never_mix_accounts_or_regions(clients: Clients) -> None:
    perform = Performer(clients, salt="s")
    asked = call("sts", "GetCallerIdentity")
    wanted = [(n, region) for n in range(1, 9) for region in ("eu-west-1", "ap-northeast-1", "us-east-2")] * 4

    def ask(pair: tuple[int, str]) -> str:
        account, region = pair
        answer = perform(target(account, region), asked.filled({}, region=region))
        return str(answer.pages[0]["Account"])

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(ask, wanted))
    assert said == [f"KEY{account} {region}" for account, region in wanted]


def test_one_client_serves_every_region(clients: Clients) -> None:
    assert clients.of("sts") is clients.of("sts")
