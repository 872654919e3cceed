"""The steps people follow: every blank is known or explained, and what is filled in leaves the commands as they are."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from datetime import UTC, datetime

import pytest

from ishigaki import texts
from ishigaki.core.control import Control
from ishigaki.core.evaluate import ACCOUNT
from ishigaki.core.finding import Finding, Status
from ishigaki.texts import LANGUAGES, Language, control_text, steps
from tests.laws.declarations import CONTROLS
from tests.laws.test_fix_commands import commands, known_options

CAPITALS = re.compile(r"(?<![A-Za-z0-9_$:.…-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*(?![A-Za-z0-9_*-])")
# What stands in capitals and is meant as it stands: abbreviations, and values and names of AWS's.
MEANT = frozenset(
    word
    for line in (
        "A ACL ACM ALB API ARN AWS AZ CLB CLI DNS DSS EBS EC2 ECR EKS ENI ESP EU GB GRE HTTP HTTPS IAM ICMP ID IP",
        "KMS MFA NAT OU PCI RDP S3 SNS SSH STOP TCP TLS UDP URL US USD VPC VPN",
        "ACCOUNT AES256 CREATING DENY EBS_MALWARE_PROTECTION EC2_AGENT_MANAGEMENT ECS_FARGATE_AGENT_MANAGEMENT",
        "EKS_ADDON_MANAGEMENT EKS_AUDIT_LOGS EKS_RUNTIME_MONITORING ENABLED EXISTS LAMBDA LAMBDA_CODE",
        "LAMBDA_NETWORK_LOGS NOT RDS_LOGIN_EVENTS REJECT RUNTIME_MONITORING S3_DATA_EVENTS SECURITY",
        "AUTH CA DAX LOGGER_SEVERITY_DEFAULT OSS PAY_PER_REQUEST ROTATE SET SOURCE_CAPTURE SOURCE_UNLOAD",
        "SSL TARGET_APPLY TARGET_LOAD",
        "AWS_IAM BASIC CUSTOM_JWT MCP SSM",
        "AUDIT_LOGS AWS_OWNED_CMK COPY DISABLED EMR ES_APPLICATION_LOGS ETL FIPS MSK NOW OFF_PEAK_WINDOW RA3 SASL",
        "SCRAM UNLOAD",
        "ALERT ELB HTTP_301 HVM MANAGED NLB",
        "ACTIVE AUDIT CAPABILITY_NAMED_IAM CONTACTFLOW_LOGS ENFORCED FTP FTPS MULTI_AZ_1 MULTI_AZ_2 ON",
        "ONTAP OPTIONAL PERSISTENT_2 PLUS REQUIRE SFTP",
        "CLOUDFRONT ERROR GET INFO JWT REGIONAL REST RSA_2048 STRICT WAF",
        "ALL AMI ENHANCED IMMUTABLE LATEST NONE OS SCAN_ON_PUSH SECRETS_MANAGER WILDCARD",
        "CONNECT DB DMS MARIADB_AUDIT_PLUGIN QUERY_DCL QUERY_DDL RDS SQL",
    )
    for word in line.split()
)
HOSTILE = (
    "=1+1@tanaka",
    "--shop-uploader",
    "a'; rm -rf ~ #",
    "drop-table-customers--1.shop",
    "$(id)",
    "名前 x",
)


def thing(type: str, name: str) -> Finding:
    return Finding(
        "X.1",
        "111122223333",
        "ap-northeast-1",
        type,
        f"arn:aws:x:ap-northeast-1:111122223333:a/{name}",
        Status.FAILED,
        name=name,
    )


def types_of(control: Control) -> list[str]:
    return [kind.aws if kind.listed_by else ACCOUNT for kind in control.subjects]


def said() -> dict[str, str]:
    """Every text that tells people what to do."""
    fixes = {f"{c.id} {x}": control_text(c.id).fix[x] for c in CONTROLS for x in LANGUAGES}
    notes = {f"{code} {x}": words[x] for code, words in texts._notes().items() for x in LANGUAGES}
    return fixes | notes


def test_what_stands_in_capitals_is_listed() -> None:
    found = {word for text in said().values() for word in CAPITALS.findall(text)}
    assert found - MEANT <= steps.blanks()


def test_what_is_listed_is_used() -> None:
    used = {blank for text in said().values() for blank in steps.still_open(text)}
    assert used == steps.blanks()


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: c.id)
def test_a_blank_is_filled_in_or_explained(control: Control) -> None:
    for kind in types_of(control):
        for language in LANGUAGES:
            for blank in steps.still_open(control_text(control.id).fix[language]):
                meaning = steps.meaning(blank, kind)
                assert blank in steps.known_for(kind) or (meaning and meaning[language]), blank


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: c.id)
def test_what_is_known_is_filled_in(control: Control) -> None:
    for kind in types_of(control):
        for language in LANGUAGES:
            text = steps.filled_for(
                control_text(control.id).fix[language], [(thing(kind, "plain-name"), kind)]
            )
            assert not set(steps.still_open(text)) & set(steps.known_for(kind))


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: c.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_filled_commands_are_the_same_commands(control: Control, language: Language) -> None:
    fix = control_text(control.id).fix[language]
    for kind in types_of(control):
        text = steps.filled_for(fix, [(thing(kind, "plain-name"), kind)])
        assert commands(text) == commands(fix)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_shell_gets_the_value_as_it_is(name: str) -> None:
    text = steps.filled("aws iam get-user --user-name USER --region R", {"USER": name})
    options = shlex.split(text)[3:]
    assert " ".join(options) in (f"--user-name {name} --region R", f"--user-name={name} --region R")
    assert not options[1].startswith("--") or options[1] == "--region"


@pytest.mark.parametrize("name", ["a'; rm -rf ~ #", "$(id)"])
def test_what_cannot_be_quoted_stays_open(name: str) -> None:
    text = """x --y '{"Target":"BUCKET/"}' --z arn:aws:s3:::BUCKET"""
    assert steps.filled(text, {"BUCKET": name}) == text


def test_what_cannot_be_printed_stays_open() -> None:
    assert "USER" not in steps.values_for(thing("AWS::IAM::User", "a\x1b[31m"), "AWS::IAM::User")


def test_only_what_all_share_is_filled_in() -> None:
    two = [(thing("AWS::S3::Bucket", name), "AWS::S3::Bucket") for name in ("one", "two")]
    assert steps.filled_for("BUCKET in REGION", two) == "BUCKET in ap-northeast-1"


def test_the_steps_were_not_checked_in_the_future() -> None:
    assert steps.valid_on() <= datetime.now(UTC).date()


@pytest.mark.parametrize("code", sorted(texts._notes()))
def test_the_commands_of_a_note_exist(code: str) -> None:
    found = [commands(texts._notes()[code][language]) for language in LANGUAGES]
    assert sorted(map(str, found[0])) == sorted(map(str, found[1]))
    for service, operation, options in found[0]:
        assert not options - known_options(service, operation)


def test_no_two_rooms_give_one_note_two_meanings() -> None:
    counts = Counter(code for room in texts._rooms() for code in room.notes)
    meanings = {
        code: {tuple(sorted(room.notes[code].items())) for room in texts._rooms() if code in room.notes}
        for code, count in counts.items()
        if count > 1
    }
    assert not {code for code, said in meanings.items() if len(said) > 1}
