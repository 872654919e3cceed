"""Gathering: what is asked, and what answers, errors and oddities amount to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ishigaki.core.answer import Answer, Place
from ishigaki.core.call import Call, Unfilled, call, fill
from ishigaki.core.gather import Gathered, gather
from ishigaki.core.population import chosen, every, some
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Batch, Resource, Source, facet, resource
from ishigaki.core.unseen import NOT_COLLECTED, NOT_IN_ANSWER, UNDECODABLE, UNKNOWN_VALUE, Unseen

HERE = Place("111122223333", "eu-west-1")


class Setting(Value):
    state: str = member(values=("on", "off"))
    since: str = member(absent="never", why="AWS leaves it out before the first time")


@resource(
    "AWS::Example::Thing",
    listed_by=call("example", "ListThings"),
    at="Things",
    id="arn:{partition}:example:{region}:{account}:thing/{Name}",
    name="{Name}",
    tags="Tags",
)
class Thing(Resource):
    size: int
    setting: Setting = facet(
        call("example", "GetSetting", Name="{Name}"),
        at="Setting",
        absent={"NoSuchSetting": Setting(state="off"), NOT_IN_ANSWER: Setting(state="off")},
        why="AWS says so",
    )


@resource(
    "AWS::Example::Part",
    listed_by=call("example", "ListParts", Thing="{Name}"),
    at="Parts",
    over=Thing,
    id="{parent.Name}/{}",
    detail=Source(
        call("example", "DescribeParts"), at="Parts", batch=Batch("Names", of="{}", size=2, by="{Name}")
    ),
)
class Part(Resource):
    weight: int


Answers = Mapping[str, Answer | Callable[[Call], Answer]]


def run(kind: type[Resource], wanted: set[str], answers: Answers) -> tuple[Gathered, list[Call]]:
    asked: list[Call] = []
    asking = gather(kind, HERE, wanted)
    try:
        calls = next(asking)
        while True:
            asked += calls
            said = [answers[c.operation] for c in calls]
            calls = asking.send([a(c) if callable(a) else a for a, c in zip(said, calls, strict=True)])
    except StopIteration as end:
        return end.value, asked


def things(*items: dict[str, Any], error: str = "") -> Answer:
    return Answer(({"Things": list(items)},), error)


def test_a_listing_alone_asks_for_nothing_else() -> None:
    gathered, asked = run(
        Thing, set(), {"ListThings": things({"Name": "a", "Size": 1, "Tags": [{"Key": "k", "Value": "v"}]})}
    )
    (thing,) = gathered.population
    assert [c.operation for c in asked] == ["ListThings"]
    assert (thing.id, thing.size, thing.tags) == (
        "arn:aws:example:eu-west-1:111122223333:thing/a",
        1,
        {"k": "v"},
    )
    with pytest.raises(Unseen, match=NOT_COLLECTED):
        _ = thing.setting


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(({"Setting": {"State": "on"}},)), "on"),
        (Answer(error="NoSuchSetting"), "off"),
        (Answer(({},)), "off"),
    ],
)
def test_a_facet_is_what_aws_says_or_what_its_absence_means(answer: Answer, state: str) -> None:
    gathered, _ = run(Thing, {"setting"}, {"ListThings": things({"Name": "a"}), "GetSetting": answer})
    assert gathered.population.seen[0].setting.state == state
    assert not gathered.gaps


def test_a_denied_facet_is_unseen_and_told() -> None:
    gathered, _ = run(
        Thing,
        {"setting"},
        {"ListThings": things({"Name": "a", "Size": 1}), "GetSetting": Answer(error="AccessDenied")},
    )
    (thing,) = gathered.population
    with pytest.raises(Unseen, match="AccessDenied"):
        _ = thing.setting
    assert thing.size == 1
    assert [(g.operation, g.code) for g in gathered.gaps] == [("example:GetSetting", "AccessDenied")]


def test_a_denied_listing_is_an_incomplete_population_and_not_an_empty_one() -> None:
    gathered, _ = run(Thing, set(), {"ListThings": Answer(error="AccessDenied")})
    with pytest.raises(Unseen):
        len(gathered.population)
    with pytest.raises(Unseen):
        list(gathered.population)
    with pytest.raises(Unseen):
        bool(gathered.population)


def test_a_second_page_that_is_denied_keeps_the_first_and_stays_incomplete() -> None:
    gathered, _ = run(
        Thing, set(), {"ListThings": things({"Name": "a", "Size": 3}, error="ThrottlingException")}
    )
    assert [t.name for t in gathered.population.seen] == ["a"]
    assert some(gathered.population, lambda t: t.size == 3)
    with pytest.raises(Unseen):
        every(gathered.population, lambda t: t.size == 3)


def test_an_item_without_identity_makes_the_population_incomplete() -> None:
    gathered, _ = run(Thing, set(), {"ListThings": things({"Size": 1}, {"Name": "b"})})
    assert [t.name for t in gathered.population.seen] == ["b"]
    assert not gathered.population.complete


@pytest.mark.parametrize(
    ("item", "code"), [({}, NOT_IN_ANSWER), ({"Size": None}, NOT_IN_ANSWER), ({"Size": "big"}, UNDECODABLE)]
)
def test_absent_null_and_odd_members_are_unseen(item: dict[str, Any], code: str) -> None:
    gathered, _ = run(Thing, set(), {"ListThings": things({"Name": "a", **item})})
    with pytest.raises(Unseen, match=code):
        _ = gathered.population.seen[0].size


def test_an_unknown_value_is_unseen_and_a_declared_absence_is_a_value() -> None:
    answers = {"ListThings": things({"Name": "a"}), "GetSetting": Answer(({"Setting": {"State": "half"}},))}
    gathered, _ = run(Thing, {"setting"}, answers)
    setting = gathered.population.seen[0].setting
    assert setting.since == "never"
    with pytest.raises(Unseen, match=UNKNOWN_VALUE):
        _ = setting.state


def test_children_are_listed_over_parents_and_detailed_in_batches() -> None:
    def parts(asked: Call) -> Answer:
        return Answer(({"Parts": [f"{asked.params['Thing']}{n}" for n in range(3)]},))

    def details(asked: Call) -> Answer:
        return Answer(
            ({"Parts": [{"Name": n, "Weight": len(n)} for n in asked.params["Names"] if n != "b1"]},)
        )

    answers: Answers = {
        "ListThings": things({"Name": "a"}, {"Name": "b"}),
        "ListParts": parts,
        "DescribeParts": details,
    }
    gathered, asked = run(Part, {"weight"}, answers)
    assert [p.id for p in gathered.population] == ["a/a0", "a/a1", "a/a2", "b/b0", "b/b1", "b/b2"]
    assert [c.params["Names"] for c in asked if c.operation == "DescribeParts"] == [
        ["a0", "a1"],
        ["a2", "b0"],
        ["b1", "b2"],
    ]
    assert gathered.population.seen[0].weight == 2
    with pytest.raises(Unseen, match=NOT_IN_ANSWER):
        _ = gathered.population.seen[4].weight


@resource(
    "AWS::Example::Piece",
    listed_by=call("example", "ListParts", Thing="{Name}"),
    at="Parts",
    over=Thing,
    id="{parent.Name}/{}",
    detail=Source(
        call("example", "DescribeParts", Thing="{parent.Name}"),
        at="Parts",
        batch=Batch("Names", of="{}", size=2, by="{Name}"),
    ),
)
class Piece(Resource):
    weight: int


def test_a_batch_holds_only_what_one_call_may_be_asked_about() -> None:
    answers: Answers = {
        "ListThings": things({"Name": "a"}, {"Name": "b"}),
        "ListParts": lambda asked: Answer(({"Parts": [f"{asked.params['Thing']}{n}" for n in range(3)]},)),
        "DescribeParts": lambda asked: Answer(
            ({"Parts": [{"Name": n, "Weight": 1} for n in asked.params["Names"]]},)
        ),
    }
    gathered, asked = run(Piece, {"weight"}, answers)
    described = [c.params for c in asked if c.operation == "DescribeParts"]
    assert [(p["Thing"], p["Names"]) for p in described] == [
        ("a", ["a0", "a1"]),
        ("a", ["a2"]),
        ("b", ["b0", "b1"]),
        ("b", ["b2"]),
    ]
    assert all(p.weight == 1 for p in gathered.population)


def test_a_denied_parent_listing_makes_the_children_incomplete() -> None:
    gathered, asked = run(Part, set(), {"ListThings": Answer(error="AccessDenied")})
    assert not gathered.population.complete
    assert len(asked) == 1


def test_an_index_is_incomplete_where_an_item_may_belong_anywhere() -> None:
    gathered, _ = run(Thing, set(), {"ListThings": things({"Name": "a", "Size": 1}, {"Name": "b"})})
    by_size = gathered.population.by("size")
    assert [t.name for t in by_size[1].seen] == ["a"]
    with pytest.raises(Unseen):
        list(by_size[2])


def test_chosen_gives_every_proven_item_before_it_raises() -> None:
    gathered, _ = run(Thing, set(), {"ListThings": things({"Name": "b"}, {"Name": "a", "Size": 1})})
    given = chosen(gathered.population, lambda t: t.size == 1)
    assert next(given).name == "a"
    with pytest.raises(Unseen):
        next(given)


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{A}", 7),
        ("x-{A}", "x-7"),
        (["{A}"], [7]),
        ({"k": "{B.C}"}, {"k": "v"}),
        ("{Arn!account}", "111122223333"),
        ("{Arn!name}", "t"),
        (5, 5),
    ],
)
def test_templates(template: Any, filled: Any) -> None:
    assert fill(template, {"A": 7, "B": {"C": "v"}, "Arn": "arn:aws:sns:eu-west-1:111122223333:t"}) == filled


def test_a_blank_without_a_value_is_not_filled_with_nothing() -> None:
    with pytest.raises(Unfilled):
        fill("{Missing}", {})


@resource("AWS::Example::Key", listed_by=call("example", "ListKeys"), at="Keys", id="{Id}")
class Key(Resource):
    secret: str = facet(call("example", "GetKey", Id="{Id}"), at="Secret", only={"Owner": "me"})


def test_a_facet_is_asked_only_of_what_it_concerns() -> None:
    listing = Answer(({"Keys": [{"Id": "1", "Owner": "me"}, {"Id": "2", "Owner": "aws"}, {"Id": "3"}]},))
    gathered, asked = run(
        Key, {"secret"}, {"ListKeys": listing, "GetKey": lambda c: Answer(({"Secret": c.params["Id"]},))}
    )
    assert [c.params["Id"] for c in asked if c.operation == "GetKey"] == ["1", "3"]
    assert [k.secret for k in gathered.population.seen if k.id != "2"] == ["1", "3"]
    with pytest.raises(Unseen, match=NOT_COLLECTED):
        _ = gathered.population.seen[1].secret


@resource("AWS::::Account")
class Service(Resource):
    state: Setting | None = facet(
        call("example", "GetSession"), absent={"AccessDenied: never switched on": None}, why="AWS says so"
    )


@pytest.mark.parametrize(("words", "seen"), [("It was never switched on.", True), ("not authorized", False)])
def test_a_message_tells_not_enabled_from_denied(words: str, seen: bool) -> None:
    gathered, _ = run(Service, {"state"}, {"GetSession": Answer(error="AccessDenied", message=words)})
    (service,) = gathered.population
    assert ("state" in service.seen()) is seen


@resource(
    "AWS::Example::Far",
    listed_by=call("example", "ListFar"),
    at="Far",
    id="{Id}",
    region="{Region}",
    located=Source(call("example", "GetRegion", Id="{Id}"), at="Region || 'us-east-1'"),
)
class Far(Resource):
    """Lives in a Region that its listing may not tell."""


def test_a_region_that_a_listing_does_not_tell_is_asked_for() -> None:
    def region(asked: Call) -> Answer:
        return (
            Answer(error="AccessDenied")
            if asked.params["Id"] == "4"
            else Answer(({"Region": regions[asked.params["Id"]]},))
        )

    regions = {"2": "eu-west-1", "3": None}
    listing = Answer(({"Far": [{"Id": "1", "Region": "sa-east-1"}, {"Id": "2"}, {"Id": "3"}, {"Id": "4"}]},))
    gathered, asked = run(Far, set(), {"ListFar": listing, "GetRegion": region})
    assert [(f.id, f.region) for f in gathered.population.seen] == [
        ("1", "sa-east-1"),
        ("2", "eu-west-1"),
        ("3", "us-east-1"),
    ]
    assert len([c for c in asked if c.operation == "GetRegion"]) == 3
    assert not gathered.population.complete
