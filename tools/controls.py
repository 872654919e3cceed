"""The reference of controls: what each requires, why, how it is judged, fixed and taken back, and what it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ishigaki.core.catalogue import order, plain
from ishigaki.core.control import Control
from ishigaki.flows.catalogue import parameter_text
from ishigaki.services import controls, remediations
from ishigaki.standards import STANDARDS, catalogue, standard
from ishigaki.standards.choice import ask
from ishigaki.standards.parameters import allowed
from ishigaki.standards.permissions import permissions
from ishigaki.standards.write_permissions import grants
from ishigaki.texts import Language, Words, control_text, remediation_text
from tools.remediations import CLASSES, UNDOES, nature

PAGE: Mapping[str, Words] = {
    "title": {"en": "# Controls", "ja": "# コントロールの一覧"},
    "other": {"en": "[日本語](controls.ja.md)", "ja": "[English](controls.en.md)"},
    "written": {
        "en": "Written by `make generate`; a test keeps it current. {count} controls are judged.",
        "ja": "`make generate` で出力した一覧です。最新であることはテストで確認しています。{count} 件のコントロールを判定します。",
    },
    "why": {"en": "Why", "ja": "理由"},
    "judged": {"en": "How it is judged", "ja": "判定方法"},
    "fix": {"en": "Fix by hand", "ja": "手動での是正"},
    "plan": {"en": "Fix by plan", "ja": "計画による是正"},
    "undo": {"en": "Taken back", "ja": "取り消し"},
    "breaks": {"en": "What could break", "ja": "影響"},
    "parameters": {"en": "Parameters", "ja": "パラメータ"},
    "reads": {"en": "Permissions to look", "ja": "確認に必要な権限"},
    "writes": {"en": "Permissions to fix", "ja": "是正に必要な権限"},
    "none": {"en": "none: a person does it", "ja": "なし (人が対応します)"},
}


def reference_of(language: Language) -> str:
    """Every judged control, in the order of the catalogue."""
    known = sorted(controls().values(), key=lambda c: order(c.id))
    head = PAGE["written"][language].format(count=len(known))
    parts = [f"{PAGE['title'][language]}\n\n{head} {PAGE['other'][language]}\n"]
    return "\n".join([*parts, *(_section(control, language) for control in known)])


def _section(control: Control, language: Language) -> str:
    facts = catalogue()[plain(control.id)]
    title = facts.title_ja if language == "ja" else facts.title_en
    within = [s for s in STANDARDS if control.id in standard(s).controls]
    about = [facts.severity.value, facts.category, ", ".join(within) or "-"]
    lines = [f"## {control.id} {title}\n", f"{' · '.join(about)}\n"]
    return "\n".join(
        [*lines, *(f"- **{PAGE[key][language]}**: {said}" for key, said in _said(control, language)), ""]
    )


def _said(control: Control, language: Language) -> Iterator[tuple[str, str]]:
    text = control_text(control.id)
    remedy = remediations().get(control.id)
    yield "why", text.why[language]
    yield "judged", text.judged[language]
    if offered := allowed(control):
        yield "parameters", "; ".join(f"`{parameter_text(each, language)}`" for each in offered)
    yield "fix", text.fix[language]
    if remedy is None:
        yield "plan", PAGE["none"][language]
        yield "breaks", text.breaks[language]
    else:
        of = nature(remedy.name)
        does = remediation_text(remedy.name)
        yield "plan", f"{does.does[language].format(name='…')} ({CLASSES[of.regarded][language]})"
        yield "undo", ", ".join(UNDOES[u][language] for u in of.undoes)
        yield "breaks", does.breaks[language]
    yield "reads", ", ".join(f"`{p}`" for p in permissions(ask([control.id], names=())))
    if remedy is not None:
        yield "writes", ", ".join(f"`{p}`" for p in sorted({g.action for g in grants([remedy])}))
