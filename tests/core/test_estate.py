"""The estate file: what it means, and that every mistake is told with file, line and remedy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ishigaki.core.answer import Answer
from ishigaki.core.call import Call
from ishigaki.core.estate import Discovered, accounts_of, json_schema, parse
from ishigaki.core.organization import discover
from ishigaki.core.unseen import Unseen
from ishigaki.core.usage import UsageError
from ishigaki.texts import LANGUAGES, message

WHOLE = """\
[estate]
name = "Example"
role = "IshigakiRead"
external_id = "abc"
regions = ["ap-northeast-1"]

[environments]
honban = "production"

[[accounts]]
id = "111122223333"
name = "sales"
environment = "honban"
owner = "sales@example.com"

[[accounts]]
id = "444455556666"
environment = "dev"
regions = ["us-east-1"]
role = "Own"
"""


def test_defaults_are_filled_in_and_environments_normalised() -> None:
    sales, other = accounts_of(parse(WHOLE, file="estate.toml"))
    assert (sales.environment, sales.role, sales.regions) == (
        "production",
        "IshigakiRead",
        ("ap-northeast-1",),
    )
    assert (other.environment, other.role, other.regions) == ("non-production", "Own", ("us-east-1",))
    assert other.name == "444455556666"


MISTAKES = [
    ("[estate\n", "file_not_toml", "1"),
    (WHOLE.replace('"444455556666"', '"4444"'), "estate_invalid", 17),
    (WHOLE.replace("444455556666", "111122223333"), "estate_account_twice", 17),
    (WHOLE.replace('"dev"', '"purple"'), "estate_environment", 18),
    (WHOLE.replace("owner =", "owners ="), "estate_invalid", 14),
    (WHOLE.replace('["us-east-1"]', '["us-east"]'), "estate_invalid", 19),
    (WHOLE + '\n[[rules]]\nou = "A"\ntag = "B=c"\n', "estate_rule", 22),
    (WHOLE + '\n[[rules]]\ntag = "B"\n', "estate_rule", 22),
    ("[estate]\nname = 'x'\n", "estate_empty", None),
]


@pytest.mark.parametrize(("text", "code", "line"), MISTAKES)
def test_a_mistake_names_file_and_line_and_remedy(text: str, code: str, line: object) -> None:
    with pytest.raises(UsageError) as told:
        parse(text, file="estate.toml")
    assert told.value.code == code
    assert told.value.facts["file"] == "estate.toml"
    if line is not None:
        assert told.value.facts["line"] == line
    for language in LANGUAGES:
        assert "estate.toml" in message(code, language, **told.value.facts)


DISCOVERED = (
    Discovered("111122223333", "Sales Prod", "Workloads/Prod", {}),
    Discovered("444455556666", "Sales Dev", "Workloads/Prod/Nested", {"Environment": "dev"}),
    Discovered("777788889999", "Gone", "Suspended", {}, active=False),
    Discovered("000011112222", "Play", "Sandbox", {}),
)
RULES = """\
[estate]
discover = "organizations"
role = "R"
[[rules]]
tag = "Environment=dev"
environment = "dev"
owner = "dev@example.com"
[[rules]]
ou = "Workloads/Prod"
environment = "production"
[[rules]]
ou = "Sandbox"
ignore = true
[[accounts]]
id = "111122223333"
owner = "listed@example.com"
[[accounts]]
id = "999900001111"
name = "outside"
"""


def test_rules_say_environment_and_owner_and_the_list_outweighs_them() -> None:
    accounts = {a.id: a for a in accounts_of(parse(RULES, file="e"), DISCOVERED)}
    assert accounts.keys() == {"111122223333", "444455556666", "777788889999", "999900001111"}
    assert [a.id for a in accounts.values() if a.suspended] == ["777788889999"]
    assert accounts["111122223333"].owner == "listed@example.com"
    assert accounts["111122223333"].environment == "production"
    assert accounts["111122223333"].name == "Sales Prod"
    assert (accounts["444455556666"].environment, accounts["444455556666"].owner) == (
        "non-production",
        "dev@example.com",
    )


def organization(asked: Call) -> Answer:
    children = {"r-1": [("ou-a", "Workloads")], "ou-a": [("ou-b", "Prod")], "ou-b": []}
    accounts = {"r-1": ["000000000001"], "ou-a": [], "ou-b": ["000000000002"]}
    parent = asked.params.get("ParentId", "")
    match asked.operation:
        case "ListRoots":
            return Answer(({"Roots": [{"Id": "r-1", "Name": "Root"}]},))
        case "ListOrganizationalUnitsForParent":
            return Answer(({"OrganizationalUnits": [{"Id": i, "Name": n} for i, n in children[parent]]},))
        case "ListAccountsForParent":
            return Answer(
                ({"Accounts": [{"Id": a, "Name": a[-1], "Status": "ACTIVE"} for a in accounts[parent]]},)
            )
    return Answer(({"Tags": [{"Key": "id", "Value": asked.params["ResourceId"]}]},))


def drive(answer: Callable[[Call], Answer]) -> tuple[Discovered, ...]:
    asking = discover("us-east-1")
    calls = next(asking)
    while True:
        try:
            calls = asking.send([answer(c) for c in calls])
        except StopIteration as end:
            found: tuple[Discovered, ...] = end.value
            return found


def test_an_organization_is_walked_with_ou_paths_and_tags() -> None:
    found = drive(organization)
    assert [(a.id, a.ou, a.tags["id"]) for a in found] == [
        ("000000000001", "", "000000000001"),
        ("000000000002", "Workloads/Prod", "000000000002"),
    ]


def test_a_part_of_an_organization_is_not_taken_for_the_whole() -> None:
    def denied(asked: Call) -> Answer:
        return (
            Answer(error="AccessDeniedException")
            if asked.params.get("ParentId") == "ou-b"
            else organization(asked)
        )

    with pytest.raises(Unseen, match="AccessDenied"):
        drive(denied)


def test_the_schema_describes_every_table() -> None:
    definitions = json_schema()["$defs"]
    assert {"Settings", "Account", "Rule"} <= definitions.keys()
