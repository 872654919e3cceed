"""SARIF 2.1.0 of secrets found in code: a result for each place, allowed ones as suppressed. Never the secret."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import msgspec

from ishigaki import __version__
from ishigaki.core.leak import Register
from ishigaki.core.secret import Allowed, Hit
from ishigaki.report.sarif import SCHEMA
from ishigaki.report.secrets import (
    Findings,
    afterwards,
    first_of,
    rule_words,
    standing_words,
    why_words,
)
from ishigaki.report.words import phrase
from ishigaki.texts import Language

ROOT = "ROOT"  # what the paths are relative to
SECURITY_SEVERITY = "9.5"  # GitHub's scale; a key that leaked is critical until it is known to be dead


def render(found: Findings) -> str:
    return msgspec.json.format(msgspec.json.encode(log(found)), indent=1).decode() + "\n"


def log(found: Findings) -> dict[str, Any]:
    """The log: what was found as rules, in English with a Japanese translation."""
    rules = first_of([*found.sorted.counted, *(hit for hit, _ in found.sorted.allowed)])
    index = {rule: number for number, rule in enumerate(rules)}
    counted = [_result(hit, index, found.register) for hit in found.sorted.counted]
    allowed = [{**_result(h, index, found.register), **_suppressed(e)} for h, e in found.sorted.allowed]
    run = {
        "tool": {"driver": _driver(rules.values())},
        "translations": [_translation(rules.values())],
        "language": "en",
        "automationDetails": {"id": "ishigaki/secrets"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The repository's root."}}},
        "invocations": [
            {
                "executionSuccessful": not found.looked.unread,
                "toolExecutionNotifications": [
                    {
                        "level": "warning",
                        "message": {"text": phrase("secrets.unread", path=u.path, why=why_words(u))["en"]},
                    }
                    for u in found.looked.unread
                ],
            }
        ],
        "results": [*counted, *allowed],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(hits: Iterable[Hit]) -> dict[str, Any]:
    return {
        "name": "ishigaki",
        "version": __version__,
        "language": "en",
        "rules": [
            {
                **_rule(hit, "en"),
                "defaultConfiguration": {"level": "error"},
                "properties": {"tags": ["security", "secret"], "security-severity": SECURITY_SEVERITY},
            }
            for hit in hits
        ],
    }


def _translation(hits: Iterable[Hit]) -> dict[str, Any]:
    return {
        "name": "ishigaki",
        "language": "ja",
        "contents": ["localizedData"],
        "translationMetadata": {"name": "日本語"},
        "rules": [_rule(hit, "ja") for hit in hits],
    }


def _rule(hit: Hit, language: Language) -> dict[str, Any]:
    told = " ".join(step[language] for step in afterwards())
    return {"id": hit.rule, "shortDescription": {"text": rule_words(hit)[language]}, "help": {"text": told}}


def _result(hit: Hit, index: dict[str, int], register: Register) -> dict[str, Any]:
    whose = register.of(hit)
    told = {
        lang: "; ".join([f"{title} {hit.key_id}".strip(), *([standing_words(whose)[lang]] if whose else [])])
        for lang, title in rule_words(hit).items()
    }
    region = {"startLine": hit.line, "startColumn": hit.column}
    place = {"artifactLocation": {"uri": quote(hit.path), "uriBaseId": ROOT}, "region": region}
    properties: dict[str, Any] = {"message_ja": told["ja"]}
    properties |= {
        name: value for name in ("key_id", "account", "user", "commit") if (value := getattr(hit, name))
    }
    if hit.authored is not None:
        properties["authored"] = hit.authored.isoformat()
    if whose is not None:
        properties |= {"standing": whose.standing.value, "active": whose.active}
    result: dict[str, Any] = {
        "ruleId": hit.rule,
        "ruleIndex": index[hit.rule],
        "kind": "fail",
        "level": "error",
        "message": {"text": told["en"]},
        "locations": [{"physicalLocation": place}],
        "properties": properties,
    }
    if hit.fingerprint:
        result["partialFingerprints"] = {"secret/v1": hit.fingerprint}
    return result


def _suppressed(entry: Allowed) -> dict[str, Any]:
    return {"suppressions": [{"kind": "external", "status": "accepted", "justification": entry.reason}]}
