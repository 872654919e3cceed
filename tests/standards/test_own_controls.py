"""Controls of our own: beside AWS's, under ids that are none of AWS's, in no standard and in no score of AWS's."""

from __future__ import annotations

import csv
import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from ishigaki.core.catalogue import OWN, order, plain
from ishigaki.core.fault import fault
from ishigaki.core.finding import Finding, Severity, Status
from ishigaki.core.score import score
from ishigaki.demo.emulator.handlers.security_parameters import definitions, get
from ishigaki.flows.catalogue import explained
from ishigaki.report import asff, csv_, html, json_, page, sarif
from ishigaki.report.picture import Picture
from ishigaki.report.table import render as table
from ishigaki.services import controls, remediations
from ishigaki.standards import CATALOGUES, MUST, STANDARDS, catalogue, checklist, standard
from ishigaki.standards.choice import choose
from ishigaki.texts import LANGUAGES, Language
from tests.report.estate import row, small

LAMBDA = "Ishigaki.Lambda.1"
ALL = tuple(id for id, facts in catalogue().items() if facts.own)


def ids_of(file: str) -> list[str]:
    text = files("ishigaki.standards").joinpath(file).read_text(encoding="utf-8")
    return [r["id"] for r in csv.DictReader(text.splitlines())]


def test_each_catalogue_holds_its_own_ids() -> None:
    aws, own = map(ids_of, CATALOGUES)
    assert own == sorted(own, key=order)
    assert all(id.startswith(OWN) for id in own)
    assert not [id for id in aws if id.startswith(OWN)]
    assert tuple(own) == ALL == (LAMBDA,)


@pytest.mark.parametrize("control", ALL)
def test_an_own_control_is_judged_and_is_in_no_standard(control: str) -> None:
    assert control in controls()
    assert plain(control) == control
    assert not [name for name in STANDARDS if control in standard(name).controls]
    assert control not in standard(MUST).controls
    assert not catalogue()[control].standards
    assert not catalogue()[control].schedule, "Security Hub never looks at it"


def test_secrets_in_variables_are_asked_by_the_ten_practices_and_are_manual() -> None:
    facts = catalogue()[LAMBDA]
    assert (facts.severity, facts.subjects) == (Severity.HIGH, ("AWS::Lambda::Function",))
    (line,) = [one for one in checklist("ten_practices").lines if LAMBDA in one.controls]
    assert line.title["en"] == "Credentials lie in Secrets Manager or Parameter Store"
    assert LAMBDA not in remediations()


def test_it_is_chosen_with_the_checklist_and_by_its_prefix_alone() -> None:
    assert LAMBDA in {q.id for q in choose().questions}
    assert {q.id for q in choose(globs=["ishigaki.*"]).questions} == {LAMBDA}
    assert LAMBDA not in {q.id for q in choose(globs=["Lambda.*"]).questions}


def test_it_counts_in_no_score() -> None:
    failed = Finding(LAMBDA, "1" * 12, "eu-west-1", "AWS::Lambda::Function", "arn:x", Status.FAILED)
    for name in STANDARDS:
        ids = standard(name).controls
        assert score([failed], [], ids) == score([], [], ids)


def of(language: Language = "en") -> Picture:
    arn = "arn:aws:lambda:ap-northeast-1:111122223333:function:hello"
    faults = (fault("secret_in_variable", variable="DB_PASSWORD"),)
    failed = row(LAMBDA, Status.FAILED, resource=arn, type="AWS::Lambda::Function", faults=faults)
    return small(language, rows=[failed])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_asff_claims_no_id_and_no_page_of_aws(language: Language) -> None:
    (found,) = asff.findings(of(language))
    assert found["Compliance"].keys() == {"Status", "StatusReasons"}
    assert "DB_PASSWORD" in found["Compliance"]["StatusReasons"][0]["Description"]
    jsonschema.validate(found, asff.schema())
    assert found["GeneratorId"] == f"ishigaki/{LAMBDA}"
    assert found["Title"].startswith(LAMBDA)
    assert found["Remediation"]["Recommendation"].keys() == {"Text"}
    (aws,) = asff.findings(small(rows=[row("S3.8", Status.FAILED)]))
    assert aws["Compliance"]["SecurityControlId"] == "S3.8"


def test_the_sarif_has_a_rule_without_a_page_of_aws() -> None:
    (run,) = sarif.log(of())["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["id"] == run["results"][0]["ruleId"] == LAMBDA
    assert "helpUri" not in rule
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"]["tags"] == ["security"]


def test_the_page_shows_it_without_a_page_of_aws() -> None:
    (group,) = page.control_groups(of())
    assert (group.control, group.reference, group.standards) == (LAMBDA, "", [])
    text = html.render(of())
    assert f'id="control-{LAMBDA}"' in text
    assert "console/securityhub" not in text
    assert "console/securityhub/S3.8/" in html.render(small(rows=[row("S3.8", Status.FAILED)]))


def test_the_other_documents_name_it() -> None:
    assert [f["control"] for f in json.loads(json_.render(of()))] == [LAMBDA]
    assert LAMBDA in csv_.render(of())
    assert LAMBDA in table(of(), width=120)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_explained(language: Language) -> None:
    text = explained("ishigaki.lambda.1", language)
    assert text.startswith(f"{LAMBDA}  HIGH")
    assert "lambda:ListFunctions" in text


def test_the_emulators_security_hub_does_not_know_it() -> None:
    nobody: Any = None
    token, known = "0", []
    while token:
        page = definitions(nobody, {"NextToken": token})
        known += [d["SecurityControlId"] for d in page["SecurityControlDefinitions"]]
        token = page.get("NextToken", "")
    assert len(known) == len(catalogue()) - len(ALL)
    assert not [id for id in known if id.startswith(OWN)]
    answer = get(nobody, {"SecurityControlIds": [LAMBDA]})
    assert answer["UnprocessedIds"] == [{"SecurityControlId": LAMBDA, "ErrorCode": "NOT_FOUND"}]
