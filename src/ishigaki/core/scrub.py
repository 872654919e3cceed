"""Text that may be written down: what looks like a secret is taken out of it.

Errors of the libraries that deliver messages quote addresses, and the address of a webhook is its password. Where
AWS's answers may hold secrets is known by their paths (`redact.py`); this is for prose, where it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "***"
NAMES = (
    r"pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|secret[-_]?(?:access[-_]?)?key|private[-_]?key"
    r"|sig(?:nature)?|credentials?|authorization|cookie|webhook(?:[-_]?url)?"
)
# The whole name, or the last of its words: `db_password`, `X-Amz-Signature`, `slackToken`; but not `token_type`.
SECRET_NAME = re.compile(rf"(?:.*(?:[-_. ]|(?<=[a-z])(?=[A-Z])))?(?i:{NAMES})")
SHORT = 4  # a known secret shorter than this would take words apart

# Each pattern hides its group `secret`, or all of itself where it has none.
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        r"(?i)\bauthorization[\"']?\s*[:=]\s*[\"']?(?P<secret>[^\"'\r\n]+)",
        r"(?i)\b(?:bearer|basic)\s+(?P<secret>[\w.~+/=-]{8,})",
        r"\w://(?P<secret>[^/\s@\"']+)@",  # user:password@ of an address
        # Addresses whose path is the secret: Slack, Microsoft, Discord.
        r"/(?:services|triggers|workflows)/(?P<secret>[TE][A-Z0-9]{6,}/[\w/-]+)",
        r"/(?:webhook(?:b2)?|IncomingWebhook|api/webhooks|workflows)/(?P<secret>[^\s\"'<>?]+)",
        rf"(?i)[?&](?:[\w%.-]{{0,40}}[-_.])?(?:{NAMES}|key|code)=(?P<secret>[^&\s\"'<>]+)",
        rf"\b(?:[\w-]{{0,40}}(?:[-_]|(?<=[a-z])(?=[A-Z])))?(?i:{NAMES})[\"']?\s*[:=]\s*[\"']?(?P<secret>[^\s\"',;&)}}\]]+)",
        r"\bx(?:ox[a-z]|app)[.-](?P<secret>[\w.-]{8,})",  # Slack
        r"\b(?:IQoJ|FwoG|FQoG|AQoD)(?P<secret>[\w+/=%-]{40,})",  # AWS session tokens
        # AWS secret access keys: 40 characters, of mixed case and with digits, which a hash in hexadecimal has not.
        r"(?<![\w+/=-])(?=[\w+/]*[a-z])(?=[\w+/]*[A-Z])(?=[\w+/]*\d)(?P<secret>[A-Za-z0-9+/]{40})(?![\w+/=-])",
    )
)


def scrub(text: str, known: Iterable[str] = ()) -> str:
    """The text without what looks like a secret, and without the secrets that are `known`."""
    for secret in sorted(known, key=len, reverse=True):
        if len(secret) >= SHORT:
            text = text.replace(secret, HIDDEN)
    for pattern in PATTERNS:
        text = pattern.sub(_hide, text)
    return text


def scrubbed(value: Any, known: Iterable[str] = ()) -> Any:
    """A value of any shape, likewise; what stands under a name that says secret is hidden whole."""
    if isinstance(value, str):
        return scrub(value, known)
    if isinstance(value, Mapping):
        return {
            str(name): HIDDEN if each and SECRET_NAME.fullmatch(str(name)) else scrubbed(each, known)
            for name, each in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [scrubbed(each, known) for each in value]
    return value


def _hide(found: re.Match[str]) -> str:
    if "secret" not in found.re.groupindex:
        return HIDDEN
    start, end = found.span("secret")
    return found[0][: start - found.start()] + HIDDEN + found[0][end - found.start() :]
