"""What is hidden of an answer, and what of it remains."""

from __future__ import annotations

from typing import Any

import pytest

from ishigaki.core.redact import redact

HIDDEN = "redacted:str:"


@pytest.mark.parametrize(
    ("path", "before", "kept"),
    [
        ("password", {"password": "secret", "user": "me"}, {"user": "me"}),
        ("options[].value", {"options": [{"name": "a", "value": "secret"}]}, {"options": [{"name": "a"}]}),
        ("variables.*", {"variables": {"A": "secret"}}, {"variables": {}}),
    ],
)
def test_what_a_path_names_is_hidden_and_nothing_else(path: str, before: Any, kept: Any) -> None:
    after = redact(before, (path,), salt="s")
    assert "secret" not in str(after)
    assert HIDDEN in str(after)
    assert _without_hidden(after) == kept


def _without_hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_hidden(v) for k, v in value.items() if not str(v).startswith(HIDDEN)}
    return [_without_hidden(v) for v in value] if isinstance(value, list) else value


OPTIONS = {
    "options": [
        {"space": "aws:logs", "value": "true"},
        {"space": "aws:environment", "value": "secret"},
        {"space": "aws:updates", "value": "minor"},
        {"value": "nobody knows"},
    ]
}


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("options[space!=aws:logs|aws:updates].value", ["true", "minor"]),
        ("options[space=aws:environment].value", ["true", "minor"]),
        ("options[].value", []),
    ],
)
def test_of_a_list_only_the_items_that_are_meant_are_hidden(path: str, kept: list[str]) -> None:
    after = redact(OPTIONS, (path,), salt="s")
    values = [each["value"] for each in after["options"]]
    assert [v for v in values if not v.startswith(HIDDEN)] == kept


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://bitbucket.org/a/b.git", "https://bitbucket.org/a/b.git"),
        ("https://me:sec/ret@bitbucket.org/a/b.git", ""),
        ("https://bitbucket.org/a/b.git?token=secret", ""),
        ("https://me:secret@bitbucket.org/a/b.git", "@bitbucket.org/a/b.git"),
        ("https://secret@bitbucket.org/a/b.git", "@bitbucket.org/a/b.git"),
        ("https://me:sec@ret@bitbucket.org/a/b.git", "@bitbucket.org/a/b.git"),
        ("bucket/secret.zip", ""),
    ],
)
def test_of_an_address_only_the_login_is_hidden(address: str, kept: str) -> None:
    after = redact({"location": address}, ("location~login",), salt="s")["location"]
    assert after.endswith(kept)
    assert not [each for each in ("secret", "sec@ret", "sec/ret") if each in after]
    assert ("redacted:" in after) == (after != address)
