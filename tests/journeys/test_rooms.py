"""Room by room: a thing as it should be passes and one as it should not be fails, all in one account's scan."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from ishigaki.core.finding import Status
from ishigaki.demo.emulator.server import Running
from ishigaki.flows.scan import Outcome
from ishigaki.services import controls
from tests.journeys.conftest import enter
from tests.journeys.rooms import CANNOT_SHOW, SHOWN
from tests.journeys.rooms.thing import Make
from tests.journeys.workshop import Entered

ROOMS = """
    acm apigateway appsync athena autoscaling backup cloudformation cloudfront codebuild cognito dms dynamodb ecr ecs
    efs eks elasticache elb emr events fsx glue kinesis lambda_ logs msk opensearch rds redshift route53 sagemaker
    secretsmanager sqs ssm step_functions transfer waf workspaces
"""
VERDICT = {True: Status.PASSED, False: Status.FAILED}
ROWS = [(control, make) for make, shown in SHOWN.items() for control in shown.split()]


@dataclass(frozen=True)
class Furnished:
    """What a scan of the account said, and what its things are called."""

    seen: Outcome
    things: Mapping[tuple[Make, bool], str]

    def verdicts(self, control: str, thing: str) -> list[Status]:
        """What a control says of the thing of this name, id or ARN."""
        end = re.compile(f"(^|[/: ]){re.escape(thing)}$")
        found = (f for f in self.seen.findings if f.control == control)
        return [f.status for f in found if f.name == thing or end.search(f.resource)]


@pytest.fixture(scope="module")
def furnished(emulator: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    with pytest.MonkeyPatch.context() as patch:
        shop = enter(emulator, tmp_path_factory.mktemp("rooms"), patch)
        account = Entered(shop.running, shop.folder)
        things = {(make, sound): make(account, sound) for make in SHOWN for sound in VERDICT}
        yield Furnished(account.scan("*"), things)


@pytest.mark.parametrize(("control", "make"), ROWS, ids=[f"{c}-{make.__name__}" for c, make in ROWS])
def test_the_sound_thing_passes_and_the_loose_one_fails(
    control: str, make: Make, furnished: Furnished
) -> None:
    found = {sound: furnished.verdicts(control, furnished.things[make, sound]) for sound in VERDICT}
    assert found == {sound: [verdict] for sound, verdict in VERDICT.items()}


def test_nothing_that_was_furnished_is_left_unseen(furnished: Furnished) -> None:
    assert [gap for _, gap in furnished.seen.gaps()] == []


def test_every_control_of_these_rooms_is_shown_or_it_is_said_why_not() -> None:
    rooms = tuple(f"ishigaki.services.{room}." for room in ROOMS.split())
    theirs = {c.id for c in controls().values() if c.test.__module__.startswith(rooms)}
    shown = Counter(control for control, _ in ROWS)
    assert [control for control, times in shown.items() if times > 1] == []
    assert {*shown, *CANNOT_SHOW} == theirs
    assert not shown.keys() & CANNOT_SHOW.keys()
