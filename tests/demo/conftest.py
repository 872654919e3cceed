"""One emulator for all tests of this room, reset before each of them."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request, urlopen

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from ishigaki.demo.emulator.server import Running, start

MANAGEMENT = "123456789012"


@dataclass
class Aws:
    """botocore clients of an emulator, made once for each account, Region and service."""

    url: str
    session: Any = field(default_factory=botocore.session.get_session)
    made: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def client(
        self, service: str, *, account: str = MANAGEMENT, region: str = "us-east-1", validate: bool = True
    ) -> Any:
        """A client of an account's administrator (or of an access key that was handed out)."""
        key = (service, account, f"{region} {validate}")
        if key not in self.made:
            client = self.made[key] = self.session.create_client(
                service,
                region_name=region,
                endpoint_url=self.url,
                aws_access_key_id=account,
                aws_secret_access_key="none",
                config=Config(
                    retries={"total_max_attempts": 1},
                    s3={"addressing_style": "path"},
                    parameter_validation=validate,
                    read_timeout=20,
                ),
            )
            client.meta.events.register("before-send", self._without_host_prefix)
        return self.made[key]

    def _without_host_prefix(self, request: Any, **_: Any) -> None:
        """S3 Control puts the account before the host name, which on loopback is nobody's name."""
        asked, here = urlsplit(request.url), urlsplit(self.url)
        request.url = urlunsplit((here.scheme, here.netloc, asked.path, asked.query, ""))

    def log_bucket(self, name: str, service: str) -> str:
        """A bucket that a service of AWS may write to for the management account."""
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{name}/*",
            "Condition": {"StringEquals": {"aws:SourceAccount": MANAGEMENT}},
        }
        self.client("s3").create_bucket(Bucket=name)
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        self.client("s3").put_bucket_policy(Bucket=name, Policy=policy)
        return name

    def role(self, arn: str, **params: str) -> str:
        """The access key of a session of the role, as the management account gets it."""
        answer = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="test", **params)
        return str(answer["Credentials"]["AccessKeyId"])


def refused(code: str, call: Callable[..., Any], **params: Any) -> None:
    """The call is refused with that code."""
    with pytest.raises(ClientError) as error:
        call(**params)
    assert error.value.response["Error"]["Code"] == code


Control = Callable[..., Any]


def ask(url: str, method: str, path: str, body: Mapping[str, Any] | list[Any] | None = None) -> Any:
    """One request to the control endpoint."""
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(f"{url}/_ishigaki/{path}", data=data, method=method), timeout=20) as answer:
        return json.loads(answer.read())


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """The emulator's process."""
    emulator = start()
    yield emulator
    emulator.stop()


@pytest.fixture(scope="session")
def clients(running: Running) -> Aws:
    """Clients that outlive a test."""
    return Aws(running.url)


@pytest.fixture
def control(running: Running) -> Control:
    """The control endpoint of a fresh emulator."""
    ask(running.url, "POST", "reset")
    return lambda method, path, body=None: ask(running.url, method, path, body)


@pytest.fixture
def aws(control: Control, clients: Aws) -> Aws:
    """Clients of a fresh emulator."""
    return clients
