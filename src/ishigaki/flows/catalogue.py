"""What is known of controls, for people and for other programs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec

from ishigaki.core.catalogue import plain
from ishigaki.core.evaluate import ACCOUNT, Listed
from ishigaki.core.finding import Severity
from ishigaki.core.usage import UsageError
from ishigaki.services import controls
from ishigaki.standards import STANDARDS, catalogue, standard
from ishigaki.standards.choice import ask, choose
from ishigaki.standards.parameters import Allowed, allowed
from ishigaki.standards.permissions import calls, permissions
from ishigaki.texts import Language, control_text, message, steps


def described(
    *, names: Sequence[str], globs: Sequence[str], severities: Collection[Severity]
) -> list[dict[str, Any]]:
    """Each chosen control (default: every control of FSBP, of any CIS version and of the short checklists)
    as plain data."""
    default = () if globs else tuple(s for s in STANDARDS if s != "fsbp_2022_07")
    asked = choose(names=names or default, globs=globs, severities=severities)
    return [_described(q.id) for q in asked.questions]


def _described(control: str) -> dict[str, Any]:
    facts = catalogue()[plain(control)]
    one = ask([control], names=())
    implemented = not isinstance(one.questions[0].control, Listed)
    return {
        "control": control,
        "severity": facts.severity.value,
        "category": facts.category,
        "title": {"en": facts.title_en, "ja": facts.title_ja},
        "standards": [s for s in STANDARDS if control in standard(s).controls],
        "state": "implemented" if implemented else "listed",
        "reads": sorted({f"{c.service}:{c.operation}" for c in calls(one)}),
        "permissions": list(permissions(one)),
    }


def _blanks(control: str, fix: str, language: Language) -> Iterator[str]:
    """What the words in capitals of a step stand for, and when the steps were checked."""
    kinds = [kind.aws if kind.listed_by else ACCOUNT for kind in controls()[control].subjects]
    for blank in steps.still_open(fix):
        known = [kind for kind in kinds if blank in steps.known_for(kind)]
        meaning = None if known else steps.meaning(blank)
        said = meaning[language] if meaning else message("explain_known", language)
        yield f"  - {blank}: {said}"
    yield f"  {message('explain_valid_on', language, date=str(steps.valid_on()))}"


def parameter_text(offered: Allowed, language: Language) -> str:
    """A parameter: its type, what it may be, and Security Hub's own value."""
    if offered.values:
        may_be = ", ".join(offered.values)
    elif offered.least is not None and offered.most is not None:
        may_be = f"{offered.least:g}-{offered.most:g}"
    else:
        may_be = ""
    usual = message("parameter_none", language) if offered.usual is None else _plain(offered.usual)
    said = message("parameter_usual", language, usual=usual)
    return f"{offered.name} ({offered.kind}{': ' + may_be if may_be else ''}; {said})"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def explained(control: str, language: Language) -> str:
    """A control in words. Raises `UsageError` where there is none of this id."""
    named = {c.lower(): c for c in (*catalogue(), *controls())}.get(control.lower())
    if named is None:
        raise UsageError("unknown_control", pattern=control)
    facts = catalogue()[plain(named)]
    parts = [
        f"{named}  {facts.severity.value}  {facts.category}",
        facts.title_ja if language == "ja" else facts.title_en,
    ]
    if named in controls():
        text = control_text(named)
        for heading in ("why", "judged", "fix", "breaks"):
            parts.append(f"\n{message(f'explain_{heading}', language)}\n  {getattr(text, heading)[language]}")
            if heading == "fix":
                parts += _blanks(named, text.fix[language], language)
        if offered := allowed(controls()[named]):
            parts.append(f"\n{message('explain_parameters', language)}")
            parts += [f"  {parameter_text(each, language)}" for each in offered]
    else:
        parts.append(f"\n{message('explain_listed', language)}")
    row = _described(named)
    parts.append(f"\n{message('explain_standards', language)}\n  {', '.join(row['standards']) or '-'}")
    parts.append(f"\n{message('explain_reads', language)}\n  {', '.join(row['permissions'])}")
    return "\n".join(parts)
