"""Access as it is, its plan and its stock-take: goldens at two widths and in two languages, and as data."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from rich.cells import cell_len

from ishigaki.core.change import Change, note
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.plan import SCHEMA, Left, Plan, Planned, sealed
from ishigaki.core.proposal import Setting, changes_of, planned_as
from ishigaki.core.record import replace
from ishigaki.core.remediation import EXAMPLE_AROUND
from ishigaki.core.stocktake import AssignedShown, Held, Present, SetShown, StockTake, Use, stock_take
from ishigaki.report import access, stocktake
from ishigaki.report.plan import render as render_plan
from ishigaki.services import key, remedies
from ishigaki.texts import LANGUAGES, Language
from tests.report import golden
from tools.verbatim import world_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SHOP, SANDBOX, LOGS = "111122223333", "222233334444", "333344445555"
NAMES = {SHOP: "販売-本番", SANDBOX: "sandbox"}
SCREENS = [(language, width) for language in LANGUAGES for width in (80, 120)]
PRESENT = Present(
    "arn:aws:sso:::instance/ssoins-1111222233334444",
    SHOP,
    "ap-northeast-1",
    (
        SetShown("Admin", ("AdministratorAccess",), False, "", "PT1H", (SHOP, SANDBOX), (), True),
        SetShown("Billing", ("job-function/Billing",), True, "edges", "PT4H", (SHOP,), (SHOP,), False),
        SetShown(
            "ReadOnly",
            (),
            False,
            "",
            "",
            (),
            (),
            False,
            {"managed_policies": "AccessDenied", "accounts": "AccessDenied"},
        ),
    ),
    (
        AssignedShown(SHOP, "Admin", "GROUP", "g", "cloud", ("hanako", "jiro", "saburo", "taro")),
        AssignedShown(SHOP, "Billing", "GROUP", "e", "経理"),
        AssignedShown(SANDBOX, "Admin", "USER", "u", "hanako\x1b[31m", ("hanako",)),
        AssignedShown(SANDBOX, "Admin", "GROUP", "x", "partners", code="AccessDenied"),
        AssignedShown(LOGS, "ReadOnly", "", "", "", code="ThrottlingException"),
    ),
)


def taken(*more: Held) -> StockTake:
    held = [
        Held(SHOP, "Admin", True, "cloud", "hanako", "Hanako Sato"),
        Held(SHOP, "Admin", True, "cloud", "taro", "Taro Ito"),
        Held(SHOP, "Billing", False, "経理"),
        Held(SANDBOX, "Admin", True, "", "=cmd", "Jiro", enabled=False),
        Held(LOGS, "ReadOnly", False, "audit", "hanako"),
        *more,
    ]
    uses = {
        (SHOP, "Admin"): Use(NOW - timedelta(days=3), NOW - timedelta(days=400)),
        (SHOP, "Billing"): Use(None, NOW - timedelta(days=400)),
        (SANDBOX, "Admin"): Use(NOW - timedelta(days=200), NOW - timedelta(days=400)),
    }
    made = stock_take(
        held,
        names={SHOP: "shop", SANDBOX: "sandbox", LOGS: "logs"},
        uses=uses,
        unseen={LOGS: "AccessDenied"},
        export=None,
        now=NOW,
    )
    standing = {"hanako": "present", "taro": "left", "=cmd": "missing"}
    rows = tuple(msgspec.structs.replace(r, directory=standing.get(r.user, "")) for r in made.rows)
    return msgspec.structs.replace(made, rows=rows, compared=2)


def plan() -> Plan:
    """What the remediations' own examples plan: a set made, one changed, access given and taken away."""
    chosen = [
        ("make_permission_set", 1),
        ("make_permission_set", 5),
        ("widen_access", 0),
        ("withdraw_access", 0),
    ]
    changes: list[Planned] = []
    setting = Setting(EXAMPLE_AROUND, {}, {}, lambda _: (), key, EXAMPLE_NOW)
    for name, number in [*chosen, ("give_access", 1), ("make_access_role", 4)]:
        remedy, case = remedies()[name], remedies()[name].examples[number]
        given = [replace(g, tags={}) for g in case.given]
        world = world_of(replace(case.subject, tags={}), given, remedy.kinds)
        found = next((p, r) for p, r in world.subjects(remedy.subjects) if r.id == case.subject.id)
        around = msgspec.structs.replace(EXAMPLE_AROUND, account=found[0].account)
        for said in changes_of(remedy, world, found, around=around, wanted=case.wanted, now=EXAMPLE_NOW):
            assert isinstance(said, Change)
            made = planned_as(said, setting, remedy, found, wanted=case.wanted, asked=None)
            changes.append(msgspec.structs.replace(made, item="Admin"))
    reason = note("own_way_in", set="Admin", account=SANDBOX)
    left = Left(SHOP, "ap-northeast-1", "x", "Admin", reason, item="Admin", type="AWS::SSO::Assignment")
    return sealed(
        Plan(
            SCHEMA,
            "0",
            "access",
            "20261123T090000Z-000000",
            NOW,
            NOW + timedelta(hours=24),
            "ap-northeast-1",
            "aws",
            {EXAMPLE_AROUND.account: EXAMPLE_AROUND},
            tuple(changes),
            (left,),
        )
    )


@pytest.mark.parametrize(("language", "width"), SCREENS)
def test_the_terminal_is_as_it_was_looked_at(language: Language, width: int) -> None:
    for name, text in {
        "access": access.render(PRESENT, names=NAMES, language=language, width=width),
        "access_plan": render_plan(plan(), language=language, width=width),
        "stock_take": stocktake.render(taken(), language=language, width=width),
    }.items():
        assert max(cell_len(line) for line in text.splitlines()) <= width
        assert "\x1b" not in text
        golden.check(f"{name}_{language}_{width}.txt", text)


def test_nothing_is_said_to_be_nothing() -> None:
    bare = msgspec.structs.replace(PRESENT, sets=(), assigned=())
    assert access.render(bare, language="en", width=80).count("none") == 2
    nobody = stock_take([], names={}, uses={}, unseen={}, export=None, now=NOW)
    assert stocktake.render(nobody, language="ja", width=80).count("なし") == 2


def test_many_rows_are_left_to_the_file() -> None:
    many = taken(*(Held(SHOP, "Admin", True, "cloud", f"user-{n}") for n in range(300)))
    text = stocktake.render(many, language="en", width=120)
    assert "105 more rows" in text
    assert len(list(csv.reader(io.StringIO(stocktake.as_csv(many))))) == 306


def test_as_data() -> None:
    rows = list(csv.DictReader(io.StringIO(stocktake.as_csv(taken()).removeprefix("\ufeff"))))
    assert {r["user"] for r in rows} == {"hanako", "taro", "", "'=cmd"}
    assert json.loads(stocktake.as_json(taken()))["administrators"] == 2
    shown = json.loads(access.as_json(PRESENT))
    assert [s["name"] for s in shown["sets"]] == ["Admin", "Billing", "ReadOnly"]
