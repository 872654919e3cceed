"""The page of remediations: what each does, and how its changes are regarded, by the examples that lie on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import msgspec

from ishigaki.baselines import ORDER
from ishigaki.core.catalogue import order, plain
from ishigaki.core.change import Change, Safety
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.estate import NON_PRODUCTION, PRODUCTION
from ishigaki.core.proposal import changes_of, safety
from ishigaki.core.remediation import EXAMPLE_AROUND, Case, Remediation
from ishigaki.flows.catalogue import described
from ishigaki.services import controls, remediations, remedies
from ishigaki.standards import catalogue
from ishigaki.texts import Language, Words, remediation_text
from tools.verbatim import world_of

# How the changes of a control's remediation are regarded, from the least to the most to think about.
CLASSES: Mapping[str, Words] = {
    "safe": {"en": "SAFE", "ja": "SAFE"},
    "safe_outside_production": {
        "en": "SAFE outside production, DISRUPTIVE in it",
        "ja": "本番以外では SAFE、本番では DISRUPTIVE",
    },
    "depends": {
        "en": "SAFE or DISRUPTIVE, by what is found",
        "ja": "対象の状態により SAFE または DISRUPTIVE",
    },
    "disruptive": {"en": "DISRUPTIVE", "ja": "DISRUPTIVE"},
    "manual": {"en": "MANUAL", "ja": "MANUAL"},
}
DISRUPTIONS: Mapping[str, Words] = {
    "none": {"en": "none", "ja": "なし"},
    "low": {"en": "low", "ja": "小"},
    "high": {"en": "high", "ja": "大"},
}
UNDOES: Mapping[str, Words] = {
    "whole": {"en": "yes", "ja": "可"},
    "loss": {"en": "with loss", "ja": "一部失われる"},
    "partly": {"en": "not every step", "ja": "元に戻せない手順あり"},
}


class Nature(msgspec.Struct, frozen=True):
    """What the changes are that a remediation's examples plan: how they disturb, how they are taken back, and how
    they are regarded."""

    disruptions: tuple[str, ...]
    undoes: tuple[str, ...]
    regarded: str


@cache
def nature(name: str) -> Nature:
    """The nature of a remediation, by its examples."""
    remedy = remedies()[name]
    planned = [
        (said, said.disruption or remedy.disruption)
        for case in remedy.examples
        for said in _planned(remedy, case)
    ]

    def classes(kind: str) -> set[Safety]:
        around = msgspec.structs.replace(EXAMPLE_AROUND, kind=kind)
        return {safety(d, reversible=c.reversible, around=around) for c, d in planned}

    outside, inside = classes(NON_PRODUCTION), classes(PRODUCTION)
    if outside == {Safety.SAFE}:
        regarded = "safe" if inside == {Safety.SAFE} else "safe_outside_production"
    else:
        regarded = "disruptive" if outside == {Safety.DISRUPTIVE} else "depends"
    disruptions, undoes = {d.value for _, d in planned}, {_undo(c) for c, _ in planned}
    return Nature(
        tuple(d for d in DISRUPTIONS if d in disruptions), tuple(u for u in UNDOES if u in undoes), regarded
    )


def _planned(remedy: Remediation, case: Case) -> list[Change]:
    """The changes of an example."""
    world = world_of(case.subject, case.given, remedy.kinds)
    wanted = case.wanted or remedy.aim
    return [
        said
        for place, subject in world.subjects(remedy.subjects)
        if (subject.id, subject.region) == (case.subject.id, case.subject.region)
        for said in changes_of(
            remedy,
            world,
            (place, subject),
            around=case.around,
            wanted=wanted,
            asked=case.asked,
            now=EXAMPLE_NOW,
        )
        if isinstance(said, Change)
    ]


def _undo(change: Change) -> str:
    if not all(s.undo for s in change.steps):
        return "partly"
    return "whole" if change.reversible else "loss"


def regarded(control: str) -> str:
    """The class of a control's remediation; `manual` where it has none."""
    remedy = remediations().get(control)
    return nature(remedy.name).regarded if remedy else "manual"


def judged() -> list[str]:
    """The controls of FSBP and CIS that are judged: those that the READMEs count."""
    rows = described(names=(), globs=(), severities=())
    return [row["control"] for row in rows if row["state"] == "implemented" and row["standards"]]


# The page's words, by language; a test keeps what is counted current.
PAGE: Mapping[str, Words] = {
    "title": {"en": "# Remediations", "ja": "# 是正の一覧"},
    "other": {"en": "[日本語](remediations.ja.md)", "ja": "[English](remediations.md)"},
    "written": {
        "en": "Written by `make generate`; a test keeps it current.",
        "ja": "`make generate` で出力した一覧です。最新であることはテストで確認しています。",
    },
    "about": {
        "en": (
            "For each judged control: the remediation that `ishigaki plan` offers, and what its changes are, by the "
            "examples that lie on it. A remediation leaves single things to a person where a fix would break them "
            "or needs a decision; the plan says which, and why. What CloudFormation or Terraform owns (by its tags) "
            "is left to a person, too, and where the tags were not seen a change is DISRUPTIVE. Some wait for values "
            "that only you can give, in `baseline.toml`: contacts, addresses, services to be paid for."
        ),
        "ja": (
            "判定するコントロールごとに、`ishigaki plan` が計画する是正の内容と、その変更の性質をまとめています。"
            "性質は、各是正に付けた例から求めたものです。是正すると使えなくなるものや判断が必要なものは、個別に人の対応へ"
            "回し、変更計画に理由を示します。タグから CloudFormation や Terraform の管理下と分かるものも同様です。"
            "タグを確認できなかった場合、変更は DISRUPTIVE になります。連絡先、通知先のアドレス、有料サービスの利用可否のように"
            "利用者にしか決められない値は、`baseline.toml` に書くまで計画しません。"
        ),
    },
    "disturbs": {
        "en": (
            "- **Disturbs**: *none*, nothing can notice; *low*, nobody should rely on it, or it costs a little; "
            "*high*, something that works today may stop."
        ),
        "ja": (
            "- **影響**: *なし* は何にも影響しない変更、*小* は通常は頼らない動作が変わる変更や少額の費用がかかる変更、"
            "*大* は現在動いているものが止まる可能性のある変更です。"
        ),
    },
    "undo": {
        "en": (
            "- **Taken back**: *yes*, by `ishigaki undo`, to what AWS said before; *with loss*, every step can be "
            "taken back, but not everything comes back; *not every step*, a part cannot be taken back."
        ),
        "ja": (
            "- **取り消し**: *可* は `ishigaki undo` で変更前の値に戻せる変更、*一部失われる* は手順はすべて戻せるものの"
            "復元できない情報がある変更、*元に戻せない手順あり* は一部の手順を元に戻せない変更です。"
        ),
    },
    "class": {
        "en": (
            "- **Class**: SAFE changes can be taken back and disturb little: not at all in production, and where "
            "nobody has said what an account is for. All others are DISRUPTIVE. MANUAL is what a person does."
        ),
        "ja": (
            "- **区分**: SAFE は、元に戻せて影響が小さい変更です (本番と、環境が分からないアカウントでは影響のない変更だけ)。"
            "それ以外の変更は DISRUPTIVE、人が対応するものは MANUAL です。"
        ),
    },
    "counts": {
        "en": "| Class | Controls of FSBP and CIS | All, of older versions too |",
        "ja": "| 区分 | FSBP と CIS のコントロール数 | 旧バージョンを含む全体 |",
    },
    "sum": {"en": "Judged", "ja": "判定する数"},
    "by_control": {"en": "## By control", "ja": "## コントロール別"},
    "heads": {
        "en": "| Control | Remediation | What it does | Disturbs | Taken back | Class |",
        "ja": "| コントロール | 是正の名前 | 内容 | 影響 | 取り消し | 区分 |",
    },
    "person": {
        "en": "{title}: see `ishigaki explain {id}`",
        "ja": "{title}: 手順は `ishigaki explain {id} --lang ja`",
    },
    "by_item": {"en": "## Of the baseline alone", "ja": "## ベースラインだけで使う是正"},
    "items": {
        "en": "No control of a standard asks for these; an item of the baseline does.",
        "ja": "セキュリティ基準のコントロールではなく、ベースラインの項目が求めるものです。",
    },
    "item_heads": {
        "en": "| Item | Remediation | What it does | Disturbs | Taken back | Class |",
        "ja": "| 項目 | 是正の名前 | 内容 | 影響 | 取り消し | 区分 |",
    },
}


def page_of(language: Language) -> str:
    """The remediation of every judged control, how its changes are regarded, and the counts by class."""
    page = {name: words[language] for name, words in PAGE.items()}
    known = sorted(controls(), key=order)
    serving = {remedy.name for remedy in remediations().values()}
    for_items = [(item, name) for item, name in ORDER.items() if name not in serving]
    return "\n".join(
        [
            f"{page['title']}\n\n{page['written']} {page['other']}\n\n{page['about']}\n",
            f"{page['disturbs']}\n{page['undo']}\n{page['class']}\n",
            page["counts"],
            "| --- | ---: | ---: |",
            *_counted(known, language),
            f"\n{page['by_control']}\n\n{page['heads']}",
            "| --- | --- | --- | --- | --- | --- |",
            *(_control_row(control, language) for control in known),
            f"\n{page['by_item']}\n\n{page['items']}\n\n{page['item_heads']}",
            "| --- | --- | --- | --- | --- | --- |",
            *(_row(item, name, language) for item, name in for_items),
            "",
        ]
    )


def _counted(known: Iterable[str], language: Language) -> Iterator[str]:
    ours, every = (Counter(map(regarded, ids)) for ids in (judged(), known))
    for name, words in CLASSES.items():
        yield f"| {words[language]} | {ours[name]} | {every[name]} |"
    yield f"| {PAGE['sum'][language]} | {ours.total()} | {every.total()} |"


def _control_row(control: str, language: Language) -> str:
    remedy = remediations().get(control)
    if remedy is not None:
        return _row(control, remedy.name, language)
    facts = catalogue()[plain(control)]
    title = facts.title_ja if language == "ja" else facts.title_en
    said = PAGE["person"][language].format(title=title, id=control)
    return f"| {control} | | {said} | | | {CLASSES['manual'][language]} |"


def _row(head: str, name: str, language: Language) -> str:
    of = nature(name)
    does = remediation_text(name).does[language].format(name="…").replace("|", "\\|")
    disruptions = ", ".join(DISRUPTIONS[d][language] for d in of.disruptions)
    undoes = ", ".join(UNDOES[u][language] for u in of.undoes)
    return f"| {head} | `{name}` | {does} | {disruptions} | {undoes} | {CLASSES[of.regarded][language]} |"
