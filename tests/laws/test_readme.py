"""What the READMEs and CONTRIBUTING claim: commands and options exist, figures are the product's, promises have tests."""

from __future__ import annotations

import ast
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import click
import pytest
from msgspec.structs import astuple

from ishigaki.aws.access import Access, NoEntry, Role
from ishigaki.cli.commands import COMMANDS, program
from ishigaki.core.change import Safety
from ishigaki.core.estate import Account
from ishigaki.core.plan import SCHEMA, Caps, Plan, Planned, Touched, sealed
from ishigaki.core.remediation import Around
from ishigaki.core.retirement import Waits
from ishigaki.flows import baseline, planning
from ishigaki.flows.apply import Permit, apply, rings
from ishigaki.flows.catalogue import described
from ishigaki.services import remediations
from tools.remediations import CLASSES, judged, regarded

ROOT = Path(__file__).parents[2]
READMES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ja.md")}


def commands(text: str) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line] + re.findall(r"`(ishigaki [^`]+)`", text)


EVERY = [(name, line) for name, text in READMES.items() for line in commands(text)]


@pytest.mark.parametrize(("name", "line"), EVERY)
def test_a_command_of_the_readme_exists(name: str, line: str) -> None:
    first, *arguments = shlex.split(line)
    if first == "make":
        assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        return
    assert first == "ishigaki"
    command: click.Command = program
    context = click.Context(program, info_name="ishigaki", **program.context_settings)
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        if command.get_command(context, arguments[0]) is None:
            arguments = [getattr(command, "unsaid", ""), *arguments]
        found = command.get_command(context, arguments[0])
        assert found is not None, f"{name}: {line}"
        command, arguments = found, arguments[1:]
    if arguments or not isinstance(command, click.Group):
        command.make_context(line, list(arguments), parent=context)


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_stand_at_the_top(name: str) -> None:
    assert commands(READMES[name])[:2] == ["make demo", "make test"]


@pytest.mark.parametrize("name", READMES)
def test_the_figures_are_current(name: str) -> None:
    rows = [r for r in described(names=(), globs=(), severities=()) if r["standards"]]
    judged = sum(r["state"] == "implemented" for r in rows)
    for figure in {len(rows), judged, len(rows) - judged} - {0}:
        assert re.search(rf"\b{figure}\b", READMES[name]), figure


@pytest.mark.parametrize("name", READMES)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", READMES[name]):
        assert (ROOT / target).exists(), target


def options(command: click.Command) -> Iterator[str]:
    yield from (o for p in command.params for o in p.opts)
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from options(inner)


@pytest.mark.parametrize("name", READMES)
def test_an_option_of_the_readme_exists(name: str) -> None:
    context = click.Context(program, info_name="ishigaki", **program.context_settings)
    found = [program.get_command(context, c) for c in COMMANDS]
    known = {o for command in found if command is not None for o in options(command)}
    told = set(re.findall(r"(?<![-\w])--[a-z-]+", READMES[name]))
    assert told
    assert told <= known


@pytest.mark.parametrize("name", READMES)
def test_the_counts_of_remediations_follow_from_the_declarations(name: str) -> None:
    """In the order of the classes, as docs/remediations.md counts them."""
    counts = Counter(map(regarded, judged()))
    told = (len(judged()), len([c for c in judged() if c in remediations()]), *(counts[c] for c in CLASSES))
    assert counts.total() == told[0] == told[1] + counts["manual"]
    paragraph = READMES[name].partition("docs/remediations")[0].rpartition("404")[2]
    paragraph += READMES[name].partition("docs/remediations")[2].partition("docs/judgement")[0]
    figures = [int(n) for n in re.findall(r"\b\d+\b", paragraph)]
    rest = [n for n in figures if n != told[0] and n != 404 - told[0]]
    assert rest == list(told[1:])


@pytest.mark.parametrize("name", READMES)
def test_the_limits_of_a_run_are_those_of_the_product(name: str) -> None:
    caps = Caps()
    share = {"README.md": "a quarter", "README.ja.md": "4 分の 1"}[name]
    assert caps.share == 1 / 4
    for figure in (
        f"{caps.changes}",
        f"{baseline.CAPS.changes:,}",
        f"{planning.LIFE.total_seconds() / 3600:.0f}",
    ):
        assert re.search(rf"(?<!\d){figure}(?!\d)", READMES[name]), figure
    assert share in READMES[name]


@pytest.mark.parametrize("name", READMES)
def test_the_waiting_time_of_users_is_that_of_the_product(name: str) -> None:
    """In days from the warning on: with a console password, and without."""
    waits = Waits()
    for days in (sum(astuple(waits)), waits.after_warning_days + waits.after_keys_days):
        assert re.search(rf"(?<!\d){days} (?:days|日)", READMES[name])


# What the READMEs promise of changing things, point by point in either language, and the tests that hold them to it.
PROMISES: dict[tuple[str, str], tuple[str, ...]] = {
    ("changes nothing but by `apply` and `undo`", "変更するのは `apply` と `undo` だけ"): (
        "journeys/test_change.py::test_what_is_read_only_changes_nothing",
    ),
    (
        "plan to all controls but one, naming what stays and why",
        "1 件を除くすべてのコントロールに合格させ、残存項目とその理由を",
    ): ("journeys/test_demo.py::test_the_new_account_goes_its_road",),
    ("# From findings to fixes", "# 検出結果から是正まで"): (
        "journeys/test_change.py::test_plan_apply_undo",
        "journeys/test_apply.py::test_there_and_back",
        "journeys/test_baseline.py::test_discover_writes_a_file_that_plans_nothing",
        "journeys/test_baseline.py::test_a_new_account_is_brought_to_the_standard",
        "journeys/test_waivers.py::test_an_exception_is_written_checked_in_force_and_expires_loudly",
    ),
    ("**Least privilege, and two roles.**", "**最小権限で、ロールは 2 つです。**"): (
        "journeys/test_granted.py::test_a_plan_may_do_all_that_it_says",
        "journeys/test_granted.py::test_a_plan_may_do_nothing_else",
        "laws/test_readme.py::test_what_is_applied_goes_by_the_role_that_writes",
    ),
    ("**Careful by default.**", "**デフォルトで慎重に動作します。**"): (
        "journeys/test_change.py::test_plan_apply_undo",
        "journeys/test_apply.py::test_only_what_is_safe_unless_told_more",
        "journeys/test_apply.py::test_production_raises_what_disturbs",
        "journeys/test_apply.py::test_many_changes_at_once_want_a_number",
        "laws/test_readme.py::test_one_account_goes_first_and_production_last",
        "laws/test_readme.py::test_after_a_failure_later_accounts_are_left_alone",
        "journeys/test_apply.py::test_an_expired_plan_and_one_of_another_partition_are_refused",
        "journeys/test_apply.py::test_a_stop_file_stops_everything",
    ),
    ("**Never on trust.**", "**計画をうのみにしません。**"): (
        "journeys/test_apply.py::test_what_has_moved_is_refused",
        "journeys/test_apply.py::test_a_forged_plan_with_a_right_digest_changes_nothing",
        "journeys/test_apply.py::test_the_journal_tells_who_what_and_when",
        "journeys/test_change.py::test_an_interrupted_run_is_gone_on_with",
        "journeys/test_apply.py::test_what_does_not_show_yet_is_waited_for_and_named",
    ),
    ("**What it will not do.**", "**行わないこと。**"): (
        "laws/test_remediations.py::test_what_is_not_seen_plans_nothing_else",
        "laws/test_random_estate.py::test_a_plan_mends_what_it_says_and_nothing_else",
        "journeys/test_baseline.py::test_a_stricter_account_is_never_weakened",
        "baselines/test_desired.py::test_an_item_is_left_out_by_on_and_nothing_by_absence",
        "journeys/test_apply.py::test_an_undo_leaves_alone_what_somebody_changed_since",
    ),
    ("# From IAM users to none", "# IAM ユーザーをゼロにする"): (
        "journeys/test_people_story.py::test_users_on_their_way_to_zero",
        "journeys/test_people.py::test_questions_are_answered_from_the_history",
        "journeys/test_access.py::test_there_and_back",
        "journeys/test_access.py::test_without_an_organization",
        "journeys/test_access.py::test_the_stock_take",
        "source/test_secrets_journey.py::test_it_says_whose_a_key_is_and_what_it_can_do",
        "source/test_secrets_journey.py::test_the_hook_stops_a_commit",
    ),
    ("**No user is lost by surprise.**", "**ユーザーを不意に失いません。**"): (
        "journeys/test_retire.py::test_the_whole_way_and_nothing_before_its_time",
        "journeys/test_retire.py::test_every_step_but_the_last_comes_back_as_it_was",
        "journeys/test_retire.py::test_who_is_needed_is_warned_anew",
        "journeys/test_retire.py::test_who_is_never_retired",
        "journeys/test_retire.py::test_the_last_administrator_and_what_a_tool_owns_are_left_to_people",
        "journeys/test_people.py::test_an_unreadable_account_is_a_row_that_says_when_it_was_last_seen",
    ),
    ("**A secret is never shown.**", "**シークレットを表示しません。**"): (
        "source/test_secrets_journey.py::test_no_secret_is_printed_or_kept",
    ),
    ("`build/demo/people.html`", "`build/demo/people.html`"): (
        "journeys/test_demo.py::test_it_takes_stock_of_the_users_and_shows_them_on_a_page",
    ),
}


@pytest.mark.parametrize(("english", "japanese"), PROMISES)
def test_a_promise_stands_in_both_languages_and_has_its_tests(english: str, japanese: str) -> None:
    assert english in re.sub(r"\n *", " ", READMES["README.md"])
    assert japanese in re.sub(r"\n *", "", READMES["README.ja.md"])
    for test in PROMISES[english, japanese]:
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
        assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}, test


KINDS = {"1" * 12: "production", "2" * 12: "", "3" * 12: "non-production", "4" * 12: "non-production"}
NOW = datetime.now(UTC)


def plan_of(*accounts: str) -> Plan:
    """One change in each account."""
    touch = Touched("alter", "AWS::S3::Bucket", "arn:aws:s3:::example", "example", "us-east-1")
    changes = tuple(
        Planned(a, a, "us-east-1", touch.id, "encrypt_by_default", (touch,), (), Safety.SAFE, "none", True)
        for a in accounts
    )
    around = {a: Around(a, kind=KINDS[a]) for a in accounts}
    life = NOW + planning.LIFE
    return sealed(Plan(SCHEMA, "", "plan", "", NOW, life, "us-east-1", "aws", around, changes))


def test_one_account_goes_first_and_production_last() -> None:
    ones, twos, threes, fours = KINDS
    plan = plan_of(*KINDS)
    order = [[changes[0].account for changes in ring] for ring in rings(plan, {c.id for c in plan.changes})]
    assert order == [[threes], [fours], [twos], [ones]]


class Shut:
    """Accounts that nobody gets into, and the roles by which it was tried."""

    def __init__(self) -> None:
        self.tried: list[tuple[str, Role | None]] = []

    def writer(self, account: str, role: Role | None) -> Any:
        self.tried.append((account, role))
        raise NoEntry("AccessDenied", "no")


def test_after_a_failure_later_accounts_are_left_alone(tmp_path: Path) -> None:
    shut = Shut()
    known = [Account(id=a) for a in KINDS]
    run = apply(cast(Access, shut), known, plan_of(*KINDS), Permit(), folder=tmp_path)
    assert [a for a, _ in shut.tried] == ["3" * 12]
    why = {i: r.why.code for i, r in run.results.items() if r.why is not None}
    assert why.pop("3" * 12) == "no_way_in"
    assert set(why.values()) == {"earlier_ring_failed"}
    assert len(why) == len(KINDS) - 1


def test_what_is_applied_goes_by_the_role_that_writes(tmp_path: Path) -> None:
    shut, one = Shut(), "3" * 12
    account = Account(id=one, role="IshigakiRead", write_role="IshigakiWrite", external_id="wall")
    apply(cast(Access, shut), [account], plan_of(one), Permit(), folder=tmp_path)
    assert shut.tried == [(one, Role("IshigakiWrite", "wall"))]


WALKED = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_code_that_contributing_walks_through_is_there() -> None:
    rooms = [p for p in (ROOT / "src/ishigaki/services").rglob("*") if p.suffix in (".py", ".toml")]
    lines = {line.strip() for p in rooms for line in p.read_text(encoding="utf-8").splitlines()}
    blocks = re.findall(r"```(?:python|toml)\n(.*?)```", WALKED, re.DOTALL)
    assert len(blocks) > 3
    for line in (line.strip() for block in blocks for line in block.splitlines()):
        assert line in lines or "..." in line, line


def test_the_files_that_contributing_names_exist() -> None:
    for path in re.findall(r"`((?:src|tests|docs)/[\w./]+)`", WALKED):
        assert (ROOT / path).exists(), path


def test_both_languages_show_the_same_commands() -> None:
    def plain(text: str) -> set[str]:
        return {c.replace(" --lang ja", "") for c in commands(text)}

    assert plain(READMES["README.md"]) == plain(READMES["README.ja.md"])
