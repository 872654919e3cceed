"""Destinations as they are used: read from their file, and proved by a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from pathlib import Path

import msgspec

from ishigaki.core.destination import Destination, parse, place
from ishigaki.core.notice import Message, Part
from ishigaki.core.usage import UsageError
from ishigaki.notify.send import prepare, send
from ishigaki.notify.undelivered import Undelivered
from ishigaki.store import database
from ishigaki.store.proofs import Proof as Proven
from ishigaki.store.proofs import proofs
from ishigaki.texts import Language, message

Secrets = Callable[[str], str]
Proved = Callable[[str, datetime], None]  # a destination's name, and when it took its message
AUDIENCES = {"owner": "notify_owner", "lead": "notify_lead", "security": "notify_security"}
ENVIRONMENTS = {"production": "notify_production", "non-production": "notify_non_production"}


class Proof(msgspec.Struct, frozen=True):
    """How a destination took a test message: `failed` says why it did not, `told` where that was told instead."""

    destination: Destination
    failed: Undelivered | UsageError | None = None
    told: str = ""


def read(path: Path) -> tuple[Destination, ...]:
    """The destinations of a file. Raises `UsageError`."""
    if not path.is_file():
        raise UsageError("destinations_missing", file=path)
    return parse(path.read_text(encoding="utf-8"), file=str(path))


def proofs_of(store: Path) -> dict[str, Proven]:
    """What arrived last at each destination, by its name. No store is made where there is none yet."""
    if not (database.chosen() or (store / database.NAME).is_file()):
        return {}
    with database.opened(store) as engine:
        return {proof.destination: proof for proof in sorted(proofs(engine), key=lambda p: p.at)}


def alike(destinations: Sequence[Destination], secrets: Secrets) -> Iterator[tuple[Destination, Destination]]:
    """Pairs that lead to the same place, as far as their secrets can be read."""

    def known(reference: str) -> str:
        try:
            return secrets(reference)
        except UsageError:
            return reference

    for first, second in combinations(destinations, 2):
        if place(first, known) == place(second, known):
            yield first, second


def prove(
    destinations: Sequence[Destination],
    *,
    among: Sequence[Destination],
    secrets: Secrets,
    now: datetime,
    proved: Proved | None = None,
) -> Iterator[Proof]:
    """Send a test message to each; a failure is told at the first other one that takes it. `proved` hears of every
    success."""
    for destination in destinations:
        failed = _sent(trial(destination, now=now), destination, secrets)
        if failed is None:
            if proved:
                proved(destination.name, now)
            yield Proof(destination)
            continue
        others = (o for o in among if o.name != destination.name)
        told = next(
            (o.name for o in others if not _sent(failure(destination, failed, o, now=now), o, secrets)), ""
        )
        yield Proof(destination, failed, told)


def _sent(what: Message, destination: Destination, secrets: Secrets) -> Undelivered | UsageError | None:
    try:
        prepare(destination, secrets=secrets)
        send(what, destination, secrets=secrets)
    except (Undelivered, UsageError) as wrong:
        return wrong
    return None


def trial(destination: Destination, *, now: datetime) -> Message:
    """The test message of a destination."""
    language = destination.language
    when = f"{now:%Y-%m-%d %H:%M %Z}"
    return Message(
        id=f"test/{destination.name}/{now.isoformat()}",
        thread=f"test/{destination.name}/{now.isoformat()}",
        kind="test",
        language=language,
        title=message("test_title", language),
        parts=(
            Part(text=message("test_text", language, name=destination.name)),
            Part(heading=message("test_comes", language), bullets=told_of(destination, language)),
        ),
        footer=(message("test_footer", language, when=when),),
        done=True,
    )


def failure(
    destination: Destination, failed: Undelivered | UsageError, other: Destination, *, now: datetime
) -> Message:
    """What another destination is told about one that failed."""
    language = other.language
    facts = {"name": destination.name, "channel": destination.channel, "reason": reason(failed, language)}
    return Message(
        id=f"undelivered/{destination.name}/{now.isoformat()}",
        thread=f"undelivered/{destination.name}",
        kind="undelivered",
        language=language,
        title=message("failure_title", language, **facts),
        parts=(
            Part(text=message("failure_text", language, **facts)),
            Part(text=message("failure_hint", language)),
        ),
    )


def reason(failed: Undelivered | UsageError, language: Language) -> str:
    """Why a delivery failed, and what to do about it."""
    if isinstance(failed, UsageError):
        return message(failed.code, language, **failed.facts)
    return message(f"delivery_{failed.code}", language, detail=failed.detail)


def told_of(destination: Destination, language: Language) -> tuple[str, ...]:
    """What a destination is told, in lines."""
    narrowed = {
        "notify_of_owners": {"owners": ", ".join(destination.owners)},
        "notify_of_environments": {
            "environments": _joined(map(ENVIRONMENTS.__getitem__, destination.environments), language)
        },
        "notify_of_accounts": {"accounts": ", ".join(destination.accounts)},
        "notify_rests": {"quiet": destination.quiet},
    }
    lines = [message(code, language, **facts) for code, facts in narrowed.items() if all(facts.values())]
    lines.append(message("notify_daily", language, budget=destination.budget))
    if not destination.digest:
        lines.append(message("notify_undigested", language))
    return (audience(destination, language), *lines)


def audience(destination: Destination, language: Language) -> str:
    """For whom a destination is."""
    return _joined(map(AUDIENCES.__getitem__, destination.audience), language)


def _joined(codes: Iterable[str], language: Language) -> str:
    return ("、" if language == "ja" else ", ").join(message(code, language) for code in codes)


TEMPLATE: Mapping[Language, str] = {
    "en": """\
# Destinations of messages. Have two by different media: if one fails, that is told at the other.
# `ishigaki notify check` proves this file, `ishigaki notify test` sends a message to each destination.
#
# Secrets are never in this file: env:NAME is an environment variable, file:PATH a file that only you can read.

[[destinations]]
name = "security-chat"
channel = "slack"
language = "en"
webhook = "env:ISHIGAKI_SLACK_WEBHOOK"
# token = "env:ISHIGAKI_SLACK_TOKEN"       # or as a bot (chat:write), which answers in threads and edits
# to = "C0123456789"                       # the channel's id
# audience = ["lead", "security"]          # default: owner, lead and security
# owners = ["web@example.com"]             # only what is theirs
# environments = ["production"]            # or "non-production"
# accounts = ["111122223333"]
# digest = true                            # summaries, too
# quiet = "19:00-09:00"                    # only urgent messages in these hours, in the estate's time zone
# budget = 30                              # messages a day; the rest comes in the digest

[[destinations]]
name = "security-mail"
channel = "email"
language = "en"
host = "smtp.example.com"
security = "starttls"                      # or "tls"; "none" only within your own network
from = "ishigaki@example.com"
to = ["security@example.com"]
# port = 587
# user = "ishigaki"
# password = "file:secrets/smtp"           # chmod 600

# [[destinations]]
# name = "tracker"
# channel = "backlog"                      # an issue for each case, with assignee and due date
# language = "en"
# url = "https://example.backlog.com"
# key = "env:ISHIGAKI_BACKLOG_KEY"
# project = "SEC"
# issue_type = "Task"
# digest = false
# assignees = { "web@example.com" = 12345 }   # Backlog's user ids

# [[destinations]]
# name = "teams"
# channel = "teams"                        # a webhook of Workflows
# language = "en"
# webhook = "env:ISHIGAKI_TEAMS_WEBHOOK"

# [[destinations]]
# name = "own-system"
# channel = "webhook"                      # JSON, signed with HMAC-SHA256 (X-Ishigaki-Signature)
# language = "en"
# url = "https://ops.example.com/ishigaki"
# secret = "env:ISHIGAKI_WEBHOOK_SECRET"

# [[destinations]]
# name = "elsewhere"
# channel = "apprise"                      # any service of https://appriseit.com/services/
# language = "en"
# url = "env:ISHIGAKI_APPRISE_URL"
""",
    "ja": """\
# 通知先。一方に届かないときにもう一方へ知らせるため、別の手段で 2 つ以上用意してください。
# `ishigaki notify check` でファイルを確認し、`ishigaki notify test` で各通知先にテストメッセージを送信できます。
#
# 秘密情報はこのファイルに書けません。env:環境変数名 または file:パス (chmod 600 のファイル) で指定します。

[[destinations]]
name = "security-chat"
channel = "slack"
language = "ja"
webhook = "env:ISHIGAKI_SLACK_WEBHOOK"
# token = "env:ISHIGAKI_SLACK_TOKEN"       # ボット (chat:write) の場合。スレッドへの返信と投稿の更新ができます
# to = "C0123456789"                       # チャンネル ID
# audience = ["lead", "security"]          # owner (担当者)、lead (アカウント管理者)、security。デフォルトはすべて
# owners = ["web@example.com"]             # この担当者の分だけを通知
# environments = ["production"]            # 本番。本番以外は "non-production"
# accounts = ["111122223333"]
# digest = true                            # まとめ通知も送る
# quiet = "19:00-09:00"                    # 通知を控える時間帯 (至急の通知は送信)。estate.toml のタイムゾーンで判定
# budget = 30                              # 1 日の通知数の上限。超えた分はまとめ通知に入ります

[[destinations]]
name = "security-mail"
channel = "email"
language = "ja"
host = "smtp.example.com"
security = "starttls"                      # または "tls"。"none" は社内ネットワークのみ
from = "ishigaki@example.com"
to = ["security@example.com"]
# port = 587
# user = "ishigaki"
# password = "file:secrets/smtp"           # chmod 600

# [[destinations]]
# name = "tracker"
# channel = "backlog"                      # 対応案件ごとに、担当者と期限日の付いた課題を作成
# language = "ja"
# url = "https://example.backlog.com"
# key = "env:ISHIGAKI_BACKLOG_KEY"
# project = "SEC"
# issue_type = "タスク"
# digest = false
# assignees = { "web@example.com" = 12345 }   # Backlog のユーザー ID

# [[destinations]]
# name = "teams"
# channel = "teams"                        # ワークフローの Webhook
# language = "ja"
# webhook = "env:ISHIGAKI_TEAMS_WEBHOOK"

# [[destinations]]
# name = "own-system"
# channel = "webhook"                      # HMAC-SHA256 の署名付き JSON (X-Ishigaki-Signature)
# language = "ja"
# url = "https://ops.example.com/ishigaki"
# secret = "env:ISHIGAKI_WEBHOOK_SECRET"

# [[destinations]]
# name = "elsewhere"
# channel = "apprise"                      # https://appriseit.com/services/ の各種サービス
# language = "ja"
# url = "env:ISHIGAKI_APPRISE_URL"
""",
}


def template(language: Language) -> str:
    """A first file of destinations, every key explained."""
    return TEMPLATE[language]
