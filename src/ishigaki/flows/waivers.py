"""Exceptions as commands use them: read from their file, laid over a scan, shown beside what they hide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from ishigaki.core.evaluate import Listed
from ishigaki.core.finding import Finding
from ishigaki.core.gather import TAGS
from ishigaki.core.unseen import NOT_COLLECTED
from ishigaki.core.usage import UsageError
from ishigaki.core.waiver import Overlay, Shipped, Waiver, lay_over, parse
from ishigaki.flows.scan import Outcome, rejudge
from ishigaki.flows.units import Judged
from ishigaki.standards import STANDARDS, catalogue, standard
from ishigaki.standards.choice import Ask
from ishigaki.standards.waivers import shipped
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import ScanHeader, Snapshots
from ishigaki.texts import Language


def read(path: Path, *, now: datetime, four_eyes: bool) -> tuple[Waiver, ...]:
    """The exceptions of a file. Raises `UsageError`."""
    if not path.is_file():
        raise UsageError("waivers_missing", file=str(path))
    known = {*catalogue(), *(c for name in STANDARDS for c in standard(name).controls)}
    text = path.read_text(encoding="utf-8")
    return parse(text, file=str(path), now=now, known=known, four_eyes=four_eyes)


def asking(asked: Ask, waivers: Iterable[Waiver]) -> Ask:
    """The questions, and the tags of the things that an exception by tag may be about."""
    return with_tags(asked, {c for w in waivers if w.tag for c in w.controls})


def with_tags(asked: Ask, controls: Collection[str]) -> Ask:
    """The questions, and the tags of the things that these controls are about."""
    kinds = {
        kind
        for question in asked.questions
        if question.id in controls and not isinstance(question.control, Listed)
        for kind in question.control.subjects
        if kind.listed_by is not None
    }
    tagged = {kind: asked.wanted[kind] | {"tags"} for kind in kinds}
    return msgspec.structs.replace(asked, wanted={**asked.wanted, **tagged})


def rejudged(
    snapshots: Snapshots,
    header: ScanHeader,
    asked: Ask,
    waivers: Iterable[Waiver] = (),
    *,
    tagged: Collection[str] = (),
) -> Outcome:
    """A kept snapshot judged again, with the tags that exceptions need, and those of the things that the controls
    `tagged` are about, as far as it holds them: tags that nobody asked for then leave no account partly seen."""
    wanted = with_tags(asking(asked, waivers), tagged)
    outcome = rejudge(snapshots, header, wanted)
    added = {k.aws for k in wanted.wanted if wanted.wanted[k] != asked.wanted[k]}
    judged = {account: _without_tags(j, added) for account, j in outcome.judged.items()}
    return msgspec.structs.replace(outcome, judged=judged)


def _without_tags(judged: Judged, types: set[str]) -> Judged:
    operation = f"{TAGS.service}:{TAGS.operation}"
    gaps = [
        g for g in judged.gaps if (g.operation, g.code) != (operation, NOT_COLLECTED) or g.type not in types
    ]
    return msgspec.structs.replace(judged, gaps=tuple(gaps))


def lay(outcome: Outcome, waivers: Sequence[Waiver], *, now: datetime) -> tuple[Outcome, Overlay]:
    """A judged scan under exceptions: what they hide is suppressed in it."""

    def rule(finding: Finding) -> Shipped | None:
        return shipped().get(rule_of(outcome, finding))

    def tags(finding: Finding) -> Mapping[str, str] | None:
        return tags_of(outcome, finding)

    overlay = lay_over(outcome.findings, waivers, tags=tags, shipped=rule, now=now)
    return with_findings(outcome, overlay.findings), overlay


def with_findings(outcome: Outcome, findings: Iterable[Finding]) -> Outcome:
    """A judged scan with these findings for its own, in their order."""
    left = iter(findings)
    judged = {
        account: msgspec.structs.replace(j, findings=tuple(next(left) for _ in j.findings))
        for account, j in outcome.judged.items()
    }
    return msgspec.structs.replace(outcome, judged=judged)


def tags_of(outcome: Outcome, finding: Finding) -> Mapping[str, str] | None:
    """The tags of a failing finding's thing; None where they were not seen."""
    return outcome.judged[finding.account].tags.get(finding.resource)


def rule_of(outcome: Outcome, finding: Finding) -> str:
    """The rule of the shipped exception that is proven for a finding, if one is."""
    return outcome.judged[finding.account].shipped.get((finding.control, finding.resource), "")


def lay_over_kept(kept: Iterable[Kept], waivers: Sequence[Waiver], *, now: datetime) -> Overlay:
    """The findings of a scan as they were kept, under exceptions."""
    beside = {k.finding.identity: k for k in kept}
    return lay_over(
        (k.finding for k in beside.values()),
        waivers,
        tags=lambda f: beside[f.identity].tags,
        shipped=lambda f: shipped().get(beside[f.identity].shipped),
        now=now,
    )


def hiding(
    outcome: Outcome, waivers: Sequence[Waiver], *, now: datetime
) -> Callable[[Iterable[Finding]], Iterator[Finding]]:
    """What takes out the findings that exceptions cover in a judged scan: these are not to be planned for."""
    hidden = lay(outcome, waivers, now=now)[1].hidden
    return lambda findings: (f for f in findings if f.identity not in hidden)


TEMPLATE: Mapping[Language, str] = {
    "en": """\
# Exceptions: failures that you decided to bear, of exactly these resources, for a reason, for at most a year.
# `ishigaki waivers check` proves this file and shows what each exception hides.
#
# An exception hides findings from the score, as suppressing them in Security Hub does; the honest score counts
# them. The day after `expires` it ends by itself: what it hid counts again, and every scan says so.
#
# [[waivers]]
# control = "S3.8"                       # exact id, or a list: ["S3.2", "S3.8"]
# account = "111122223333"               # or a list
# resource = "arn:aws:s3:::www-example"  # exact id as in the report, or a list; no patterns
# reason = "Serves the public website; it holds nothing else."
# owner = "web@example.com"
# approver = "security@example.com"      # somebody else; not needed with one_person = true in estate.toml
# approved = {today}
# expires = {half_year}                   # the last day, at most 366 days after approved
#
# [[waivers]]
# control = "IAM.6"
# account = "111122223333"
# resource = "AWS::::Account:111122223333"   # what is about the account itself
# reason = "No hardware MFA device yet; ordered for all accounts."
# compensating_measure = "The root user has a virtual MFA device; its password is locked away."
# owner = "platform@example.com"
# approver = "security@example.com"
# approved = {today}
# expires = {quarter}
#
# Instead of resource, a tag may say which resources are meant. Where tags could not be read, nothing is hidden.
# tag = "purpose=public-website"
""",
    "ja": """\
# 例外: 失敗を許容すると決めたリソースを、理由と期限 (最長 1 年) を付けて登録します。
# `ishigaki waivers check` で、このファイルの内容と、それぞれの例外が対象とする検出結果を確認できます。
#
# 例外の検出結果は、Security Hub で抑制した場合と同じくスコアから外れます。実質スコアでは失敗として数えます。
# expires の翌日に自動で期限切れとなり、検出結果は再びスコアに数えられます。期限切れはスキャンのたびに表示します。
#
# [[waivers]]
# control = "S3.8"                       # コントロール ID。複数の場合は ["S3.2", "S3.8"] のように書きます
# account = "111122223333"               # アカウント ID。複数の場合はリストで書きます
# resource = "arn:aws:s3:::www-example"  # レポートに表示されるリソース ID。リスト可、ワイルドカード不可
# reason = "公開 Web サイトの配信用バケットで、ほかのデータは置いていないため"
# owner = "web@example.com"              # 担当者
# approver = "security@example.com"      # 承認者 (担当者とは別の方)。estate.toml で one_person = true の場合は不要
# approved = {today}                  # 承認日
# expires = {half_year}                   # 有効期限 (この日まで有効。承認日から 366 日以内)
#
# [[waivers]]
# control = "IAM.6"
# account = "111122223333"
# resource = "AWS::::Account:111122223333"   # アカウント自体が対象の場合
# reason = "ハードウェア MFA デバイスを手配中のため"
# compensating_measure = "ルートユーザーに仮想 MFA デバイスを設定し、パスワードは金庫で保管している"   # 代替策
# owner = "platform@example.com"
# approver = "security@example.com"
# approved = {today}
# expires = {quarter}
#
# resource の代わりに、タグで対象を指定することもできます。タグを確認できなかったリソースには適用しません。
# tag = "purpose=public-website"
""",
}


def template(language: Language, today: date) -> str:
    """A first file of exceptions, all of them commented out."""
    days = {"today": today, "quarter": today + timedelta(days=90), "half_year": today + timedelta(days=180)}
    return TEMPLATE[language].format_map(days)
