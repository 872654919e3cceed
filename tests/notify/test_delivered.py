"""What reaches a service, how threads go on there, and what is said of every way to fail."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from ishigaki.core.destination import Apprise, Backlog, Destination, Sent, Slack, Teams, Webhook
from ishigaki.core.usage import UsageError
from ishigaki.notify import send as sending
from ishigaki.notify import wire
from ishigaki.notify.send import prepare, send, without
from ishigaki.notify.undelivered import Undelivered
from tests.notify.samples import CLOSED_JA, DIGEST_JA, URGENT_EN, URGENT_JA
from tests.notify.services import (
    KEY,
    SECRET,
    TOKEN,
    BacklogService,
    Receiver,
    Service,
    SlackService,
    TeamsService,
)

Secrets = Callable[[str], str]
RELAPSED = replace(URGENT_JA, id="C-0042/relapsed", kind="relapsed", title="再発: SSH が再び公開されています")
REMINDER = replace(
    URGENT_JA, id="C-0042/reminder", kind="reminder", urgent=False, title="リマインド: 期限まで 12 時間"
)


def known(**values: str) -> Secrets:
    return {f"env:{k}": v for k, v in values.items()}.__getitem__


def failure(destination: Destination, secrets: Secrets) -> Undelivered:
    with pytest.raises(Undelivered) as told:
        send(URGENT_EN, destination, secrets=secrets)
    return told.value


# ── Slack ──


@pytest.fixture
def slack() -> Iterator[SlackService]:
    with SlackService() as service:
        yield service


def bot(service: SlackService, to: str = SlackService.NAME) -> Slack:
    return Slack(name="chat", language="ja", token="env:TOKEN", api=service.api, to=to)


def test_a_webhook_takes_a_message_and_can_only_add(slack: SlackService) -> None:
    destination = Slack(name="chat", language="ja", webhook="env:HOOK")
    secrets = known(HOOK=slack.webhook)
    first = send(URGENT_JA, destination, secrets=secrets)
    assert send(CLOSED_JA, destination, previous=first, secrets=secrets) == first == Sent()
    assert [m["text"] for m in slack.messages.values()] == [URGENT_JA.title, CLOSED_JA.title]


def test_a_bot_answers_in_the_thread_and_edits_its_first_message(slack: SlackService) -> None:
    destination, secrets = bot(slack), known(TOKEN=TOKEN)
    first = send(URGENT_JA, destination, secrets=secrets)
    assert first == Sent(root="1795000000.000000", reference="1795000000.000000", place=slack.CHANNEL)
    second = send(REMINDER, destination, previous=first, secrets=secrets)
    third = send(CLOSED_JA, destination, previous=second, secrets=secrets)
    assert third.root == first.root
    opened, reminder, closed = slack.messages.values()
    assert opened["edited"]
    assert opened["text"] == CLOSED_JA.title
    assert reminder["thread_ts"] == closed["thread_ts"] == first.root
    assert (reminder["reply_broadcast"], closed["reply_broadcast"]) == (False, False)
    send(RELAPSED, destination, previous=third, secrets=secrets)
    assert opened["text"] == RELAPSED.title
    assert list(slack.messages.values())[-1]["reply_broadcast"] is True


def test_a_message_that_can_no_longer_be_edited_is_answered_all_the_same(slack: SlackService) -> None:
    destination, secrets = bot(slack), known(TOKEN=TOKEN)
    first = send(URGENT_JA, destination, secrets=secrets)
    slack.next(200, body='{"ok": false, "error": "edit_window_closed"}')
    send(CLOSED_JA, destination, previous=first, secrets=secrets)
    assert [m["text"] for m in slack.messages.values()] == [URGENT_JA.title, CLOSED_JA.title]


def test_an_edit_that_fails_for_now_is_tried_again_as_a_whole(slack: SlackService) -> None:
    destination, secrets = bot(slack), known(TOKEN=TOKEN)
    first = send(URGENT_JA, destination, secrets=secrets)
    slack.next(503)
    with pytest.raises(Undelivered) as told:
        send(CLOSED_JA, destination, previous=first, secrets=secrets)
    assert not told.value.permanent
    assert len(slack.messages) == 1
    send(CLOSED_JA, destination, previous=first, secrets=secrets)
    assert len(slack.messages) == 2


@pytest.mark.parametrize(
    ("error", "code", "permanent"),
    [
        ("channel_not_found", "refused", True),
        ("invalid_blocks", "refused", True),
        ("msg_too_long", "refused", True),
        ("ratelimited", "limited", False),
        ("internal_error", "failing", False),
    ],
)
def test_slack_says_ok_false_with_200(slack: SlackService, error: str, code: str, permanent: bool) -> None:
    slack.next(200, body=f'{{"ok": false, "error": "{error}"}}')
    told = failure(bot(slack), known(TOKEN=TOKEN))
    assert (told.code, told.detail, told.permanent) == (code, error, permanent)


def test_a_wrong_token_and_a_wrong_channel_are_refused(slack: SlackService) -> None:
    assert failure(bot(slack), known(TOKEN="xoxb-wrong")).detail == "invalid_auth"
    assert failure(bot(slack, to="nowhere"), known(TOKEN=TOKEN)).detail == "channel_not_found"
    revoked = Slack(name="chat", language="ja", webhook="env:HOOK")
    told = failure(revoked, known(HOOK=slack.url + "/services/T00000000/B00000000/zyxwvutsrqponmlk"))
    assert (told.code, told.permanent) == ("gone", True)
    assert "no_service" in told.detail
    assert "zyxwvutsrqponmlk" not in str(told)


def test_an_answer_that_is_no_json_is_not_taken_for_a_delivery(slack: SlackService) -> None:
    slack.next(200, body="<html>Sign in to the guest network</html>")
    told = failure(bot(slack), known(TOKEN=TOKEN))
    assert (told.code, told.permanent) == ("failing", False)


# ── Teams, the signed webhook, apprise ──


def test_teams_takes_a_card() -> None:
    with TeamsService() as teams:
        destination = Teams(name="teams", language="ja", webhook="env:TEAMS")
        assert send(URGENT_JA, destination, secrets=known(TEAMS=teams.webhook)) == Sent()
        assert teams.received[0].json["attachments"][0]["content"]["fallbackText"] == URGENT_JA.title
        told = failure(destination, known(TEAMS=teams.url + "/workflows/0?sig=wrong-signature"))
        assert (told.code, told.permanent) == ("refused", True)


def test_a_receiver_checks_the_signature() -> None:
    with Receiver() as receiver:
        destination = Webhook(name="hook", language="ja", url=receiver.url, secret="env:S")
        sent = send(URGENT_JA, destination, secrets=lambda r: SECRET if r == "env:S" else r)
        assert sent == Sent(root=URGENT_JA.id, reference=URGENT_JA.id)
        body = receiver.received[0].json
        assert (body["id"], body["thread"], body["due"]) == (
            URGENT_JA.id,
            "C-0042",
            "2026-11-24T18:00:00+09:00",
        )
        assert failure(destination, lambda r: "another-secret" if r == "env:S" else r).code == "refused"


def test_apprise_reaches_what_it_knows_and_follows_nobody() -> None:
    destination = Apprise(name="else", language="ja", url="env:URL")
    with Service() as service:
        url = service.url.replace("http://", "json://user:pass-word@") + "/hook"
        send(URGENT_JA, destination, secrets=known(URL=url))
        assert service.received[0].json["title"] == URGENT_JA.title
        service.next(302, headers={"Location": service.url + "/elsewhere"})
        told = failure(destination, known(URL=url))
        assert [r.path for r in service.received] == ["/hook", "/hook"]
        assert not told.permanent
        service.next(403)
        assert failure(destination, known(URL=url)).permanent
        service.next(429)
        assert failure(destination, known(URL=url)).code == "limited"
    assert failure(destination, known(URL="nosuch://abcdefgh")).permanent


# ── Backlog ──


@pytest.fixture
def backlog() -> Iterator[BacklogService]:
    with BacklogService() as service:
        yield service


def tracker(service: BacklogService, **keys: object) -> Backlog:
    whole = Backlog(
        name="tracker",
        language="ja",
        url=service.url,
        key="env:KEY",
        project="SEC",
        assignees={"hanako@example.com": 7},
    )
    return replace(whole, **keys)


def told(reference: str) -> str:
    return KEY if reference == "env:KEY" else reference


def test_a_case_is_an_issue_that_is_commented_and_closed(backlog: BacklogService) -> None:
    destination = tracker(backlog)
    first = send(URGENT_JA, destination, secrets=told)
    assert first == Sent(root="SEC-1", reference="SEC-1")
    issue = backlog.issues["SEC-1"]
    assert (issue["dueDate"], issue["assigneeId"], issue["priorityId"]) == ("2026-11-24", "7", "2")
    assert issue["issueTypeId"] == "41"
    send(REMINDER, destination, previous=first, secrets=told)
    assert issue["statusId"] == "1"
    send(CLOSED_JA, destination, previous=first, secrets=told)
    assert issue["statusId"] == "4"
    assert [c.splitlines()[0] for c in issue["comments"]] == [REMINDER.title, CLOSED_JA.title]
    send(RELAPSED, destination, previous=first, secrets=told)
    assert (issue["statusId"], len(issue["comments"]), len(backlog.issues)) == ("1", 3, 1)


def test_an_issue_that_somebody_closed_already_is_commented(backlog: BacklogService) -> None:
    first = send(URGENT_JA, tracker(backlog), secrets=told)
    backlog.issues["SEC-1"]["statusId"] = "4"
    send(CLOSED_JA, tracker(backlog), previous=first, secrets=told)
    assert len(backlog.issues["SEC-1"]["comments"]) == 1


def test_an_issue_that_somebody_deleted_is_opened_anew(backlog: BacklogService) -> None:
    sent = send(REMINDER, tracker(backlog), previous=Sent(root="SEC-9", reference="SEC-9"), secrets=told)
    assert sent.root == "SEC-1"
    assert "SEC-1" in backlog.issues


def test_what_is_over_when_it_is_first_told_is_closed(backlog: BacklogService) -> None:
    send(CLOSED_JA, tracker(backlog), secrets=told)
    assert backlog.issues["SEC-1"]["statusId"] == "4"


def test_issue_types_go_by_name(backlog: BacklogService) -> None:
    send(DIGEST_JA, tracker(backlog, issue_type="Security"), secrets=told)
    assert backlog.issues["SEC-1"]["issueTypeId"] == "42"
    assert "Nope" in failure(tracker(backlog, issue_type="Nope"), told).detail
    assert failure(tracker(backlog, project="OPS"), told).code == "gone"
    assert failure(tracker(backlog), lambda r: "wrong-key-0123" if r == "env:KEY" else r).permanent


def test_backlog_says_when_its_limit_ends(backlog: BacklogService) -> None:
    backlog.next(429, headers={"X-RateLimit-Reset": str(int(time.time()) + 60)})
    limited = failure(tracker(backlog), told)
    assert limited.code == "limited"
    assert limited.retry_after is not None
    assert 30 < limited.retry_after <= 60


# ── Every way to fail ──


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as anything:
        yield anything


def hook(service: Service, path: str = "/hook-0123456789") -> tuple[Webhook, Secrets]:
    values = {"env:URL": service.url + path, "env:S": SECRET}
    return Webhook(name="hook", language="en", url="env:URL", secret="env:S"), values.__getitem__


@pytest.mark.parametrize(
    ("status", "code", "permanent"),
    [
        (400, "refused", True),
        (401, "refused", True),
        (403, "refused", True),
        (404, "gone", True),
        (410, "gone", True),
        (413, "refused", True),
        (408, "limited", False),
        (429, "limited", False),
        (500, "failing", False),
        (502, "failing", False),
        (503, "failing", False),
        (304, "redirected", True),
    ],
)
def test_a_status_says_whether_to_try_again(
    service: Service, status: int, code: str, permanent: bool
) -> None:
    service.next(status)
    failed = failure(*hook(service))
    assert (failed.code, failed.permanent) == (code, permanent)
    assert str(status) in failed.detail


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("7", 7, 7),
        ("0", 0, 0),
        ("1.5", 1.5, 1.5),
        ("999999999", 86400, 86400),
        (timedelta(hours=1), 3000, 3600),
        (timedelta(hours=-1), 0, 0),
    ],
)
def test_a_service_says_when_to_come_back(
    service: Service, said: str | timedelta, least: float, most: float
) -> None:
    if isinstance(said, timedelta):
        said = format_datetime(datetime.now(UTC) + said, usegmt=True)
    service.next(429, headers={"Retry-After": said})
    pause = failure(*hook(service)).retry_after
    assert pause is not None
    assert least <= pause <= most


@pytest.mark.parametrize("said", ["soon", "-1", "nan", "Mon, 99 Foo"])
def test_what_is_no_time_is_no_promise(service: Service, said: str) -> None:
    service.next(429, headers={"Retry-After": said})
    assert failure(*hook(service)).retry_after is None


def test_a_redirect_is_not_followed(service: Service) -> None:
    service.next(307, headers={"Location": service.url + "/other"})
    failed = failure(*hook(service))
    assert (failed.code, failed.permanent, len(service.received)) == ("redirected", True, 1)


def test_a_slow_service_is_left_after_a_while(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "READ", 0.1)
    service.next(delay=0.5)
    failed = failure(*hook(service))
    assert (failed.code, failed.permanent) == ("timeout", False)


@pytest.mark.parametrize("how", ["cut", "drop"])
def test_a_service_that_hangs_up_is_tried_again(service: Service, how: str) -> None:
    service.next(200, body="o", **{how: True})
    failed = failure(*hook(service))
    assert (failed.code, failed.permanent) == ("unreachable", False)


def test_nobody_there() -> None:
    with Service() as gone:
        pass
    failed = failure(*hook(gone))
    assert (failed.code, failed.permanent) == ("unreachable", False)


def test_certificates_are_verified(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Service(tls) as service:
        failed = failure(*hook(service))
        assert (failed.code, failed.permanent) == ("untrusted", True)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        destination, secrets = hook(service)
        send(URGENT_EN, destination, secrets=secrets)
        assert len(service.received) == 1


def test_a_secret_address_in_the_clear_is_not_used() -> None:
    values = {"env:URL": "http://hooks.example.com/abcdefgh", "env:S": SECRET}
    failed = failure(Webhook(name="hook", language="en", url="env:URL", secret="env:S"), values.__getitem__)
    assert (failed.code, failed.detail, failed.permanent) == ("in_the_clear", "hooks.example.com", True)
    values["env:URL"] = "not an address"
    assert failure(
        Webhook(name="h", language="en", url="env:URL", secret="env:S"), values.__getitem__
    ).permanent


def test_a_proxy_is_used_but_for_this_machine(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with Service() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        destination, secrets = hook(service)
        send(URGENT_EN, destination, secrets=secrets)
        assert not proxy.received
        values = {"env:URL": "http://relay.internal/in", "env:S": SECRET}
        send(URGENT_EN, destination, secrets=values.__getitem__)
        assert len(proxy.received) == 1


# ── Secrets ──


FAILURES = ({"status": 400}, {"status": 500}, {"status": 301}, {"drop": True})


def test_no_secret_is_in_an_error_or_a_log(
    slack: SlackService, backlog: BacklogService, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = service.url.replace("http", "json") + "/abcdefgh"
    secrets = known(HOOK=slack.webhook, TOKEN=TOKEN, KEY=KEY, URL=url)
    cases: list[tuple[Service, Destination, str, str]] = [
        (slack, Slack(name="a", language="ja", webhook="env:HOOK"), slack.webhook, "abcdefghijklmnop"),
        (slack, bot(slack), TOKEN, TOKEN),
        (backlog, tracker(backlog), KEY, KEY),
        (service, Apprise(name="c", language="ja", url="env:URL"), url, "abcdefgh"),
    ]
    for at, destination, secret, telling in cases:
        for how in FAILURES:
            at.next(**how, body="" if "drop" in how else f"not here: {secret} /{telling}")
            wrong = failure(destination, lambda r: secrets(r) if r.startswith("env:") else r)
            assert telling not in f"{wrong!r} {wrong} {wrong.detail} {wrong.__cause__}"
    assert not [s for s in ("abcdefgh", TOKEN, KEY) if s in caplog.text]


def test_pieces_of_a_secret_address_are_hidden() -> None:
    url = "https://user:pw@hooks.example.com/services/T0/abcdefgh?sig=ijklmnop"
    text = f"{url} | /services/T0/abcdefgh | sig=ijklmnop | abcdefgh | hooks.example.com"
    hidden = without(text, [url])
    assert not [s for s in ("abcdefgh", "ijklmnop", "user:pw") if s in hidden]
    assert hidden.endswith("hooks.example.com")


def test_a_missing_secret_or_part_is_said_before_and_survived_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def unset(reference: str) -> str:
        raise UsageError("secret_unset", where="HOOK")

    destination = Slack(name="chat", language="ja", webhook="env:HOOK")
    with pytest.raises(UsageError) as before:
        prepare(destination, secrets=unset)
    assert before.value.code == "secret_unset"
    later = failure(destination, unset)
    assert (later.code, later.detail, later.permanent) == ("secret", "HOOK", False)

    monkeypatch.setattr(sending, "ADAPTERS", {"slack": "no_such_package.slack"})
    with pytest.raises(UsageError) as missing:
        prepare(destination, secrets=unset)
    assert missing.value.code == "extra_missing"
    assert failure(destination, unset).code == "extra"
