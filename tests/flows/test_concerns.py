"""What a scan and its neighbours give the policy to decide about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from ishigaki.core.concern import Detection
from ishigaki.core.finding import Finding, Severity, Status
from ishigaki.core.waiver import Waiver
from ishigaki.flows.concerns import concern_of_detection, concerns
from ishigaki.flows.waivers import lay_over_kept
from ishigaki.standards.waivers import shipped
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import Entered, ScanHeader

ID, DEV, NEW = "111122223333", "444455556666", "777788889999"
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
HEADER = ScanHeader(
    "s",
    AT,
    "0",
    ("fsbp",),
    (),
    "us-east-1",
    "aws",
    (
        Entered(ID, "sales", "production", "sales@example.com"),
        Entered(DEV, "dev", "non-production", "dev@example.com"),
        Entered(NEW, "new", "", ""),
    ),
)
ACCOUNTS = {a.id: a for a in HEADER.accounts}


def kept(
    control: str = "S3.9",
    account: str = ID,
    resource: str = "arn:aws:s3:::b",
    *,
    status: Status = Status.FAILED,
    record: str = "ACTIVE",
    name: str = "",
    tags: Mapping[str, str] | None = None,
    shipped: str = "",
) -> Kept:
    type_ = "AWS::S3::Bucket"
    finding = Finding(control, account, "eu-west-1", type_, resource, status, name=name, record=record)
    return Kept(finding, tags=tags, shipped=shipped)


def test_only_what_failed_is_work() -> None:
    several = [kept(resource=status, status=status) for status in Status]
    found = concerns([*several, kept(resource="gone", record="ARCHIVED")], ACCOUNTS)
    assert [c.resource for c in found] == ["FAILED"]


def test_a_concern_knows_what_decisions_hang_on() -> None:
    (found,) = concerns([kept(name="b", tags={"team": "sales"})], ACCOUNTS)
    assert (found.kind, found.category, found.severity, found.source) == (
        "S3.9",
        "logging",
        Severity.MEDIUM,
        "ishigaki",
    )
    assert (found.environment, found.owner, found.tags) == (
        "production",
        "sales@example.com",
        {"team": "sales"},
    )
    assert found.finding is not None
    assert found.identity == found.finding.identity


def test_an_account_whose_environment_nobody_knows_counts_as_production() -> None:
    found = concerns([kept(account=a) for a in (ID, DEV, NEW, "000000000000")], ACCOUNTS)
    assert [c.environment for c in found] == ["production", "non-production", "production", "production"]
    assert found[0].tags is None


def test_one_fault_is_one_work_whatever_the_standard() -> None:
    both = [kept("EC2.21"), kept("EC2.21@2022")]
    older = kept("EC2.21@2022", resource="other")
    assert [(c.kind, c.resource) for c in concerns([*both, older], ACCOUNTS)] == [
        ("EC2.21", "arn:aws:s3:::b"),
        ("EC2.21@2022", "other"),
    ]


def test_what_an_exception_hides_is_named_with_its_reason() -> None:
    waiver = Waiver(
        "S3.9", ID, "Static pages", "a", date(2026, 11, 1), date(2027, 1, 1), resource="arn:aws:s3:::b"
    )
    findings = [kept(), kept(resource="logs", shipped="receives_access_logs"), kept(resource="rest")]
    overlay = lay_over_kept(findings, [waiver], now=AT)
    english, japanese = (concerns(findings, ACCOUNTS, overlay, language=lang) for lang in ("en", "ja"))
    rule = shipped()["receives_access_logs"]
    assert [c.excepted for c in english] == ["Static pages", rule.reason_en, ""]
    assert [c.excepted for c in japanese] == ["Static pages", rule.reason_ja, ""]


def test_a_detection_is_a_concern_of_its_account() -> None:
    seen = Detection(
        source="guardduty",
        kind="Recon:EC2/Portscan",
        id="1",
        account=DEV,
        region="eu-west-1",
        resource="i-1",
        resource_type="AWS::EC2::Instance",
        severity=Severity.LOW,
        title="",
        first_at=AT,
        at=AT,
        name="web",
    )
    accounts = {a.id: a for a in HEADER.accounts}
    found = concern_of_detection(seen, accounts)
    assert (found.category, found.environment, found.owner) == ("threat", "non-production", "dev@example.com")
    assert (found.identity, found.detection, found.name) == (seen.identity, seen, "web")
    assert concern_of_detection(seen, {}).environment == "production"
