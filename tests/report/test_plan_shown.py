"""A plan on the terminal: goldens at two widths and in two languages; what is alike shows once; steps are filled in."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from rich.cells import cell_len

from ishigaki.core.change import Note, Safety
from ishigaki.core.differences import differences
from ishigaki.core.plan import Cost, Left, Plan, Planned, Touched, sealed
from ishigaki.report import manual
from ishigaki.report import plan as shown
from ishigaki.report.values import refined
from ishigaki.texts import LANGUAGES, ControlText, Language, RemediationText, steps
from tests.report import golden, plans
from tests.report.plans import SANDBOX, SHOP

REGIONS = tuple(f"region-{number:02}" for number in range(1, 18))
HOSTILE = "--\x1b[31m$(id)"
POLICY = "strengthen_password_policy"
NOTES = {
    "manual": {"en": "A person follows the steps", "ja": "手順に沿って人が対応します"},
    "website_is_public": {
        "en": "The bucket serves a website. Move it first: aws s3api delete-bucket-website --bucket BUCKET",
        "ja": "バケットで Web サイトを公開しています。先に移してください: "
        "aws s3api delete-bucket-website --bucket BUCKET",
    },
    "owned_by_tool": {
        "en": "Terraform owns this: change its code",
        "ja": "Terraform のコードを変更してください",
    },
}
STEPS = {
    "IAM.5": "aws iam delete-login-profile --user-name USER",
    "EC2.10": "aws ec2 create-vpc-endpoint --region REGION --vpc-id VPC_ID --subnet-ids SUBNET_IDS",
    "IAM.6": "aws sts assume-root --target-principal ACCOUNT_ID",
}


def said_of(control: str) -> ControlText:
    fix = STEPS.get(control, "aws example")
    return ControlText(
        why={"en": "", "ja": ""},
        judged={"en": "", "ja": ""},
        fix={"en": f"Run: {fix}", "ja": f"次を実行してください: {fix}"},
        breaks={"en": "Sign-in without the device stops.", "ja": "デバイスがないとサインインできません。"},
        minutes=5,
    )


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {
        **plans.SAID,
        "close": RemediationText(
            does={"en": "Close {name} to the public", "ja": "{name} の公開をやめる"},
            breaks={"en": "Visitors are refused.", "ja": "閲覧できなくなります。"},
        ),
    }
    monkeypatch.setattr(shown, "remediation_text", said.__getitem__)
    for module in (shown, manual):
        monkeypatch.setattr(module, "note_text", lambda note, language: NOTES[note.code][language])
    monkeypatch.setattr(manual, "said_of", said_of)
    monkeypatch.setattr(steps, "valid_on", lambda: date(2026, 11, 22))


def change(number: int, remediation: str, touch: Touched, **more: object) -> Planned:
    planned = plans.change(number, remediation, "s3:PutBucketPolicy", safety=Safety.DISRUPTIVE)
    more = {"proves": ("S3.8",), **more}
    return msgspec.structs.replace(planned, touches=(touch,), serves=("S3.8",), **more)


def bucket(name: str, *, region: str = REGIONS[0], statements: int = 1) -> Touched:
    """A bucket whose policy loses a statement among many."""
    kept = [
        {"Sid": f"Statement{n}", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
        for n in range(statements)
    ]
    public = {"Sid": "Public", "Action": "s3:*", "Principal": "*"}
    narrow = {"Sid": "Public", "Action": "s3:*", "Principal": {"AWS": plans.SHOP}}
    before, after = ({"Statement": [*kept, x]} for x in (public, narrow))
    return Touched(
        "alter",
        "AWS::S3::Bucket",
        name,
        name,
        region,
        before={"policy": before},
        after={"policy": after},
    )


def everywhere() -> tuple[Planned, ...]:
    return tuple(
        change(
            100 + number,
            "watch_for_threats",
            Touched(
                "alter",
                "AWS::::Account",
                f"AWS::::Account:{SHOP}",
                "",
                region,
                before={"status": ""},
                after={"status": "ENABLED"},
            ),
            safety=Safety.SAFE,
            disruption="none",
        )
        for number, region in enumerate(REGIONS)
    )


def left(control: str, type: str, name: str, *, code: str = "manual", **more: object) -> Left:
    whole: dict[str, Any] = {"account": SHOP, "region": REGIONS[0], "resource": name, **more}
    return Left(name=name, note=Note(code), control=control, type=type, **whole)


def whole() -> Plan:
    changes = (
        *everywhere(),
        change(1, "close", bucket("customer-photos", statements=40), reversible=False),
        change(2, "close", bucket("customer-movies", statements=40), reversible=False),
        change(3, "close", bucket(HOSTILE, statements=1), depends_on=("000000000001",)),
    )
    account = {"resource": f"AWS::::Account:{SHOP}", "region": "aws-global"}
    user = "AWS::IAM::User"
    touch = bucket("terraform-state")
    manual_work = (
        left("IAM.5", user, "=1+1@tanaka", region="aws-global"),
        left("IAM.5", user, "--shop-uploader", region="aws-global"),
        left("IAM.5", user, "a\x1b[31mb", region="aws-global"),
        left("IAM.6", "AWS::::Account", "", **account),
        *(left("EC2.10", "AWS::EC2::VPC", f"vpc-{n:017x}", region=REGIONS[n]) for n in range(14)),
        left("S3.8", "AWS::S3::Bucket", "web", code="website_is_public"),
        left("S3.8", "AWS::S3::Bucket", "terraform-state", code="owned_by_tool", touches=(touch,)),
        left(
            "", "AWS::::Account", "", item="contacts", account=SANDBOX, resource=f"AWS::::Account:{SANDBOX}"
        ),
    )
    return sealed(msgspec.structs.replace(plans.plan(*changes), left=manual_work))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_the_plan_is_as_it_was(language: Language, width: int) -> None:
    golden.check(f"plan.{language}.{width}.txt", shown.render(whole(), language=language, width=width))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(language: Language, width: int) -> None:
    for line in shown.render(whole(), language=language, width=width).splitlines():
        assert cell_len(line) <= width


def test_every_change_is_named_and_what_is_alike_is_said_once() -> None:
    text = shown.render(whole(), language="en", width=120)
    assert all(text.count(f"\n  {c.id}  ") == 1 for c in whole().changes)
    assert text.count("Switch on GuardDuty in the Region") == 1


def test_a_difference_beyond_names_is_not_said_to_be_alike() -> None:
    one, other = bucket("customer-photos"), bucket("customer-movies", statements=2)
    other = msgspec.structs.replace(other, after={"policy": {"Statement": []}})
    plan = plans.plan(change(1, "close", one), change(2, "close", other))
    assert shown.render(plan, language="en", width=120).count("to the public") == 2


def test_a_name_cannot_steer_the_terminal() -> None:
    for language in LANGUAGES:
        assert not {"\x1b", "\x07", "\u202e"} & set(shown.render(whole(), language=language, width=120))


def test_of_a_long_policy_only_what_differs_is_shown() -> None:
    plan = plans.plan(change(1, "close", bucket("customer-photos", statements=40)))
    text = shown.render(plan, language="en", width=200)
    assert "policy.Statement[Public].Principal" in text
    assert "Statement7" not in text


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ([{"Sid": "a", "x": 1}], [{"Sid": "a", "x": 2}], ["[a].x"]),
        ([{"Sid": "a", "x": 1}], [{"Sid": "b", "x": 1}], ["[]", "[]"]),
        ([{"x": 1, "y": 2, "z": 3}], [{"x": 1, "y": 2, "z": 4}], ["[].z"]),
        ([{"x": 1}], [{"y": 1}], ["[]", "[]"]),
        ([1], [2], ["[]", "[]"]),
        (
            [{"Name": "a", "l": [{"Name": "b", "s": 0}]}],
            [{"Name": "a", "l": [{"Name": "b", "s": 1}]}],
            ["[a].l[b].s"],
        ),
    ],
)
def test_items_of_a_list_are_told_by_what_differs(
    before: list[object], after: list[object], paths: list[str]
) -> None:
    assert [d.path for d in refined(differences(before, after))] == paths


def test_steps_are_written_out_where_few_differ_and_once_where_many_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = " ".join(shown.render(whole(), language="en", width=200).split())
    assert "--user-name '=1+1@tanaka'" in text
    assert "--user-name='--shop-uploader'" in text
    assert text.count("aws ec2 create-vpc-endpoint --region REGION --vpc-id VPC_ID") == 1
    assert "REGION=region-01 VPC_ID=vpc-00000000000000000" in text
    assert "SUBNET_IDS: one subnet" in text
    assert "VPC_ID: a VPC" not in text


def test_a_plan_of_many_accounts_has_a_line_for_each_kind_of_change() -> None:
    many = tuple(
        plans.change(
            n, POLICY, "iam:UpdateAccountPasswordPolicy", account=f"{n:012}", cost=Cost(0.5, ("kms_key",))
        )
        for n in range(1, 8)
    )
    text = shown.render(plans.plan(*many), language="en", width=120)
    assert text.count("7 changes in 7 accounts") == 2, "in the head, and of the kind"
    assert "3.50" in text
    assert many[0].id not in text


def test_the_cost_of_changes_that_are_alike_is_that_of_all() -> None:
    alike = [msgspec.structs.replace(c, cost=Cost(0.5, ("kms_key",))) for c in everywhere()]
    text = " ".join(shown.render(plans.plan(*alike), language="en", width=200).split())
    assert "About USD 8.50 a month for all 17, USD 0.50 each" in text


def test_what_is_made_for_another_is_named_for_it() -> None:
    first = change(1, "close", bucket("log-of-photos"), proves=())
    last = change(2, "close", bucket("photos"), depends_on=(first.id,))
    text = shown.render(plans.plan(first, last), language="en", width=120)
    assert text.count("Close photos to the public") == 2
    assert text.count("preparation") == 1


def test_a_reason_that_differs_by_region_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "Run aws inspector2 enable --resource-types EC2 --region {region}. " + "It costs money. " * 10
    regions = ("ap-northeast-1", "eu-west-1", "us-east-1")
    monkeypatch.setattr(manual, "note_text", lambda note, _: said.format(region=note.facts["region"]))
    ones = tuple(
        Left(
            SHOP, region, "x", "x", Note("agree", {"region": region}), control="S3.8", type="AWS::S3::Bucket"
        )
        for region in regions
    )
    made = sealed(msgspec.structs.replace(plans.plan(*everywhere()), left=ones))
    text = " ".join(shown.render(made, language="en", width=120).split())
    assert text.count("--region REGION") == 1
    assert all(f"REGION={region}" in text for region in regions)
