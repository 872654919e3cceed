"""Messages: goldens as people read them, and what holds for every message."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ishigaki.core.case import Item, Standing
from ishigaki.core.digest import Digest, FirstSummary, Monthly
from ishigaki.core.notice import Kind, Link, Message, Notice
from ishigaki.report.message import as_text, compose
from ishigaki.report.reader import Reader
from ishigaki.report.words import moment
from ishigaki.texts import LANGUAGES, Language
from tests.report import golden
from tests.report.notices import (
    BUCKETS,
    DAY,
    GROUP,
    HOUR,
    KEY,
    MINER,
    NAMES,
    NOW,
    TOKYO,
    WEEK,
    examples,
    item,
    message,
    notice,
    of_the_product,
)

NAMED = examples("en")
EVERY = pytest.mark.parametrize("name", NAMED)
BOTH = pytest.mark.parametrize("language", LANGUAGES)
NASTY = "\x1b[31mred\x07\u202e <b>*x*</b>\nsecond line &" + "x" * 500


@pytest.fixture(autouse=True)
def words() -> None:
    """Messages are read with the words that controls really have."""


@BOTH
@EVERY
def test_a_message_reads_as_it_did(name: str, language: Language) -> None:
    golden.check(
        f"../golden_messages/{name}.{language}.txt", as_text(message(examples(language)[name], language))
    )


def test_there_is_a_golden_of_every_kind() -> None:
    assert {told.kind for told in NAMED.values()} == set(get_args(Kind))


def test_the_first_golden_reads_as_the_glossary_has_it() -> None:
    urgent = message(examples("ja")["opened_urgent"], "ja")
    assert urgent.title.startswith(
        "24時間以内に対応してください (期限 2026-11-24 (火) 18:00 JST) · 重要度: 高 · 本番 · 1 件"
    )
    why, question, fix = urgent.parts[:3]
    assert (
        why.text == "SSH がインターネット全体に公開されており、総当たり攻撃や不正アクセスの入口になります。"
    )
    assert question.text == "アタッチされているリソースに SSH で接続している方を確認してください。"
    assert question.bullets[0].startswith("販売管理-本番 (999999999999): ap-northeast-1: test-sg")
    assert fix.heading == "対応"
    assert fix.text == (
        "SSH のポートを特定の IP アドレスに絞るか、閉じてください。"
        "より安全な方法: Session Manager を使うと、ポートを閉じたままシェルを利用できます。"
    )
    assert fix.links[0].text == "手順を見る"
    assert urgent.footer[0].startswith("対応方針: 是正まで追跡 (EC2.13) · 担当が違う場合は「担当違い」")


@BOTH
@EVERY
@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_asked_but_for_words_that_cannot_break(
    name: str, language: Language, width: int
) -> None:
    for line in as_text(message(NAMED[name], language), width).splitlines():
        assert cell_len(line) <= width or " " not in line.strip().removeprefix("- "), line


@BOTH
@EVERY
def test_an_address_stays_whole(name: str, language: Language) -> None:
    told = message(NAMED[name], language)
    text = as_text(told, 60)
    for part in told.parts:
        assert all(link.url in text for link in part.links)


@BOTH
@EVERY
def test_every_time_names_its_zone(name: str, language: Language) -> None:
    for line in as_text(message(NAMED[name], language), 500).splitlines():
        assert len(re.findall(r"\d\d:\d\d", line)) == len(re.findall(r"\d\d:\d\d JST", line))


@BOTH
@pytest.mark.parametrize("name", [n for n, told in NAMED.items() if told.due and told.kind != "closed"])
def test_the_verdict_opens_with_the_deadline_and_the_time_in_words(name: str, language: Language) -> None:
    told = message(NAMED[name], language)
    first = told.title.split(" · ")[0]
    assert moment(NAMED[name].due or NOW, TOKYO)[language] in first
    assert told.due == NAMED[name].due


@BOTH
@EVERY
def test_what_others_wrote_is_data(name: str, language: Language) -> None:
    told = NAMED[name]
    items = tuple(msgspec.structs.replace(i, name=NASTY, resource=NASTY) for i in told.items)
    facts = {
        k: NASTY if isinstance(v, str) and k not in ("stage", "to") else v for k, v in told.facts.items()
    }
    hostile = msgspec.structs.replace(told, items=items, facts=facts, row=NASTY, why=NASTY, owner=NASTY)
    made = compose(hostile, language=language, zone=TOKYO, now=NOW, names=dict.fromkeys(NAMES, NASTY))
    for said in (made.title, *made.footer, *(line for part in made.parts for line in part.bullets)):
        assert said.isprintable()
        assert len(said) < 1500
    text = as_text(made)
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "\nsecond line" not in text


@BOTH
def test_at_most_five_things_are_shown_and_the_rest_is_counted(language: Language) -> None:
    places = message(notice("opened", "S3.8", BUCKETS * 2, due=NOW + DAY), language).parts[1]
    assert len(places.bullets) == 5
    assert places.more == 5


def test_a_step_is_filled_in_only_where_all_things_are_known_to_share_it() -> None:
    one = message(notice("opened", "S3.8", BUCKETS[:1], due=NOW + DAY), "en")
    assert "--bucket shop-assets " in as_text(one, 500)
    some = message(notice("opened", "S3.8", BUCKETS[:1], count=2, due=NOW + DAY), "en")
    assert "--bucket BUCKET " in as_text(some, 500)


def test_a_case_has_its_commands_and_its_page() -> None:
    told = NAMED["opened_group"]
    made = compose(told, language="en", zone=TOKYO, now=NOW, link=lambda case: f"https://keep.example/{case}")
    assert made.actions[0] == Link("Open the case", "https://keep.example/C-1042")
    assert [a.text.partition(": ")[2].split()[:3] for a in made.actions[1:] if "waivers" not in a.text] == [
        ["ishigaki", "cases", "ack"],
        ["ishigaki", "cases", "extend"],
        ["ishigaki", "cases", "assign"],
    ]


@pytest.mark.parametrize("name", ["told_once", "closed", "excepted"])
def test_where_nothing_is_left_to_do_nothing_is_asked(name: str) -> None:
    assert not message(NAMED[name], "en").actions


@pytest.mark.parametrize(("thing", "asked"), [(KEY, "AKIAIOSFODNN7EXAMPLE"), (MINER, "i-0abc1234def567890")])
def test_a_detection_offers_the_incident_card_of_its_thing(thing: Item, asked: str) -> None:
    told = message(notice("opened", thing.kind, (thing,), due=NOW + DAY), "en")
    assert told.actions[0].text.endswith(f"ishigaki incident {asked}")


def test_an_incident_card_is_asked_such_that_the_shell_reads_a_name() -> None:
    user = item("root_sign_in", "arn:aws:iam::1:user/a; rm -rf ~", "AWS::IAM::User")
    told = message(notice("opened", user.kind, (user,), due=NOW + DAY), "en")
    assert told.actions[0].text.endswith("ishigaki incident 'a; rm -rf ~'")


def test_what_is_gone_or_over_is_not_called_fixed() -> None:
    gone = (msgspec.structs.replace(GROUP, standing=Standing.GONE),)
    assert message(notice("closed", "EC2.13", gone), "en").title.startswith("Thank you, it is settled")
    assert message(notice("closed", MINER.kind, (MINER,)), "en").title.startswith("Thank you, it is settled")
    assert message(notice("closed", "EC2.13", (GROUP,)), "en").title.startswith(
        "Thank you, the fix is confirmed"
    )


def test_what_is_over_closes_what_was_open() -> None:
    done = {name for name, told in NAMED.items() if message(told, "en").done}
    assert done == {"closed", "excepted"}


@pytest.mark.parametrize("name", ["first_summary", "digest", "monthly"])
def test_facts_that_were_kept_as_json_read_the_same(name: str) -> None:
    kept = msgspec.json.decode(msgspec.json.encode(NAMED[name].facts))
    told = msgspec.structs.replace(NAMED[name], facts=kept)
    assert as_text(message(told, "ja")) == as_text(message(NAMED[name], "ja"))


def empty(kind: Kind) -> Notice:
    shapes = {
        "digest": Digest(since=NOW - 7 * DAY, until=NOW),
        "monthly": Monthly(since=NOW - 30 * DAY, until=NOW, told=0, acted=0),
        "first_summary": FirstSummary(accounts=1, things=0, cases=0),
    }
    return of_the_product(kind, **{kind: shapes[kind]})


@BOTH
@pytest.mark.parametrize("kind", ["digest", "monthly", "first_summary"])
def test_an_empty_summary_says_so(kind: Kind, language: Language) -> None:
    told = message(empty(kind), language)
    assert "0" not in told.title.replace("2026-10-24 – 2026-11-23", "").replace("0 fixed", "").replace(
        "0 件", ""
    )
    assert all(part.text or part.bullets for part in told.parts)


def test_what_was_fixed_comes_first_in_the_week() -> None:
    headings = [
        part.heading for part in message(of_the_product("digest", digest=WEEK), "en").parts if part.heading
    ]
    assert headings[0].startswith("Fixed since last week")
    assert headings[1] == "Past the deadline"


def spoken(time: timedelta) -> str:
    return Reader("en", TOKYO, NOW).span(time)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (24 * HOUR, "24 hours"),
        (24 * HOUR - timedelta(minutes=10), "24 hours"),
        (7 * DAY - timedelta(minutes=10), "7 days"),
        (3 * DAY + HOUR, "3 days"),
        (3 * DAY - 2 * HOUR, "2 days"),
        (timedelta(minutes=59), "1 hour"),
        (timedelta(minutes=20), "20 minutes"),
        (timedelta(seconds=1), "1 minute"),
    ],
)
def test_time_in_words(time: timedelta, said: str) -> None:
    assert spoken(time) == said


@given(st.timedeltas(min_value=timedelta(minutes=1), max_value=400 * DAY))
def test_time_in_words_promises_at_most_an_hour_too_much(time: timedelta) -> None:
    count, unit = spoken(time).split()
    length = {"minute": timedelta(minutes=1), "hour": HOUR, "day": DAY}[unit.rstrip("s")]
    assert time - DAY <= int(count.replace(",", "")) * length <= time + HOUR


def test_a_message_can_be_kept_as_json() -> None:
    for told in NAMED.values():
        made = message(told, "ja")
        assert msgspec.json.decode(msgspec.json.encode(made), type=Message) == made
