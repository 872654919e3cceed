"""What is read of each event; what cannot be read is set aside with its reason, and nothing ever raises."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ishigaki.core.answer import GLOBAL
from ishigaki.core.concern import Source
from ishigaki.core.finding import Severity
from ishigaki.core.intake import Read, SetAside
from ishigaki.intake.events import LARGEST, read
from ishigaki.intake.guardduty import severity_of
from ishigaki.intake.hub_events import original_type
from ishigaki.intake.members import when
from tests.intake.sample import NAMES, body, event, one, taken

NOTHING = {
    "health_maintenance",
    "hub_inspector",
    "hub_our_own",
    "hub_v2_coverage",
    "other_policy_attached",
    "root_by_service",
    "user_create_denied",
    "user_sign_in",
}
CONTROLS = {"hub_control", "hub_control_with_secrets", "hub_v2_control"}


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_is_read(name: str) -> None:
    found = taken(name)
    assert bool(found.hub) == (name in CONTROLS)
    assert bool(found.detections) == (name not in NOTHING | CONTROLS)
    for detection in found.detections:
        assert detection.first_at <= detection.at
        assert msgspec.convert(msgspec.to_builtins(detection), type(detection)) == detection


def test_vulnerabilities_are_out_of_scope_in_the_other_format_too() -> None:
    told = event("hub_v2_exposure")
    told["detail"]["findings"][0]["metadata"]["product"]["uid"] = (
        "arn:aws:securityhub:ap-northeast-1::productv2/aws/inspector"
    )
    assert read(json.dumps(told)) == Read()


def test_a_low_finding_is_taken_and_says_who_knocked_where() -> None:
    found = one("guardduty_port_probe")
    assert (found.source, found.kind) == (Source.GUARDDUTY, "Recon:EC2/PortProbeUnprotectedPort")
    assert (found.severity, found.count, found.open) == (Severity.LOW, 4, True)
    assert found.resource == "arn:aws:ec2:ap-northeast-1:111122223333:instance/i-0123456789abcdef0"
    assert (found.resource_type, found.name) == ("AWS::EC2::Instance", "web-1")
    told = {"instance": "i-0123456789abcdef0", "ip": "198.51.100.7", "country": "Netherlands", "port": 22}
    assert told.items() <= found.facts.items()
    assert found.first_at == datetime(2026, 11, 21, 22, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("score", "label"),
    [
        (0.1, "LOW"),
        (3.9, "LOW"),
        (4, "MEDIUM"),
        (6.9, "MEDIUM"),
        (7, "HIGH"),
        (8.9, "HIGH"),
        (9, "CRITICAL"),
        (10, "CRITICAL"),
    ],
)
def test_the_number_of_guardduty_has_its_label(score: float, label: str) -> None:
    assert severity_of(score).value == label


def test_archived_natively_is_over() -> None:
    assert not one("guardduty_archived").open


def test_administrator_and_member_tell_of_one_finding() -> None:
    assert one("guardduty_key_from_administrator") == one("guardduty_key_from_member")
    assert one("guardduty_key_from_member").account == "444455556666"


@pytest.mark.parametrize(
    ("native", "copy"),
    [
        ("guardduty_port_probe", "hub_copy_of_guardduty"),
        ("guardduty_key_from_member", "hub_v2_guardduty"),
    ],
)
def test_the_copy_that_security_hub_passes_on_is_the_same_finding(native: str, copy: str) -> None:
    first, second = one(native), one(copy)
    assert (first.id, first.source, first.identity) == (second.id, second.source, second.identity)
    assert (first.severity, first.count, first.at) == (second.severity, second.count, second.at)
    for fact in ("ip", "country", "port", "user", "access_key", "instance"):
        assert first.facts.get(fact) == second.facts.get(fact)


@pytest.mark.parametrize(
    ("of_hub", "own"),
    [
        ("TTPs/Discovery/Recon:EC2-PortProbeUnprotectedPort", "Recon:EC2/PortProbeUnprotectedPort"),
        ("TTPs/Command and Control/Backdoor:EC2-C&CActivity.B!DNS", "Backdoor:EC2/C&CActivity.B!DNS"),
        ("TTPs/UnauthorizedAccess:EC2-SSHBruteForce", "UnauthorizedAccess:EC2/SSHBruteForce"),
        ("TTPs/Initial Access/IAMUser-AnomalousBehavior", "InitialAccess:IAMUser/AnomalousBehavior"),
    ],
)
def test_the_type_has_its_own_name_again(of_hub: str, own: str) -> None:
    assert original_type(of_hub) == own


def test_suppressed_in_security_hub_is_not_over_and_resolved_is() -> None:
    whole = event("hub_copy_of_guardduty")
    for status, open_ in (("SUPPRESSED", True), ("RESOLVED", False)):
        whole["detail"]["findings"][0]["Workflow"]["Status"] = status
        found = read(json.dumps(whole))
        assert isinstance(found, Read)
        assert found.detections[0].open is open_


def test_a_finding_about_a_thing_that_nobody_knew_is_taken() -> None:
    found = one("guardduty_new_kind_of_resource")
    assert found.resource.endswith("/finding/5ab92989eaf0e742df4a014d5c0a8845")
    assert found.severity is Severity.HIGH


def test_access_analyzer() -> None:
    public, role = one("access_analyzer_public"), one("access_analyzer_role")
    assert (public.kind, public.severity, public.account) == (
        "external_access",
        Severity.HIGH,
        "444455556666",
    )
    assert (role.severity, role.facts["principal"]) == (Severity.MEDIUM, "999988887777")
    assert one("access_analyzer_resolved").id == public.id
    assert not one("access_analyzer_resolved").open
    assert one("access_analyzer_unused").severity is Severity.LOW
    assert one("hub_copy_of_access_analyzer").identity == public.identity


def test_a_deleted_finding_is_over() -> None:
    whole = event("access_analyzer_public")
    whole["detail"]["isDeleted"] = True
    found = read(json.dumps(whole))
    assert isinstance(found, Read)
    assert not found.detections[0].open


def test_the_root_user() -> None:
    signed, failed = one("root_sign_in"), one("root_sign_in_failed")
    assert (signed.kind, signed.severity, signed.facts["mfa"]) == ("root_sign_in", Severity.HIGH, "No")
    assert (failed.kind, failed.severity, failed.facts["region"]) == (
        "root_sign_in",
        Severity.MEDIUM,
        "eu-north-1",
    )
    assert (
        signed.identity
        == failed.identity
        == ("444455556666", GLOBAL, "AWS::::Account:444455556666", "root_sign_in")
    )
    active = one("root_activity")
    assert {
        "api": "RunInstances",
        "region": "ap-northeast-1",
        "access_key": "AKIAI44QH8DHBEXAMPLE",
    }.items() <= (active.facts.items())
    key = taken("root_key_created").detections
    assert [(d.kind, d.severity) for d in key] == [
        ("root_activity", Severity.HIGH),
        ("access_key_created", Severity.CRITICAL),
    ]
    assert len({d.id for d in key}) == 2


def test_people_and_keys() -> None:
    assert one("user_created").resource == "arn:aws:iam::444455556666:user/ops/backup2"
    assert one("password_created").facts["user"] == "deploy"
    made = one("access_key_created")
    assert (made.facts["new_access_key"], made.facts["by"]) == (
        "AKIAIOSFODNN7EXAMPLE",
        "arn:aws:iam::444455556666:user/admin",
    )


def test_no_secret_of_a_key_is_kept_even_if_an_event_had_one() -> None:
    whole = event("access_key_created")
    whole["detail"]["responseElements"]["accessKey"]["secretAccessKey"] = "wJalrXUtnFEMI/K7MDENG"
    assert b"wJalrXUtnFEMI" not in msgspec.json.encode(read(json.dumps(whole)))


def test_details_of_resources_are_not_kept() -> None:
    assert b"battery" not in msgspec.json.encode(taken("hub_control_with_secrets").hub)


def test_quarantine_of_any_version() -> None:
    for name, policy in (("quarantine_attached", "V4"), ("quarantine_put", "")):
        found = one(name)
        assert (found.kind, found.severity) == ("quarantine_policy", Severity.CRITICAL)
        assert found.facts["policy"] == f"AWSCompromisedKeyQuarantine{policy}"
        assert found.resource == "arn:aws:iam::444455556666:user/deploy"


def test_health() -> None:
    exposed = one("health_credentials_exposed")
    assert (exposed.account, exposed.kind) == ("444455556666", "credentials_exposed")
    assert exposed.resource == "AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE"
    assert exposed.facts["exposed_at"] == "https://github.com/example/repository"
    suspected = one("health_exposure_suspected_closed")
    assert (suspected.kind, suspected.open) == ("credentials_exposed", False)
    assert one("health_console_compromise").account == "111122223333"


def test_findings_of_controls_are_handed_on_in_either_format() -> None:
    (older,), (newer,) = taken("hub_control").hub, taken("hub_v2_control").hub
    assert (
        (older.account, older.region) == (newer.account, newer.region) == ("444455556666", "ap-northeast-1")
    )
    assert older.id.endswith("security-control/EC2.13/finding/0f1e2d3c-aaaa-bbbb-cccc-444455556666")
    asff, ocsf = json.loads(older.body), json.loads(newer.body)
    assert asff["Compliance"]["SecurityControlId"] == "EC2.13"
    assert asff["Resources"][0]["Tags"] == {"Name": "test-sg"}
    assert newer.id == ocsf["finding_info"]["uid"]
    assert ocsf["compliance"]["control"] == "S3.2"
    assert older.at == newer.at == datetime(2026, 11, 22, 2, tzinfo=UTC)


@pytest.mark.parametrize("name", ["guardduty_port_probe", "hub_control", "root_sign_in"])
def test_a_notification_of_sns_is_unwrapped(name: str) -> None:
    wrapped = {"Type": "Notification", "MessageId": "m", "TopicArn": "arn", "Message": body(name)}
    assert read(json.dumps(wrapped)) == read(body(name))


def changed(name: str, path: str, value: Any) -> str:
    whole = event(name)
    *parents, last = path.split(".")
    inside: Any = whole
    for parent in parents:
        inside = inside[int(parent) if parent.isdigit() else parent]
    if value is None:
        del inside[last]
    else:
        inside[last] = value
    return json.dumps(whole)


UNREADABLE = [
    ("not JSON at all", "not_json"),
    ("", "not_json"),
    ("[" * 10_000, "not_json"),
    ('"\ud800"', "not_json"),
    ("x" * (LARGEST + 1), "too_large"),
    ("[]", "not_an_event"),
    ('{"Records": []}', "not_an_event"),
    (json.dumps({"Type": "SubscriptionConfirmation", "Message": "You have chosen"}), "not_json"),
    (changed("guardduty_port_probe", "detail-type", "GuardDuty Malware Protection"), "unknown_event"),
    (changed("guardduty_port_probe", "source", "com.example"), "unknown_event"),
    (changed("guardduty_port_probe", "version", "1"), "schema_version"),
    (changed("guardduty_port_probe", "detail", None), "missing_member"),
    (changed("guardduty_port_probe", "account", "1234567890"), "wrong_account"),
    (changed("guardduty_port_probe", "detail.schemaVersion", "3.0"), "schema_version"),
    (changed("guardduty_port_probe", "detail.accountId", "nobody"), "wrong_account"),
    (changed("guardduty_port_probe", "detail.severity", "very"), "bad_value"),
    (changed("guardduty_port_probe", "detail.updatedAt", "yesterday"), "bad_value"),
    (changed("guardduty_port_probe", "detail.updatedAt", None), "missing_member"),
    (changed("guardduty_port_probe", "detail.id", "x" * 2000), "bad_value"),
    (changed("guardduty_port_probe", "detail.id", "界" * 400), "bad_value"),
    (changed("guardduty_port_probe", "detail.region", "the moon"), "bad_value"),
    (changed("access_analyzer_public", "detail.status", "PERHAPS"), "bad_value"),
    (changed("hub_control", "detail.findings", None), "missing_member"),
    (changed("hub_control", "detail.findings.0.SchemaVersion", "2030-01-01"), "schema_version"),
    (changed("hub_control", "detail.findings.0.Resources", []), "missing_member"),
    (changed("hub_control", "detail.findings.0.Id", "x\x00y"), "bad_value"),
    (changed("hub_v2_guardduty", "detail.findings.0.metadata.version", "2.0.0"), "schema_version"),
    (changed("hub_v2_guardduty", "detail.findings.0.severity_id", 42), "bad_value"),
    (changed("root_sign_in", "detail.eventVersion", "2.0"), "schema_version"),
    (changed("quarantine_put", "detail.requestParameters.userName", None), "missing_member"),
    (changed("health_credentials_exposed", "detail.eventTypeCode", None), "missing_member"),
]


@pytest.mark.parametrize(("text", "reason"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_cannot_be_read_is_set_aside_with_its_reason(text: str, reason: str) -> None:
    found = read(text)
    assert isinstance(found, SetAside)
    assert found.reason == reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def storable(found: Read | SetAside) -> None:
    """Never a bug of ours, and nothing that a database refuses."""
    if isinstance(found, SetAside):
        assert found.reason != "parser_error", found.detail
        assert len(found.detail) <= 1100
        return
    for d in found.detections:
        told = msgspec.json.encode(d)
        assert len(told) < 100_000
        for text in (d.kind, d.id, d.account, d.region, d.resource, d.resource_type, d.name, d.title):
            assert "\x00" not in text
            assert len(text) <= 1200
    msgspec.json.encode(found.hub)


@given(st.text() | JSON.map(json.dumps))
@settings(max_examples=150)
def test_any_text_is_read_or_set_aside(text: str) -> None:
    storable(read(text))


@given(
    st.sampled_from(
        ["guardduty_port_probe", "hub_control", "hub_v2_guardduty", "root_sign_in", "health_maintenance"]
    ),
    JSON,
)
@settings(max_examples=150)
def test_any_detail_is_read_or_set_aside(name: str, detail: Any) -> None:
    storable(read(json.dumps({**event(name), "detail": detail})))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, inner in inside for p in places(inner, (*path, key)))]


SAMPLES = {name: event(name) for name in NAMES}
PLACES = [(name, path) for name, whole in SAMPLES.items() for path in places(whole) if path]


@given(st.sampled_from(PLACES), JSON | st.just("gone"))
@settings(max_examples=600)
def test_a_sample_with_any_member_changed_is_read_or_set_aside(
    place: tuple[str, tuple[Any, ...]], value: Any
) -> None:
    name, (*parents, last) = place
    whole = deepcopy(SAMPLES[name])
    inside: Any = whole
    for parent in parents:
        inside = inside[parent]
    if value == "gone":
        del inside[last]
    else:
        inside[last] = value
    storable(read(json.dumps(whole)))


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-11-22T03:04:05Z", datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)),
        ("2026-11-22T03:04:05.123456789Z", datetime(2026, 11, 22, 3, 4, 5, 123456, tzinfo=UTC)),
        ("2026-11-22T12:04:05+09:00", datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)),
        ("2026-11-22T03:04:05", datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 03:04:05 GMT", datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)),
        (1795316645, datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)),
        (1795316645000, datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)),
        ("1826-11-22T03:04:05Z", None),
        ("Once upon a time", None),
        (True, None),
        (1e300, None),
    ],
)
def test_a_moment_in_any_of_the_forms_of_aws(told: object, moment: datetime | None) -> None:
    assert when(told) == moment
