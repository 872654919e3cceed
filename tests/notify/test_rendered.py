"""What each channel is sent: goldens by language, hostile names, and every service's limits for any message."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ishigaki.core.finding import Severity
from ishigaki.core.notice import Link, Message, Part
from ishigaki.notify.mail import Letter
from ishigaki.notify.plain import cleaned, text_of
from ishigaki.notify.send import ADAPTERS, render
from tests.notify.samples import LANGUAGES, SAMPLES, URGENT_EN, destinations
from tests.notify.services import backlog_error, slack_error, teams_error

GOLDEN = Path(__file__).parent / "golden"
JSON = [c for c in ADAPTERS if c != "email"]


def check(name: str, text: str) -> None:
    """The text is what is kept under this name. `GOLDEN=write` writes it anew."""
    path = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", JSON)
def test_what_a_service_is_sent(channel: str, language: str) -> None:
    destination = destinations()[channel]
    payloads = {name: render(m, destination) for name, m in SAMPLES[language].items()}
    check(f"{channel}.{language}.json", json.dumps(payloads, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["urgent", "digest", "closed"])
def test_what_a_mail_is(name: str, language: str) -> None:
    letter = render(SAMPLES[language][name], destinations()["email"])
    check(f"email.{language}.{name}.txt", f"Subject: {letter.subject}\n\n{letter.text}")
    check(f"email.{language}.{name}.html", letter.html)


HOSTILE = (
    "<script>alert(1)</script>",
    "<!channel> <@U0123456789> <https://evil.example.com|here>",
    "*bold* _it_ ~gone~ `code` ```block```",
    "[click](https://evil.example.com) ![](https://evil.example.com/pixel.png)",
    "{{ 7 * 7 }} {% raw %} ${x} %(y)s {0}",
    "''bold'' %%gone%% #image(https://evil.example.com/x.png) &br; [[x>https://evil.example.com]]",
    '" onmouseover="alert(1)',
    "# heading",
    "12. list",
    "one\r\nBcc: all@example.com\n\n.\r\ntwo",
    "\u202egnp.exe\u2066",
    "\x1b[31mred\x07\x00",
    "نظام المبيعات 👩‍👩‍👧 🇯🇵",
    "x" * 5000,
)


def hostile(name: str) -> Message:
    return replace(
        URGENT_EN,
        title=f"Act on {name}",
        parts=(
            Part(
                text=name,
                heading=name,
                bullets=(name, name),
                links=(Link(name, "https://example.com/a?b=1&c=2"),),
            ),
        ),
        actions=(Link(name, "https://example.com/"), Link(name, "javascript:alert(1)"), Link(name, "")),
        footer=(name,),
    )


def leaves(value: Any) -> Iterator[tuple[str, str]]:
    """Every text of a payload, with its key."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from ((key, t) if not k else (k, t) for k, t in leaves(each))
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif isinstance(value, str):
        yield "", value


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_a_name_to_slack(name: str) -> None:
    payload = render(hostile(name), destinations()["slack"])
    assert slack_error(payload) == ""
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", payload["text"])
    kinds = {t for k, t in leaves(payload["blocks"]) if k == "type"}
    assert kinds <= {
        "header", "section", "context", "rich_text", "plain_text", "rich_text_section", "rich_text_list", "text", "link",
    }  # fmt: skip
    assert {t for k, t in leaves(payload["blocks"]) if k == "url"} <= {
        "https://example.com/a?b=1&c=2",
        "https://example.com/",
    }


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_a_name_to_teams(name: str) -> None:
    payload = render(hostile(name), destinations()["teams"])
    assert teams_error(msgspec.json.encode(payload)) is None
    assert "TextBlock" not in {t for _, t in leaves(payload)}
    assert not [t for k, t in leaves(payload) if k == "url" and not t.startswith("https://example.com/")]


MARKUP = re.compile(r"(?<!\\)(?:\\\\)*(<|>|\[|\]|`|\*|\||~)")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("notation", ["markdown", "backlog"])
def test_a_name_is_only_a_name_to_backlog(name: str, notation: str) -> None:
    destination = replace(destinations()["backlog"], notation=notation)
    issue = render(hostile(name), destination)["issue"]
    assert "\n" not in issue["summary"]
    text = issue["description"]
    if notation == "markdown":
        ours = re.sub(
            r"^\*\*(.*)\*\*(?=  $)|\]\(<https://example\.com/[^>]*>\)|^\[", r"\1", text, flags=re.MULTILINE
        )
        assert not MARKUP.search(ours)
        assert not re.search(r"^(- )?(#|\d+\.)", text, flags=re.MULTILINE)
    else:
        ours = re.sub(r"\[\[https://example\.com/[^\]]*\]\]$|^''|''$", "", text, flags=re.MULTILINE)
        assert not re.search(r"(?<!\\)(''|%%|\[\[|#image|&br;|\{)", ours)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(k, v or "") for k, v in attrs]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_a_name_in_a_mail(name: str) -> None:
    letter = render(hostile(name), destinations()["email"])
    page = Tags()
    page.feed(letter.html)
    assert not page.tags & {"script", "img", "iframe", "form", "svg", "object", "link"}
    assert not [k for k, _ in page.attributes if k.startswith("on") or k == "src"]
    assert {v for k, v in page.attributes if k == "href"} <= {
        "https://example.com/a?b=1&c=2",
        "https://example.com/",
    }
    assert not re.search(r"url\(|@import", letter.html)
    assert not re.search(r"[\x00-\x1f]", letter.subject)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_breaks_no_line_and_hides_no_text(name: str) -> None:
    clean = cleaned(hostile(name))
    assert len(clean.parts[0].bullets[0]) <= 500
    assert not re.search(
        "[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]", clean.title + clean.parts[0].bullets[0]
    )
    assert text_of(clean).count("\n- ") == 2


def test_emoji_and_other_scripts_stay_what_they_are() -> None:
    name = "نظام المبيعات 👩‍👩‍👧 🇯🇵 全角\u3000空白"
    assert cleaned(hostile(name)).parts[0].bullets[0] == name


letters = st.text(st.characters(codec="utf-8"), max_size=80)
long_texts = st.builds(lambda text, times: text * times, letters, st.integers(1, 100))
texts = letters | long_texts
links = st.builds(
    Link,
    text=texts,
    url=st.sampled_from(["", "https://example.com/a", "javascript:x", "https://[", "x" * 9000]),
)
parts = st.builds(
    Part,
    text=texts,
    heading=texts,
    bullets=st.lists(texts, max_size=8).map(tuple)
    | st.builds(lambda b, n: (b,) * n, letters, st.integers(0, 300)),
    more=st.integers(0, 10**6),
    links=st.lists(links, max_size=3).map(tuple),
)
messages = st.builds(
    Message,
    id=letters,
    thread=letters,
    kind=st.sampled_from(["opened", "digest", "closed", "undelivered"]),
    language=st.sampled_from(LANGUAGES),
    title=texts,
    parts=st.lists(parts, max_size=6).map(tuple)
    | st.builds(lambda p, n: (p,) * n, parts, st.integers(0, 60)),
    actions=st.lists(links, max_size=30).map(tuple),
    footer=st.lists(texts, max_size=20).map(tuple),
    severity=st.none() | st.sampled_from(Severity),
    urgent=st.booleans(),
    due=st.none() | st.datetimes(),
    assignee=letters,
    done=st.booleans(),
)
FULL = Part(text="長い文" * 3000, heading="見出し", bullets=("販売管理-本番 (999999999999)",) * 500, more=7)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(messages)
@example(Message(id="", thread="", kind="digest", language="ja", title="", parts=(FULL,) * 12))
@example(Message(id="", thread="", kind="digest", language="en", title="\n", footer=("x" * 500,) * 40))
@example(
    Message(
        id="",
        thread="",
        kind="test",
        language="en",
        title="<" * 9000,
        actions=(Link("&" * 900, "https://a.jp"),) * 60,
    )
)
def test_any_message_keeps_every_limit(message: Message) -> None:
    rendered = {c: render(message, d) for c, d in destinations(message.language).items()}
    assert slack_error(rendered["slack"]) == ""
    assert teams_error(msgspec.json.encode(rendered["teams"])) is None
    assert backlog_error({**rendered["backlog"]["issue"], "comment": rendered["backlog"]["comment"]}) == ""
    assert msgspec.json.decode(msgspec.json.encode(rendered["webhook"]))["title"]
    assert rendered["apprise"]["title"]
    assert rendered["apprise"]["body"]
    letter = rendered["email"]
    assert isinstance(letter, Letter)
    assert 0 < len(letter.subject) <= 200
    assert len(letter.html.encode()) <= 102_000


def test_what_is_left_out_is_counted() -> None:
    bullets = tuple(f"販売管理-本番 (999999999999): ap-northeast-1: sg-{n:05}" for n in range(1000))
    message = replace(URGENT_EN, parts=(Part(text="Who?"), Part(bullets=bullets, more=5)))
    runs = [t for k, t in leaves(render(message, destinations()["teams"])) if k == "text"]
    shown = [t for t in runs if "sg-" in t]
    assert 20 < len(shown) < 1000
    assert f"• and {1005 - len(shown):,} more" in runs
    assert "Who?" in runs
