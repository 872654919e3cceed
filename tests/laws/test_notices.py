"""The words of messages: both languages with the same blanks, about things that exist, and enough for every control."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Any

import pytest

from ishigaki.core.catalogue import plain
from ishigaki.core.concern import Source
from ishigaki.core.control import Control
from ishigaki.core.finding import Severity
from ishigaki.core.notice import Message
from ishigaki.report.message import compose
from ishigaki.report.values import ACCOUNT
from ishigaki.standards import catalogue
from ishigaki.texts import LANGUAGES, Language, notices
from tests.laws.declarations import CONTROLS
from tests.report.notices import DAY, NOW, TOKYO, item, notice

OWN = (
    *("external_access", "root_sign_in", "root_activity", "user_created", "access_key_created"),
    *("credentials_exposed", "quarantine_policy", "user_without_reason"),
)
# One of every threat purpose of GuardDuty's, and of every kind of thing that it names; and what nobody knows yet.
GUARDDUTY = (
    "AttackSequence:IAM/CompromisedCredentials",
    "AttackSequence:EKS/CompromisedCluster",
    "Backdoor:EC2/C&CActivity.B!DNS",
    "Backdoor:Lambda/C&CActivity.B",
    "Behavior:EC2/NetworkPortUnusual",
    "CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin",
    "CryptoCurrency:Runtime/BitcoinTool.B",
    "DefenseEvasion:IAMUser/AnomalousBehavior",
    "DefenseImpairment:EC2/DisableOrModifyTools",
    "Discovery:S3/AnomalousBehavior",
    "Discovery:Kubernetes/MaliciousIPCaller",
    "Execution:ECS/MaliciousFile",
    "Execution:EC2/MaliciousFile!Snapshot",
    "Exfiltration:S3/AnomalousBehavior",
    "Impact:S3/AnomalousBehavior.Delete",
    "InitialAccess:IAMUser/AnomalousBehavior",
    "Object:S3/MaliciousFile",
    "PenTest:IAMUser/KaliLinux",
    "Persistence:IAMUser/AnomalousBehavior",
    "Policy:IAMUser/RootCredentialUsage",
    "Policy:S3/BucketAnonymousAccessGranted",
    "PrivilegeEscalation:IAMUser/AnomalousBehavior",
    "Recon:EC2/PortProbeUnprotectedPort",
    "Recon:IAMUser/MaliciousIPCaller",
    "Stealth:IAMUser/CloudTrailLoggingDisabled",
    "Trojan:EC2/BlackholeTraffic",
    "UnauthorizedAccess:EC2/SSHBruteForce",
    "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
    "Something:New/Altogether",
    "no type at all",
)


def said() -> Iterator[tuple[str, Any]]:
    """Every text of messages by where it stands: words by language."""
    for section, words in notices._notices().phrases.items():
        yield from ((f"{section}.{key}", each) for key, each in words.items())
    for telling in {id(t): t for t in notices._notices().controls.values()}.values():
        for field in ("name", "why", "question", "fix", "safer"):
            if getattr(telling, field):
                yield f"{telling.ids[0]}.{field}", getattr(telling, field)
    for kind, detection in notices._notices().detections.items():
        for field in ("name", "why", "cause", "question", "safer"):
            if getattr(detection, field):
                yield f"{kind}.{field}", getattr(detection, field)
        if detection.steps:
            yield from (
                (f"{kind}.steps", dict(zip(LANGUAGES, pair, strict=True)))
                for pair in zip(*(detection.steps[x] for x in LANGUAGES), strict=True)
            )


@pytest.mark.parametrize(("where", "words"), list(said()), ids=lambda x: x if isinstance(x, str) else "")
def test_words_are_said_in_both_languages_with_the_same_blanks(where: str, words: dict[str, str]) -> None:
    assert words.keys() == {"en", "ja"}
    blanks = {x: {b for _, b, _, _ in string.Formatter().parse(text) if b} for x, text in words.items()}
    assert blanks["en"] == blanks["ja"]
    assert not re.search(
        r"して下さい|既定|静止時|ホワイトリスト|ユーザ[^ー]|サーバ[^ー]|深刻度|漏えい|怠|オーナー|マスターアカウント|"
        r"[ぁ-んァ-ヶ一-龠][A-Za-z0-9]|[A-Za-z0-9][ぁ-んァ-ヶ一-龠]",
        words["ja"].replace("24時間", ""),
    )


def test_no_control_is_spoken_of_twice_and_each_exists() -> None:
    tellings = {id(t): t for t in notices._notices().controls.values()}.values()
    ids = [control for telling in tellings for control in telling.ids]
    assert len(ids) == len(set(ids))
    assert set(ids) <= catalogue().keys()


def test_questions_are_asked_of_types_that_controls_are_about() -> None:
    types = {subject for facts in catalogue().values() for subject in facts.subjects}
    assert notices.phrases("question").keys() <= {*types, ACCOUNT, notices.ANY}


def test_categories_are_parts_of_those_of_the_catalogue() -> None:
    categories = {facts.category for facts in catalogue().values()}
    for section in ("category", "why"):
        for key in notices.phrases(section).keys() - {notices.ANY}:
            assert any(key in category for category in categories), key


def text_of(message: Message) -> str:
    return "\n".join(
        [
            message.title,
            *(line for part in message.parts for line in (part.heading, part.text, *part.bullets)),
            *(action.text for action in message.actions),
            *message.footer,
        ]
    )


def composed(kind: str, type: str, language: Language, *, source: Source = Source.ISHIGAKI) -> Message:
    thing = item(kind, "arn:aws:x:ap-northeast-1:999999999999:a/b", type, name="b", source=source)
    return compose(
        notice("opened", kind, (thing,), due=NOW + 7 * DAY), language=language, zone=TOKYO, now=NOW
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: c.id)
def test_every_control_that_is_judged_can_be_told(control: Control, language: Language) -> None:
    for kind in control.subjects:
        message = composed(control.id, kind.aws if kind.listed_by else ACCOUNT, language)
        assert not re.search(r"\{[a-z_]+(:|\})", text_of(message)), "a blank is left open"
        assert control.id in message.title
        assert message.parts[0].text, "why"
        assert message.parts[1].text, "the question"
        assert any(part.heading and part.text for part in message.parts), "the fix"
        facts = catalogue()[plain(control.id)]
        assert facts.own or any(link.url == facts.reference for part in message.parts for link in part.links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_control_that_is_not_judged_yet_can_be_told_too(language: Language) -> None:
    judged = {plain(c.id) for c in CONTROLS}
    for id in [*(c for c in catalogue() if c not in judged), "Nova.7"]:
        message = composed(id, "AWS::Nova::Star", language, source=Source.SECURITY_HUB)
        assert id in message.title
        assert all(part.text or part.bullets for part in message.parts)
        assert "Security Hub" in text_of(message) or id != "Nova.7"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*OWN, *GUARDDUTY])
def test_every_detection_says_why_who_and_what_first(kind: str, language: Language) -> None:
    message = composed(kind, "AWS::EC2::Instance", language, source=Source.GUARDDUTY)
    why, question, steps, further = message.parts[:4]
    assert len(why.text) > 30
    assert question.text
    assert question.bullets
    assert len(steps.bullets) >= 2
    assert further.links[0].url.startswith("https://")
    assert kind in OWN or kind in message.title


def test_detections_of_other_purposes_are_told_otherwise() -> None:
    purposes = {kind.partition(":")[0] for kind in GUARDDUTY if ":" in kind} - {"Something"}
    whys = {purpose: (notices.detection_telling(f"{purpose}:X/Y").why or {})["en"] for purpose in purposes}
    assert len(set(whys.values())) == len(purposes)
    assert set(whys.values()).isdisjoint({(notices.detection_telling("Something:X/Y").why or {})["en"]})


@pytest.mark.parametrize("kind", ["credentials_exposed", "quarantine_policy"])
def test_a_leaked_key_is_answered_within_a_day_and_deactivated_not_deleted(kind: str) -> None:
    steps = notices.detection_telling(kind).steps or {}
    assert "24 hours" in " ".join(steps["en"])
    assert "24時間以内" in " ".join(steps["ja"])
    assert re.search(r"deactivate the leaked one. Do not delete it", " ".join(steps["en"]))
    assert "削除しないでください" in " ".join(steps["ja"])
    assert kind != "quarantine_policy" or steps["ja"][0].startswith("隔離ポリシーは外さないでください")


def test_severities_have_words() -> None:
    for severity in Severity:
        thing = item("EC2.13", "sg", "AWS::EC2::SecurityGroup", severity=severity)
        for language in LANGUAGES:
            told = notice("opened", "EC2.13", (thing,), due=NOW + DAY)
            title = compose(told, language=language, zone=TOKYO, now=NOW).title
            assert severity.value in title or language == "ja"
