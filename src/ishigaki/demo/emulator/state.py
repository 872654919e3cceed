"""What the emulator remembers beside moto's own backends."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.backends import get_backend

from ishigaki.demo.emulator.faults import Plan
from ishigaki.demo.emulator.journal import Journal

Params = Mapping[str, Any]
Answer = dict[str, Any]

MANAGEMENT = "123456789012"  # whom an access key that nobody knows belongs to, as in moto
REPORT_LIFETIME = 4 * 3600  # seconds; AWS keeps a credential report for four hours
PARTITION = "aws"


class Refused(Exception):
    """An error as the service would answer it."""

    def __init__(self, code: str, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass
class RootUser:
    """The root user's credentials, which no API of AWS can set."""

    mfa: str = "none"  # none | virtual | hardware
    access_keys: int = 0
    access_key_last_used: datetime | None = None
    password_last_used: datetime | None = None
    password: bool = True


@dataclass
class Account:
    """One AWS account: what moto does not keep about it."""

    id: str
    suspended: bool = False
    root: RootUser = field(default_factory=RootUser)
    created: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    regions: dict[str, str] = field(default_factory=dict)  # opt-in Regions that were switched
    report: tuple[datetime, str] | None = None


@dataclass
class Emulator:
    """Everything the layer keeps: accounts, settings, faults, the journal of requests."""

    accounts: dict[str, Account] = field(default_factory=dict)
    settings: defaultdict[tuple[str, str, str], dict[str, Any]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    faults: Plan = field(default_factory=Plan)
    journal: Journal = field(default_factory=Journal)
    page_size: int | None = None
    report_lifetime: int = REPORT_LIFETIME

    def account(self, account_id: str) -> Account:
        """The account, made known on first sight."""
        return self.accounts.setdefault(account_id, Account(id=account_id))

    def clear(self) -> None:
        """Forget everything but the process."""
        self.__dict__.update(Emulator(accounts={MANAGEMENT: Account(id=MANAGEMENT)}).__dict__)


@dataclass(frozen=True, slots=True)
class Context:
    """One request as a handler sees it."""

    emulator: Emulator
    service: str
    operation: str
    account: str
    region: str
    access_key: str
    moto: Callable[..., Answer]  # moto's own answer: to this request, other parameters, another account

    @property
    def settings(self) -> dict[str, Any]:
        """This service's state in this account and Region."""
        return self.emulator.settings[self.service, self.account, self.region]

    @property
    def partition_settings(self) -> dict[str, Any]:
        """This service's state in this account, the same in every Region."""
        return self.emulator.settings[self.service, self.account, PARTITION]

    def backend(
        self, service: str | None = None, *, account: str | None = None, region: str | None = None
    ) -> Any:
        """Moto's backend of a service in this account and Region (or in the partition, if global)."""
        of_account, region = (
            get_backend(service or self.service)[account or self.account],
            region or self.region,
        )
        return of_account[region] if region in of_account else of_account[PARTITION]

    def arn(self, rest: str, *, prefix: str | None = None) -> str:
        """An ARN of this service, account and Region; `prefix` where ARNs name the service otherwise."""
        return f"arn:aws:{prefix or self.service}:{self.region}:{self.account}:{rest}"


Handler = Callable[[Context, Params], Answer]


def now() -> datetime:
    """The present time as AWS gives it: UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
