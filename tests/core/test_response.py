"""The response policy: which row decides, what no row can do, and every mistake in its file with its line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ishigaki.core.concern import Category, Concern, Detection
from ishigaki.core.deadline import Within
from ishigaki.core.finding import SEVERITIES, Severity
from ishigaki.core.response import (
    FALLBACK,
    NEAR,
    Decision,
    Policy,
    Row,
    considered,
    decide,
    decisions,
    lapsed,
    suppression_of,
)
from ishigaki.core.response_file import is_detection, parse
from ishigaki.core.usage import UsageError
from ishigaki.texts import LANGUAGES, message

ID, OTHER = "111122223333", "444455556666"
BUCKET = "arn:aws:s3:::sales"
KNOWN = ("S3.5", "S3.8", "S3.9", "EC2.13", "EC2.21")
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = AT.date()
THING = Concern(
    kind="S3.9",
    account=ID,
    region="ap-northeast-1",
    resource=BUCKET,
    resource_type="AWS::S3::Bucket",
    name="sales",
    source="ishigaki",
    category="logging",
    severity=Severity.MEDIUM,
    environment="production",
    owner="sales@example.com",
    tags={"team": "sales", "data": "public"},
)
SEEN = Detection(
    source="guardduty",
    kind="Recon:EC2/Portscan",
    id="1",
    account=ID,
    region="ap-northeast-1",
    resource="arn:aws:ec2:::instance/i-1",
    resource_type="AWS::EC2::Instance",
    severity=Severity.LOW,
    title="",
    first_at=AT,
    at=AT,
    facts={"user": "scanner", "port": 22, "inside": True},
)
THREAT = replace(
    THING,
    kind=SEEN.kind,
    resource=SEEN.resource,
    resource_type=SEEN.resource_type,
    source="guardduty",
    category="threat",
    severity=Severity.LOW,
    tags=None,
    detection=SEEN,
)


def policy(*rows: str, default: Policy | None = None) -> Policy:
    """A policy of rows whose reason is their name."""
    text = "".join(f'[[rows]]\nreason = "why"\n{row}\n' for row in rows)
    return parse(text, file="policy.toml", known=KNOWN, default=default or Policy())


NEARNESS = [  # each outweighs those before it
    'name = "all"\ndecision = "leave"',
    'name = "severity"\ndecision = "leave"\nseverity = "MEDIUM"',
    'name = "production"\ndecision = "leave"\nenvironment = "production"\nseverity = ["MEDIUM", "LOW"]',
    'name = "category"\ndecision = "leave"\ncategory = "logging"',
    'name = "category2"\ndecision = "leave"\ncategory = "logging"\nenvironment = "production"',
    'name = "control"\ndecision = "leave"\ncontrol = ["S3.8", "S3.9"]',
    f'name = "account"\ndecision = "leave"\naccount = ["{ID}", "{OTHER}"]',
    f'name = "account2"\ndecision = "leave"\naccount = "{ID}"\ncontrol = "S3.9"',
    'name = "tag"\ndecision = "leave"\ntag = "team=sales"',
    f'name = "resource"\ndecision = "leave"\nresource = "{BUCKET}"',
    f'name = "resource2"\ndecision = "leave"\nresource = "{BUCKET}"\ncontrol = "S3.9"',
]


@pytest.mark.parametrize("count", range(1, len(NEARNESS) + 1))
def test_the_row_that_names_the_thing_most_closely_decides(count: int) -> None:
    for rows in (NEARNESS[:count], NEARNESS[:count][::-1]):
        made = policy(*rows)
        assert f'name = "{decide(THING, made).row}"' in NEARNESS[count - 1]
        asked = considered(THING, made)
        assert [c.row.name for c in asked[:-1]] == [r.split('"')[1] for r in reversed(NEARNESS[:count])]
        assert asked[-1].row is FALLBACK


@pytest.mark.parametrize(
    "condition",
    [
        'category = "essential"',
        'environment = "non-production"',
        'severity = ["HIGH", "LOW"]',
        'control = "S3.8"',
        f'account = "{OTHER}"',
        'tag = "team=other"',
        'tag = "Team=sales"',
        f'resource = "{BUCKET}2"',
        'category = "logging"\nenvironment = "non-production"',
    ],
)
def test_a_row_that_is_about_something_else_decides_nothing(condition: str) -> None:
    made = policy(f'decision = "leave"\n{condition}')
    assert decide(THING, made) == FALLBACK.decision
    assert decide(THING, made).action == "track"


def test_a_row_by_tag_decides_nothing_where_tags_were_not_seen() -> None:
    made = policy('decision = "leave"\ntag = "team=sales"', 'decision = "track"\ncontrol = "S3.9"')
    unseen = replace(THING, tags=None)
    assert decide(THING, made).action == "leave"
    assert decide(unseen, made).action == "track"
    assert [c.unseen for c in considered(unseen, made)] == [True, False, False]
    assert decide(replace(THING, tags={}), made).action == "track"
    assert [c.unseen for c in considered(replace(THING, tags={}), made)] == [False, False]


def test_a_row_about_a_control_holds_for_its_older_meaning_too() -> None:
    made = policy('decision = "leave"\ncontrol = "EC2.21"')
    assert decide(replace(THING, kind="EC2.21@2022"), made).action == "leave"


def test_what_has_hours_is_urgent_and_what_is_tracked_has_a_week_unless_it_says_otherwise() -> None:
    made = policy(
        'decision = "track"\nwithin = "24  hours"\ncontrol = "S3.8"\naudience = ["owner", "security"]',
        'decision = "track"\ncontrol = "S3.9"',
    )
    assert decide(THING, made) == Decision("track", "policy.toml:7", "why", "7 days")
    assert decide(replace(THING, kind="S3.8"), made) == Decision(
        "track", "policy.toml:1", "why", "24 hours", urgent=True, audience=("owner", "security")
    )


SHIPPED = parse(
    '[[rows]]\nname="logs"\ndecision="leave"\ncategory="logging"\nenvironment="production"\n'
    'reason={en="e", ja="j"}\n[people]\nlead="lead@example.com"\n[first_summary]\nabove=5\n',
    file="policy.toml",
    known=KNOWN,
)


def test_a_row_of_the_user_decides_before_a_shipped_one_that_is_as_close() -> None:
    assert decide(THING, SHIPPED).row == "default:logs"
    assert [decide(THING, SHIPPED).reason_in(lang) for lang in LANGUAGES] == ["e", "j"]
    made = policy('decision = "track"\ncategory = "logging"', default=SHIPPED)
    assert decide(THING, made).row == "policy.toml:1"
    assert (made.lead, made.summary_above) == ("lead@example.com", 5)
    general = policy('decision = "track"\nseverity = "MEDIUM"', default=SHIPPED)
    assert decide(THING, general).row == "default:logs"


def test_a_policy_may_stand_alone() -> None:
    text = 'extends = "none"\n[people]\nsecurity = "sec@example.com"\n[reminders]\noverdue_every = "2 business days"\n'
    alone = parse(text, file="p", known=KNOWN, default=SHIPPED)
    assert (alone.rows, alone.lead, alone.security, alone.summary_above) == ((), "", "sec@example.com", 10)
    assert alone.overdue_every == Within(2, "business days")
    assert alone.business_days
    assert not SHIPPED.business_days
    assert decide(THING, alone) == FALLBACK.decision


def test_the_week_of_a_digest_is_read() -> None:
    made = parse('[digest]\nweekday = "friday"\nat = "17:30"\n', file="p", known=KNOWN, default=SHIPPED)
    assert (made.digest_weekday, made.digest_at.isoformat()) == (4, "17:30:00")


@pytest.mark.parametrize("decision", ["leave", "notify_once"])
@pytest.mark.parametrize(
    "condition", ["", 'severity = "LOW"', f'account = "{ID}"', f'resource = "{SEEN.resource}"']
)
def test_no_row_quiets_a_detection(decision: str, condition: str) -> None:
    made = policy(f'decision = "{decision}"\n{condition}')
    assert decide(THREAT, made) == FALLBACK.decision


def test_a_row_may_be_about_a_kind_of_detection() -> None:
    made = policy('decision = "track"\nwithin = "4 hours"\ncontrol = "Recon:EC2/Portscan"')
    assert decide(THREAT, made).within == "4 hours"


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", True),
        ("CryptoCurrency:EC2/BitcoinTool.B!DNS", True),
        ("AttackSequence:IAM/CompromisedCredentials", True),
        ("root_sign_in", True),
        ("S3.9", False),
        ("Recon:EC2/*", False),
        ("root sign in", False),
    ],
)
def test_kinds_of_detections_are_known_by_their_form(kind: str, known: bool) -> None:
    assert is_detection(kind) is known


conditions = st.fixed_dictionaries(
    {},
    optional={
        "environment": st.sets(st.sampled_from(["production", "non-production"]), min_size=1),
        "severity": st.sets(st.sampled_from(list(map(str, SEVERITIES))), min_size=1),
        "category": st.sets(st.sampled_from(list(map(str, Category))), min_size=1),
        "control": st.sets(st.sampled_from([*KNOWN, SEEN.kind]), min_size=1),
        "account": st.sets(st.sampled_from([ID, OTHER]), min_size=1),
        "tag": st.sets(st.sampled_from(["team=sales", "team=web", "data=public"]), min_size=1, max_size=1),
        "resource": st.sets(st.sampled_from([BUCKET, SEEN.resource]), min_size=1),
    },
)
rows = st.lists(
    st.builds(
        lambda given, action, shipped, line: Row(
            f"{shipped}{line}",
            Decision(action, f"{shipped}{line}", "why", "7 days" if action == "track" else ""),
            {name: frozenset(values) for name, values in given.items()},
            shipped,
            "policy.toml",
            line,
        ),
        conditions,
        st.sampled_from(["track", "notify_once", "leave"]),
        st.booleans(),
        st.integers(1, 10_000),
    ),
    max_size=8,
)
things = st.builds(
    lambda kind, account, environment, severity, category, resource, tags: replace(
        THING,
        kind=kind,
        account=account,
        environment=environment,
        severity=severity,
        category=str(category),
        resource=resource,
        tags=tags,
    ),
    st.sampled_from([*KNOWN, SEEN.kind, "EC2.21@2022"]),
    st.sampled_from([ID, OTHER]),
    st.sampled_from(["production", "non-production"]),
    st.sampled_from(SEVERITIES),
    st.sampled_from(Category),
    st.sampled_from([BUCKET, SEEN.resource, "x"]),
    st.none()
    | st.dictionaries(st.sampled_from(["team", "data"]), st.sampled_from(["sales", "web", "public"])),
)


def in_order(made: list[Row]) -> Policy:
    return Policy(rows=tuple(sorted(made, key=lambda r: r.near, reverse=True)))


@given(rows, st.lists(things, max_size=8))
def test_many_are_decided_as_each_is(made: list[Row], several: list[Concern]) -> None:
    found = in_order(made)
    assert list(decisions(several, found)) == [decide(thing, found) for thing in several]
    for thing in several:
        first = next(c.row for c in considered(thing, found) if not c.unseen)
        assert first.decision == decide(thing, found)


@given(rows, things)
def test_detections_are_tracked_by_every_policy(made: list[Row], thing: Concern) -> None:
    assert decide(replace(thing, category="threat"), in_order(made)).action == "track"


@given(rows, things)
def test_without_tags_the_rows_decide_that_do_not_look_at_them(made: list[Row], thing: Concern) -> None:
    blind = [row for row in made if "tag" not in row.conditions]
    unseen = replace(thing, tags=None)
    assert decide(unseen, in_order(made)) == decide(unseen, in_order(blind))


@given(rows, things)
def test_a_row_decides_only_if_none_that_fits_is_closer(made: list[Row], thing: Concern) -> None:
    asked = considered(thing, in_order(made))
    ranks = [max((NEAR[c] for c in e.row.conditions), default=0) for e in asked[:-1]]
    assert ranks == sorted(ranks, reverse=True)


def rule(**changes: Any) -> str:
    said = {
        "kind": SEEN.kind,
        "resource": SEEN.resource,
        "reason": "Our scanner",
        "owner": "a@example.com",
        "approver": "b@example.com",
        "approved": date(2026, 11, 1),
        "expires": date(2027, 3, 1),
        **changes,
    }
    lines = []
    for key, value in said.items():
        if isinstance(value, dict):
            lines.append(f"{key} = {{ {', '.join(f'{k} = {toml(v)}' for k, v in value.items())} }}")
        elif value != "":
            lines.append(f"{key} = {toml(value)}")
    return "[[suppressions]]\n" + "\n".join(lines)


def toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


@pytest.mark.parametrize(
    ("changes", "day", "holds"),
    [
        ({}, TODAY, True),
        ({}, date(2027, 3, 1), True),
        ({}, date(2027, 3, 2), False),
        ({}, date(2026, 10, 31), False),
        ({"account": ID}, TODAY, True),
        ({"account": OTHER}, TODAY, False),
        ({"kind": "Recon:EC2/PortProbeUnprotectedPort"}, TODAY, False),
        ({"resource": "arn:aws:ec2:::instance/i-2"}, TODAY, False),
        ({"resource": "", "facts": {"user": "scanner"}}, TODAY, True),
        ({"facts": {"user": "scanner", "port": 22, "inside": True}}, TODAY, True),
        ({"facts": {"user": "other"}}, TODAY, False),
        ({"facts": {"port": "22"}}, TODAY, False),
        ({"facts": {"inside": 1}}, TODAY, False),
        ({"facts": {"unknown": "scanner"}}, TODAY, False),
    ],
)
def test_a_suppression_takes_exactly_what_it_names_while_it_holds(
    changes: dict[str, Any], day: date, holds: bool
) -> None:
    made = parse(rule(**changes), file="policy.toml", known=KNOWN)
    found = suppression_of(THREAT, made, day)
    assert (found is not None) is holds
    assert found is None or found.reason == "Our scanner"
    assert suppression_of(THING, made, day) is None


def test_an_expired_suppression_is_told() -> None:
    made = parse(rule(), file="policy.toml", known=KNOWN, default=SHIPPED)
    assert lapsed(made, date(2027, 3, 1)) == ()
    assert [s.name for s in lapsed(made, date(2027, 3, 2))] == ["policy.toml:1"]


def test_one_person_may_approve_where_the_estate_says_so() -> None:
    text = rule(approver="")
    assert parse(text, file="p", known=KNOWN, four_eyes=False).suppressions
    with pytest.raises(UsageError):
        parse(text, file="p", known=KNOWN)


ROW = '[[rows]]\ndecision = "leave"\nreason = "r"\n'
MISTAKES: list[tuple[str, str, int]] = [
    ("rows = [", "file_not_toml", 1),
    ("[policy]\n", "policy_invalid", 1),
    ('extends = "other"', "policy_invalid", 1),
    (ROW + 'colour = "red"', "policy_invalid", 4),
    (ROW.replace("leave", "ignore"), "policy_invalid", 2),
    (ROW + 'category = "patching"', "policy_invalid", 4),
    (ROW + 'environment = "staging"', "policy_invalid", 4),
    (ROW + 'severity = "URGENT"', "policy_invalid", 4),
    (ROW + 'audience = "everybody"', "policy_invalid", 4),
    (ROW + 'reason2.en = "x"', "policy_invalid", 1),
    ('[[rows]]\ndecision = "leave"\n', "policy_lacks", 1),
    ('[[rows]]\ndecision = "leave"\nreason = " "', "policy_lacks", 3),
    ('[[rows]]\ndecision = "leave"\nreason = {en = "e"}', "policy_lacks", 3),
    ('[[rows]]\nreason = "r"\n', "policy_lacks", 1),
    (ROW + ROW + 'control = "S3.99"', "policy_control", 7),
    (ROW + 'control = ["S3.8", "S3.*"]', "policy_control", 4),
    (ROW + 'control = "EC2.21@2022"', "policy_variant", 4),
    (ROW + 'account = "1111"', "policy_account", 4),
    (ROW + 'resource = "arn:aws:s3:::*"', "policy_pattern", 4),
    (ROW + 'resource = ["a", " "]', "policy_pattern", 4),
    (ROW + 'tag = "team"', "policy_tag", 4),
    (ROW + 'tag = "team=*"', "policy_tag", 4),
    (ROW.replace("leave", "track") + 'within = "2 weeks"', "policy_within", 4),
    (ROW + 'within = "7 days"', "policy_within_needless", 4),
    (ROW + 'category = "threat"', "policy_threat", 2),
    (ROW.replace("leave", "notify_once") + 'category = ["threat", "logging"]', "policy_threat", 2),
    (ROW + 'category = "threat"\nseverity = "LOW"', "policy_threat", 2),
    (ROW + 'control = ["S3.8", "Recon:EC2/Portscan"]', "policy_threat", 2),
    ('[reminders]\noverdue_every = "soon"', "policy_within", 2),
    ('[digest]\nat = "25:00"', "policy_clock", 2),
    ('[digest]\nweekday = "someday"', "policy_invalid", 2),
    (rule(kind="S3.8"), "suppression_kind", 2),
    (rule(resource=""), "suppression_scope", 1),
    (rule(resource="arn:*"), "policy_pattern", 3),
    (rule(facts={"user": "b*"}), "policy_pattern", 9),
    (rule(account="1"), "policy_account", 9),
    (rule(reason=" "), "policy_lacks", 4),
    (rule(owner=""), "policy_lacks", 1),
    (rule(approver=""), "policy_lacks", 1),
    (rule(approver=" A@EXAMPLE.com"), "suppression_same_person", 6),
    (rule(expires=date(2027, 11, 3)), "suppression_period", 8),
    (rule(expires=date(2026, 10, 1)), "suppression_period", 8),
]


@pytest.mark.parametrize(("text", "code", "line"), MISTAKES)
def test_every_mistake_is_told_with_its_line_and_remedy(text: str, code: str, line: int) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text, file="policy.toml", known=KNOWN, default=SHIPPED)
    assert (refused.value.code, int(refused.value.facts["line"])) == (code, line)
    for language in LANGUAGES:
        assert "policy.toml" in message(code, language, **refused.value.facts)


CONFLICTS = [
    ('control = "S3.8"', 'control = ["S3.8", "S3.9"]', True),
    ('control = "S3.8"', 'control = "S3.9"', False),
    ('control = "S3.8"\nenvironment = "production"', 'control = "S3.8"\nseverity = "HIGH"', True),
    (
        'control = "S3.8"\nenvironment = "production"',
        'control = "S3.8"\nenvironment = "non-production"',
        False,
    ),
    ('control = "S3.8"', 'control = "S3.8"\nseverity = "HIGH"', False),
    ('tag = "a=1"', 'tag = "a=2"', False),
    ('tag = "a=1"', 'tag = "b=1"', True),
    ("", "", True),
    ('category = "logging"', 'control = "S3.9"', False),
]


@pytest.mark.parametrize(("one", "other", "conflict"), CONFLICTS)
def test_rows_that_are_equally_close_may_not_say_different_things(
    one: str, other: str, conflict: bool
) -> None:
    made = [f'decision = "leave"\n{one}', f'decision = "track"\n{other}']
    if not conflict:
        assert len(policy(*made).rows) == 2
        return
    with pytest.raises(UsageError) as refused:
        policy(*made)
    assert refused.value.code == "policy_conflict"
    assert (refused.value.facts["other"], refused.value.facts["line"]) == (1, 5 + one.count("\n"))
    assert "track 7 days" in message("policy_conflict", "en", **refused.value.facts)
    assert len(policy(made[0], made[0]).rows) == 2  # the same twice is no conflict
    assert len(policy(*made[:1], default=policy(*made[1:])).rows) == 2
