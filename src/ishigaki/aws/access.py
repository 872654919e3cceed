"""Who we are, which Regions there are, and how an account is entered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session
from urllib3.exceptions import HTTPError

from ishigaki.aws.clients import Clients, Target
from ishigaki.aws.models import models
from ishigaki.aws.perform import Performer, code_of
from ishigaki.aws.writer import Writer
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call, call

IDENTITY = call("sts", "GetCallerIdentity")
REGIONS = call("ec2", "DescribeRegions", AllRegions=True)
SESSION_NAME = "ishigaki"
WITHOUT_CREDENTIALS = "NoCredentials"
WRONG_ACCOUNT = "WrongAccount"


class NoEntry(Exception):
    """An account or the user's own credentials cannot be used: AWS's code and words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


@dataclass(frozen=True)
class Role:
    """How an account is entered: a role's name and, where its trust policy wants one, an external id."""

    name: str
    external_id: str = ""


@dataclass(frozen=True)
class Region:
    name: str
    enabled: bool


class Access:
    """The user's credentials, and from them those of every account that is entered."""

    def __init__(self, *, profile: str = "", home: str = "", salt: str, workers: int = 48) -> None:
        self._session = _session(profile)
        self.home = home or self._session.get_config_variable("region") or "us-east-1"
        self.partition = self._session.get_partition_for_region(self.home)
        self._making = threading.Lock()
        self.clients = Clients(self._session, home=self.home, connections=workers, lock=self._making)
        self._salt = salt
        self.perform = Performer(self.clients, salt=salt)
        self._lock = threading.Lock()
        self._entered: dict[tuple[str, str], Any] = {}

    def caller(self) -> str:
        """The account of the user's own credentials. Raises `NoEntry`."""
        own = self._own()
        answer = self._ask(Target("", self.home, own), IDENTITY)
        account = str(answer.pages[0]["Account"])
        self._entered[account, ""] = own
        return account

    def identity(self) -> str:
        """The ARN of whose the user's own credentials are. Raises `NoEntry`."""
        return str(self._ask(Target("", self.home, self._own()), IDENTITY).pages[0]["Arn"])

    def enter(self, account: str, role: Role | None) -> Target:
        """Credentials for an account, refreshed as they expire. Without a role the account must be the caller's.

        Raises `NoEntry`. The account that AWS says the role belongs to must be the one that was asked for.
        """
        key = (account, role.name if role else "")
        with self._lock:
            credentials = self._entered.get(key)
        if credentials is None:
            if role is None:
                raise NoEntry(
                    WRONG_ACCOUNT, f"the credentials are not of account {account}, and no role is named"
                )
            credentials = RefreshableCredentials.create_from_metadata(
                self._assume(account, role), lambda: self._assume(account, role), "sts-assume-role"
            )
            with self._lock:
                self._entered[key] = credentials
        return Target(account, self.home, credentials)

    def regions(self, target: Target) -> tuple[Region, ...]:
        """Every Region of the partition and whether the account has it enabled. Raises `NoEntry`."""
        answer = self._ask(target, REGIONS)
        found = [r for page in answer.pages for r in page.get("Regions", ())]
        return tuple(Region(r["RegionName"], r.get("OptInStatus") != "not-opted-in") for r in found)

    def knows(self, region: str) -> bool:
        """Whether this is the name of a Region of our partition, as far as botocore knows."""
        known = self._session.get_available_regions("ec2", self.partition)
        return not known or region in known

    def writer(self, account: str, role: Role | None) -> Writer:
        """The one way to change something in an account. Raises `NoEntry`, also where AWS says that the credentials
        belong to another account."""
        target = self.enter(account, role)
        clients = Clients(self._session, home=self.home, connections=4, validating=True, lock=self._making)
        writer = Writer(clients, target, salt=self._salt)
        said = writer(IDENTITY)
        if said.error:
            raise NoEntry(said.error, said.message)
        found = str(said.pages[0]["Account"])
        if found != account:
            raise NoEntry(WRONG_ACCOUNT, f"the credentials for {account} belong to {found}")
        return writer

    def performing(self, target: Target) -> Callable[[Call], Answer]:
        """How calls are made in an account."""
        return lambda asked: self.perform(target, asked)

    def _own(self) -> Any:
        try:
            credentials = self._session.get_credentials()
        except BotoCoreError as broken:
            raise NoEntry(type(broken).__name__, str(broken)) from None
        if credentials is None:
            raise NoEntry(WITHOUT_CREDENTIALS, "no AWS credentials were found")
        return credentials

    def _ask(self, target: Target, asked: Call) -> Answer:
        answer = self.perform(target, asked)
        if answer.error:
            raise NoEntry(answer.error, answer.message)
        return answer

    def _assume(self, account: str, role: Role) -> Mapping[str, str]:
        request = {
            "RoleArn": f"arn:{self.partition}:iam::{account}:role/{role.name}",
            "RoleSessionName": SESSION_NAME,
        }
        if role.external_id:
            request["ExternalId"] = role.external_id
        try:
            with self.clients.aimed_at(Target("", self.home, self._own())):
                answer = self.clients.of("sts").assume_role(**request)
        except ClientError as refused:
            raise NoEntry(
                code_of(refused), str(refused.response.get("Error", {}).get("Message", ""))
            ) from None
        except (BotoCoreError, HTTPError) as broken:
            raise NoEntry(type(broken).__name__, str(broken)) from None
        entered = answer["AssumedRoleUser"]["Arn"].split(":")[4]
        if entered != account:
            raise NoEntry(WRONG_ACCOUNT, f"the role of {account} led into {entered}")
        given = answer["Credentials"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"],
        }


def _session(profile: str) -> Session:
    session = botocore.session.Session(profile=profile or None)
    if profile and profile not in session.available_profiles:
        known = ", ".join(sorted(session.available_profiles)) or "none"
        raise NoEntry("ProfileNotFound", f"there is no profile {profile} (known: {known})")
    session.register_component("data_loader", models(session))
    return session
