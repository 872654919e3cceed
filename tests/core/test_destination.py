"""Destinations: the file and its mistakes, who gets a notice, and when it is quiet."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ishigaki.core.case import Item, Standing
from ishigaki.core.destination import (
    Backlog,
    Destination,
    Email,
    Slack,
    fits,
    local,
    parse,
    place,
    recipients,
    resting,
)
from ishigaki.core.finding import Severity
from ishigaki.core.notice import Kind, Notice
from ishigaki.core.usage import UsageError

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
FILE = """\
[[destinations]]
name = "chat"
channel = "slack"
language = "ja"
token = "env:SLACK_TOKEN"
to = "C0123456789"
audience = ["lead", "security"]
environments = ["production"]
quiet = "19:00-09:00"

[[destinations]]
name = "mail"
channel = "email"
language = "en"
host = "smtp.example.com"
from = "ishigaki@example.com"
to = ["security@example.com"]
user = "ishigaki"
password = "file:secrets/smtp"
digest = false
budget = 5

[[destinations]]
name = "tracker"
channel = "backlog"
language = "ja"
url = "https://example.backlog.com"
key = "env:KEY"
project = "SEC"
[destinations.assignees]
"hanako@example.com" = 7
"""


def test_a_file_says_where_who_and_when() -> None:
    chat, mail, tracker = parse(FILE, file="notify.toml")
    assert isinstance(chat, Slack)
    assert (chat.channel, chat.audience, chat.budget, chat.digest) == (
        "slack",
        ("lead", "security"),
        30,
        True,
    )
    assert isinstance(mail, Email)
    assert (mail.sender, mail.security, mail.budget, mail.digest) == (
        "ishigaki@example.com",
        "starttls",
        5,
        False,
    )
    assert isinstance(tracker, Backlog)
    assert tracker.assignees == {"hanako@example.com": 7}


HOOK = 'name = "h"\nchannel = "webhook"\nlanguage = "en"\nsecret = "env:S"\n'
MAIL = 'name = "m"\nchannel = "email"\nlanguage = "en"\nhost = "smtp.example.com"\nfrom = "a@example.com"\n'
SLACK = 'name = "s"\nchannel = "slack"\nlanguage = "en"\n'
SECRET = "https://hooks.slack.com/services/T0/B0/abcdefgh"
MISTAKES = {
    "no TOML": ("name = ", "file_not_toml", 2),
    "no channel": ('name = "x"\nlanguage = "en"\n', "destinations_invalid", 1),
    "unknown channel": ('name = "x"\nchannel = "fax"\nlanguage = "en"\n', "destinations_invalid", 3),
    "unknown key": (SLACK + 'webhook = "env:A"\ncolour = "red"\n', "destinations_invalid", 6),
    "unknown audience": (SLACK + 'webhook = "env:A"\naudience = ["boss"]\n', "destinations_invalid", 6),
    "no budget": (SLACK + 'webhook = "env:A"\nbudget = 0\n', "destinations_invalid", 6),
    "literal webhook": (SLACK + f'webhook = "{SECRET}"\n', "destination_secret", 5),
    "literal token": (SLACK + 'to = "C1"\ntoken = "xoxb-1"\n', "destination_secret", 6),
    "literal password": (
        MAIL + 'to = ["b@example.com"]\nuser = "u"\npassword = "abcdefgh"\n',
        "destination_secret",
        9,
    ),
    "literal key": (
        'name = "b"\nchannel = "backlog"\nlanguage = "ja"\nurl = "https://x.backlog.com"\nproject = "SEC"\nkey = "abcdefgh"\n',
        "destination_secret",
        7,
    ),
    "apprise in the open": (
        'name = "a"\nchannel = "apprise"\nlanguage = "en"\nurl = "tgram://abcdefgh/1"\n',
        "destination_secret",
        5,
    ),
    "secret in an address": (HOOK + 'url = "https://x.example.com/?sig=abcdefgh"\n', "destination_secret", 6),
    "login in an address": (HOOK + 'url = "https://u:abcdefgh@x.example.com/"\n', "destination_secret", 6),
    "not an address": (HOOK + 'url = "x.example.com"\n', "destination_url", 6),
    "broken address": (HOOK + 'url = "https://[x/"\n', "destination_url", 6),
    "another scheme": (HOOK + 'url = "ftp://x.example.com/"\n', "destination_url", 6),
    "in the clear": (HOOK + 'url = "http://x.example.com/"\n', "destination_clear", 6),
    "password in the clear": (
        MAIL + 'to = ["b@example.com"]\nsecurity = "none"\nuser = "u"\npassword = "env:P"\n',
        "destination_clear",
        8,
    ),
    "webhook and token": (SLACK + 'webhook = "env:A"\ntoken = "env:B"\nto = "C1"\n', "destination_slack", 5),
    "token for nowhere": (SLACK + 'token = "env:B"\n', "destination_slack", 5),
    "neither": (SLACK, "destination_slack", 1),
    "no recipient": (MAIL + "to = []\n", "destinations_invalid", 7),
    "two lines of address": (
        MAIL + 'to = ["b@example.com\\nBcc: c@example.com"]\n',
        "destination_address",
        7,
    ),
    "name and address": (MAIL + 'to = ["B <b@example.com>"]\n', "destination_address", 7),
    "user alone": (MAIL + 'to = ["b@example.com"]\nuser = "u"\n', "destination_login", 8),
    "no hours": (SLACK + 'webhook = "env:A"\nquiet = "evenings"\n', "destination_quiet", 6),
    "hour 25": (SLACK + 'webhook = "env:A"\nquiet = "25:00-09:00"\n', "destination_quiet", 6),
    "all day": (SLACK + 'webhook = "env:A"\nquiet = "09:00-09:00"\n', "destination_quiet", 6),
    "twice": (
        SLACK + 'webhook = "env:A"\n[[destinations]]\n' + SLACK + 'webhook = "env:B"\n',
        "destination_twice",
        7,
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_without_the_secret(mistake: str) -> None:
    text, code, line = MISTAKES[mistake]
    with pytest.raises(UsageError) as told:
        parse("[[destinations]]\n" + text, file="notify.toml")
    assert (told.value.code, int(told.value.facts["line"])) == (code, line)
    assert told.value.facts["file"] == "notify.toml"
    assert "abcdefgh" not in str(told.value)
    assert "xoxb" not in str(told.value)


def test_an_empty_file_is_a_mistake() -> None:
    with pytest.raises(UsageError) as told:
        parse("# nothing yet\n", file="notify.toml")
    assert told.value.code == "destinations_none"


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "10.1.2.3", "192.168.0.9", "::1", "relay", "x.internal"]
)
def test_a_relay_of_ones_own_network_may_be_reached_in_the_clear(host: str) -> None:
    assert local(host)
    written = f"[{host}]" if ":" in host else host
    parse(f'[[destinations]]\n{HOOK}url = "http://{written}:8080/in"\n', file="notify.toml")


@pytest.mark.parametrize("host", ["example.com", "8.8.8.8", "localhost.example.com"])
def test_the_rest_of_the_world_may_not(host: str) -> None:
    assert not local(host)


def chat(name: str = "chat", **keys: object) -> Destination:
    return replace(Slack(name=name, language="ja", webhook="env:A"), **keys)


def item(account: str) -> Item:
    return Item(
        account, "ap-northeast-1", "sg-1", "EC2.13", "ishigaki", "AWS::EC2::SecurityGroup", "sg", "essential",
        Severity.HIGH, "production", "hanako@example.com", "track", "EC2.13", Standing.OPEN, AT, AT,
    )  # fmt: skip


def notice(kind: Kind = "opened", **keys: object) -> Notice:
    whole = Notice(
        key="k",
        kind=kind,
        at=AT,
        audience=("owner",),
        owner="hanako@example.com",
        environment="production",
        items=(item("111122223333"),),
    )
    return replace(whole, **keys)


FITTING = {
    "everybody": (chat(), notice(), True),
    "another audience": (chat(audience=("lead",)), notice(), False),
    "one of the audiences": (chat(audience=("lead",)), notice(audience=("owner", "lead")), True),
    "the owner's own": (chat(owners=("Hanako@Example.com ",)), notice(), True),
    "another owner's": (chat(owners=("taro@example.com",)), notice(), False),
    "nobody's": (chat(owners=("taro@example.com",)), notice(owner=""), False),
    "this environment": (chat(environments=("production",)), notice(), True),
    "another environment": (chat(environments=("non-production",)), notice(), False),
    "any environment": (chat(environments=("non-production",)), notice(environment=""), True),
    "this account": (chat(accounts=("111122223333",)), notice(), True),
    "another account": (chat(accounts=("444455556666",)), notice(), False),
    "no one account": (chat(accounts=("444455556666",)), notice(items=()), True),
    "a digest": (chat(), notice("digest"), True),
    "no digest": (chat(digest=False), notice("digest"), False),
    "no monthly summary": (chat(digest=False), notice("monthly"), False),
}


@pytest.mark.parametrize("case", FITTING)
def test_who_is_told(case: str) -> None:
    destination, told, expected = FITTING[case]
    assert fits(destination, told) is expected


def test_what_fits_nobody_goes_to_the_first() -> None:
    first, second = chat("first", audience=("lead",)), chat("second", audience=("security",))
    assert recipients(notice(), (first, second)) == (first,)
    assert recipients(notice(audience=("security",)), (first, second)) == (second,)
    assert recipients(notice(audience=("lead", "security")), (first, second)) == (first, second)


def test_a_failure_is_told_at_one_other_destination() -> None:
    first, second, third = chat("first"), chat("second", audience=("lead",)), chat("third")
    failed = notice("undelivered", facts={"destination": "first"}, owner="", environment="", items=())
    assert recipients(failed, (first, second, third)) == (third,)
    assert recipients(failed, (first, second)) == (second,)
    assert recipients(failed, (first,)) == ()


def test_two_destinations_may_be_one_place() -> None:
    values = {
        "env:A": "https://hooks.example.com/1",
        "env:B": "https://hooks.example.com/1",
        "env:C": "other",
    }
    same = chat("first", webhook="env:A"), chat("second", webhook="env:B")
    assert place(same[0]) != place(same[1])
    assert place(same[0], values.__getitem__) == place(same[1], values.__getitem__)
    assert place(same[0], values.__getitem__) != place(chat(webhook="env:C"), values.__getitem__)
    mails = [
        Email(name=n, language="en", host=h, sender="a@x.jp", to=to)
        for n, h, to in (("1", "a", ("b@x.jp", "c@x.jp")), ("2", "b", ("C@x.jp", "b@x.jp")))
    ]
    assert place(mails[0]) == place(mails[1])


def tokyo(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=TOKYO)


NIGHT, NOON = chat(quiet="19:00-09:00"), chat(quiet="12:00-13:00")


@pytest.mark.parametrize(
    ("destination", "at", "until"),
    [
        (NIGHT, tokyo(2026, 12, 31, 18, 59), None),
        (NIGHT, tokyo(2026, 12, 31, 19, 0), tokyo(2027, 1, 1, 9)),
        (NIGHT, tokyo(2027, 1, 1, 0, 0), tokyo(2027, 1, 1, 9)),
        (NIGHT, tokyo(2027, 1, 1, 8, 59, 59), tokyo(2027, 1, 1, 9)),
        (NIGHT, tokyo(2027, 1, 1, 9, 0), None),
        (NOON, tokyo(2027, 1, 1, 11, 59), None),
        (NOON, tokyo(2027, 1, 1, 12, 30), tokyo(2027, 1, 1, 13)),
        (NOON, tokyo(2027, 1, 1, 13, 0), None),
        (chat(), tokyo(2027, 1, 1, 3, 0), None),
    ],
)
def test_quiet_hours(destination: Destination, at: datetime, until: datetime | None) -> None:
    assert resting(destination, at) == until
    assert resting(destination, at, urgent=True) is None


@given(
    at=st.integers(0, 2_000_000_000).map(lambda s: datetime.fromtimestamp(s, ZoneInfo("Europe/Berlin"))),
    begin=st.times(),
    end=st.times(),
)
def test_rest_ends_within_a_day_and_when_it_has_ended_it_is_over(
    at: datetime, begin: time, end: time
) -> None:
    quiet = f"{begin:%H:%M}-{end:%H:%M}"
    if quiet[:5] == quiet[6:]:
        return
    until = resting(chat(quiet=quiet), at)
    if until is not None:
        assert timedelta(0) < until.replace(tzinfo=None) - at.replace(tzinfo=None) <= timedelta(days=1)
        assert resting(chat(quiet=quiet), until) is None
