"""What the documents say: their own words, and scores, times and reasons put into words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from ishigaki.core.catalogue import plain
from ishigaki.core.fault import Fault
from ishigaki.core.finding import Finding, Reason
from ishigaki.core.score import Score
from ishigaki.core.today import Action
from ishigaki.standards import catalogue
from ishigaki.texts import LANGUAGES, ControlText, Number, Words, control_text, fault_text, steps

DAYS = {"en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "ja": tuple("月火水木金土日")}
# AWS's codes for one cause; services differ in how they put it.
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "Forbidden")
DENIED_TOO = ("AuthorizationErrorException", "UnauthorizedException", "AllAccessDisabled", "403")
THROTTLED = (
    "Throttling",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
)
REFUSED = ("UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "InvalidSignatureException")
EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
CAUSES = {
    **dict.fromkeys((*DENIED, *DENIED_TOO), "denied"),
    **dict.fromkeys(THROTTLED, "throttled"),
    **dict.fromkeys(REFUSED, "refused"),
    "OptInRequired": "region",
    **dict.fromkeys(EXPIRED, "expired"),
}


@cache
def words() -> dict[str, dict[str, Words]]:
    """The documents' own words: section, key, language."""
    text = files(__name__.rpartition(".")[0]).joinpath("words.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, dict[str, Words]])


def phrase(key: str, /, **facts: Any) -> Words:
    """A phrase (`section.key`) in every language, its blanks filled; a fact may itself be said in languages."""
    section, _, name = key.partition(".")
    said = words()[section][name]
    return {lang: said[lang].format(**{k: _fact(v, lang) for k, v in facts.items()}) for lang in LANGUAGES}


def _fact(value: Any, language: str) -> Any:
    if isinstance(value, dict):
        return value[language]
    return Number(value) if isinstance(value, int) else value


def known(key: str, value: str) -> Words:
    """The words for one value of an open list (an environment, say): itself where there are none."""
    return words()[key].get(value) or dict.fromkeys(LANGUAGES, value)


def said_of(control: str) -> ControlText | None:
    """What is said of a control; None where it is not implemented."""
    try:
        return control_text(control)
    except KeyError:
        return None


def fix_words(control: str, findings: Iterable[Finding]) -> Words:
    """The steps that put a control right, with what is the same for all these findings filled in."""
    said, about = said_of(control), [(f, f.resource_type) for f in findings]
    return {lang: steps.filled_for(text, about) for lang, text in said.fix.items()} if said else {}


def action_fix(action: Action) -> Words:
    """The steps of an action, filled in as far as it names everything that it is about."""
    return fix_words(action.control, action.findings if action.resources == len(action.findings) else ())


def fault_words(control: str, fault: Fault) -> Words:
    """A fault in every language; its code where there are no words, or where a finding kept from an older
    version lacks a fact of today's."""
    said = said_of(control)
    if said is None or fault.code not in said.fault:
        return known("fault", fault.code)
    try:
        return {language: fault_text(control, fault, language) for language in LANGUAGES}
    except KeyError:
        return dict.fromkeys(LANGUAGES, fault.code)


def reason_words(reason: Reason) -> Words:
    """Why something was not seen, with what it was about."""
    key = CAUSES.get(reason.code, reason.code if reason.code in words()["reason"] else "other")
    said = phrase(f"reason.{key}", code=reason.code)
    return {language: f"{text}: {reason.what}" if reason.what else text for language, text in said.items()}


def finding_words(finding: Finding) -> list[Words]:
    """Everything a finding says: its faults, then what was not seen, and by which parameters it was judged."""
    return [
        *(fault_words(finding.control, f) for f in finding.faults),
        *([reason_words(finding.reason)] if finding.reason else []),
        *([parameter_words(finding.parameters)] if finding.parameters else []),
    ]


def parameter_words(parameters: Mapping[str, Any]) -> Words:
    """The parameters that an account has set of a control."""
    return phrase(
        "finding.parameters", values=", ".join(f"{n} = {parameter_value(v)}" for n, v in parameters.items())
    )


def parameter_value(value: Any) -> str:
    """A value as AWS writes it: `true`, `45`, `ENFORCED`."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def score_words(score: Score | None) -> Words:
    """A score as it is always printed: the quotient with its percent, the range where some are not judged."""
    if score is None or score.low is None:
        return phrase("score.no_data")
    facts = {"passed": score.passed, "counted": score.counted, "low": score.low, "high": score.high}
    if score.unjudged:
        return phrase("score.range", unjudged=score.unjudged, **facts)
    return phrase("score.exact", **facts)


def brief_words(score: Score) -> Words:
    """A score beside its full form: the quotient, and the bare range."""
    facts = {"passed": score.passed, "counted": score.counted, "low": score.low, "high": score.high}
    return phrase("score.brief" if score.unjudged else "score.exact", **facts)


def honest_words(score: Score | None) -> Words | None:
    """The honest score, where it says something else than the score."""
    if score is None or score.honest is None or not score.hidden:
        return None
    facts = {"passed": score.honest_passed, "counted": score.honest_counted}
    return phrase("score.honest", honest=score.honest, **facts)


def time_words(minutes: int) -> Words:
    """How long something takes, in minutes up to two hours, then in hours rounded up to the half."""
    if minutes <= 120:
        return phrase("today.minutes", minutes=minutes)
    halves = -(-minutes // 30)
    return phrase("today.hours", hours=halves // 2 if halves % 2 == 0 else halves / 2)


def moment(when: datetime, zone: tzinfo | None = None) -> Words:
    """A time with its day of the week and its zone: `2026-11-24 (Tue) 18:00 JST`."""
    local = when.astimezone(zone) if zone else when
    return {lang: f"{local:%Y-%m-%d} ({DAYS[lang][local.weekday()]}) {local:%H:%M %Z}" for lang in LANGUAGES}


def title_of(control: str) -> Words:
    """The catalogue's title of a control."""
    facts = catalogue()[plain(control)]
    return {"en": facts.title_en, "ja": facts.title_ja}
