"""The forms of AWS credentials in a text: which are there, where, and what they tell without asking anybody. Pure.

An id has a form of its own. A secret is forty characters like many others (hashes, blobs): it counts where an id is
near or a word for it stands before, and where it looks drawn by chance. What documentation is written with ends in
`EXAMPLE` and is nobody's.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import pairwise

import msgspec

from ishigaki.core.keyid import account_of, is_key_id

PAIR_LINES = 5  # between an id and its secret, where a word says that it is one
BARE_LINES = 3  # and where none does
PAIR_REACH = 600  # characters; a line of minified code may be a whole file
WORD_REACH = 240  # from a word for a secret to the end of the secret
TOKEN_REACH = 6000  # from a session's token, itself long, to the id beside it
EXAMPLE = "EXAMPLE"


class Rule(StrEnum):
    """What was found."""

    ACCESS_KEY = "aws-access-key"  # an id with its secret
    ACCESS_KEY_ID = "aws-access-key-id"  # the id alone
    SECRET_ACCESS_KEY = "aws-secret-access-key"  # noqa: S105 - a rule's name: the secret alone
    SESSION_TOKEN = "aws-session-token"  # noqa: S105 - a rule's name
    BEDROCK_API_KEY = "aws-bedrock-api-key"


class Found(msgspec.Struct, frozen=True):
    """A credential in a text, from `start` to `end`. `text` is the secret itself (of an id alone: the id) and is
    shown nowhere, not even by `repr`. `user` is the IAM user that a long-term Bedrock key names."""

    rule: str
    start: int
    end: int
    text: str
    key_id: str = ""
    account: str = ""
    user: str = ""

    def __repr__(self) -> str:
        return f"Found({self.rule}, {self.start}–{self.end}, {self.key_id or '…'})"


_EDGE = r"(?:(?<![A-Za-z0-9+])|(?<=\\[nrt]))"  # \n of a text within a text is no letter
_ID = re.compile(_EDGE + r"(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9+])")
_ID_ENCODED = re.compile(r"(?<![A-Za-z0-9+/])(?:QUtJQ|QVNJQ)[A-Za-z0-9+/]{22,23}=?(?![A-Za-z0-9+/=])")
_UNIT = r"(?:[A-Za-z0-9/+]|%2[BFbf]|\\/)"  # as it is, in an address, in JSON
_SECRET = re.compile(
    r"(?:(?<![A-Za-z0-9/+%\\_-])|(?<=\\[nrt]))" + _UNIT + r"{40}(?![A-Za-z0-9/+=_(-]|%2[BFbf]|\\/)"
)
_SECRET_ENCODED = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{54,55}={1,2}(?![A-Za-z0-9+/=])")
_PLAIN_SECRET = re.compile(r"[A-Za-z0-9/+]{40}")
_WORD = re.compile(r"secret|aws\w{0,20}key|シークレット", re.IGNORECASE)
_VALUE = re.compile(  # from the word to its value: on its line, or on the next, with what Terraform may put between
    r"[^\n]{0,40}(?:(?:\r?\n\s*(?:type|description|sensitive)\b[^\n]{0,80}){0,3}"
    r"\r?\n[\s\"'\-,{<>|]*(?:value|default|val)?[\s\"':=>,(]*)?",
    re.IGNORECASE,
)
_LONG_RUN = re.compile(r"[A-Za-z0-9/+]{30}")
_PIECE = r"(?:[A-Za-z0-9/+=]|%2[BFbf]|%3[Dd]|\\/)"
_TOKEN = re.compile(r"(?<![A-Za-z0-9/+])(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|AQoDYXdz)" + _PIECE + r"{80,4096}")
TOKEN_SIGNS = ("IQoJb3JpZ2lu", "oGZXIvYXdz", "AQoDYXdz")
_NAMED_TOKEN = re.compile(
    r"(?i:session|security)[_ .-]?[Tt](?i:oken)[\"'\s:=>]{1,8}(" + _PIECE + r"{100,4096})"
)
_BEDROCK = re.compile(r"(?<![A-Za-z0-9+/])ABSK([A-Za-z0-9+/]{80,400}={0,2})")
_BEDROCK_OWNER = re.compile(r"([\w+=,.@-]{1,64}?)(?:\+\d+)?-at-(\d{12}):")
_BEDROCK_SHORT = re.compile(r"bedrock-api-key-([A-Za-z0-9+/]{100,8192}={0,2})")
_SIGNER = re.compile(r"X-Amz-Credential=((?:AKIA|ASIA)[A-Z2-7]{16})")
WORDS = ("secret", "aws", "シークレット")


class _Candidate(msgspec.Struct, frozen=True):
    """What may be an id or a secret; `named`: a word for it stands before."""

    start: int
    end: int
    text: str
    named: bool = False


def found(text: str) -> list[Found]:
    """Every AWS credential of a text, in its order."""
    ids = sorted(_ids(text), key=lambda c: c.start)
    words = _words(text)
    secrets = sorted(_secrets(text, _regions(text, ids, words), words), key=lambda c: c.start)
    lines = [match.start() for match in re.finditer("\n", text)] if ids else []
    paired = _pairs(ids, secrets, lines)
    taken = {secret.start for secret in paired.values()}
    whole: list[Found] = []
    for each in ids:
        whole.extend(_of_id(each, paired.get(each.start)))
    for each in secrets:
        if each.named and each.start not in taken:
            whole.append(Found(Rule.SECRET_ACCESS_KEY, each.start, each.end, each.text))
    whole += [*_tokens(text, ids), *_bedrock(text)]
    return sorted(whole, key=lambda f: f.start)


def _words(text: str) -> list[int]:
    """Where the words for a secret end."""
    lower = text.lower()
    if not any(word in lower for word in WORDS):
        return []
    return [match.end() for match in _WORD.finditer(text)]


def _regions(text: str, ids: Iterable[_Candidate], words: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The parts of a text where a secret may count: around ids and after words, none twice."""
    spans = [(max(0, i.start - PAIR_REACH), i.end + PAIR_REACH) for i in ids]
    spans += [(word, word + WORD_REACH) for word in words]
    begin, end = 0, -1
    for first, last in sorted(spans):
        if first > end:
            if end > 0:
                yield begin, min(end, len(text))
            begin, end = first, last
        end = max(end, last)
    if end > 0:
        yield begin, min(end, len(text))


def entropy(text: str) -> float:
    """Shannon's, in bits for a character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def _of_id(key: _Candidate, secret: _Candidate | None) -> Iterator[Found]:
    """The id with its secret, or alone; an example's id is nobody's, but a secret that was put beside it is real."""
    account = account_of(key.text) or ""
    if secret is not None:
        known = "" if EXAMPLE in key.text else key.text
        yield Found(Rule.ACCESS_KEY, secret.start, secret.end, secret.text, known, account if known else "")
    elif EXAMPLE not in key.text and _drawn(key.text):
        yield Found(Rule.ACCESS_KEY_ID, key.start, key.end, key.text, key.text, account)


def _drawn(key: str) -> bool:
    """Whether an id that stands alone looks drawn by chance, and not like a word or a row of the same letter."""
    body = key[4:]
    if any(c.isdigit() for c in body):
        return entropy(body) > 2.5
    return account_of(key) is not None and entropy(body) > 3.4


def _ids(text: str) -> Iterator[_Candidate]:
    if "AKIA" in text or "ASIA" in text:
        for match in _ID.finditer(text):
            yield _Candidate(match.start(), match.end(), match.group())
    if "QUtJQ" in text or "QVNJQ" in text:
        for match in _ID_ENCODED.finditer(text):
            told = _decoded(match.group()).strip()
            if is_key_id(told):
                yield _Candidate(match.start(), match.end(), told)


def _secrets(text: str, regions: Iterable[tuple[int, int]], words: Sequence[int]) -> Iterator[_Candidate]:
    for begin, end in regions:
        for form, plain_of in ((_SECRET, _plain), (_SECRET_ENCODED, _decoded)):
            for match in form.finditer(text, begin, end):
                start, stop = match.span()
                plain = plain_of(match.group()).strip()
                cut = stop == end < len(text)  # what goes on beyond the region may be a longer run
                if not cut and _PLAIN_SECRET.fullmatch(plain) and _is_secret(plain):
                    yield _Candidate(start, stop, plain, _is_named(text, start, words))


def _plain(text: str) -> str:
    """Without the escapes of JSON and of addresses."""
    text = text.replace("\\/", "/")
    for code, sign in (("%2F", "/"), ("%2B", "+"), ("%3D", "=")):
        text = text.replace(code, sign).replace(code.lower(), sign)
    return text


def _decoded(text: str) -> str:
    """What base64 says, where it is a text; otherwise nothing."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _is_secret(text: str) -> bool:
    """Whether forty characters look drawn from 64: no hash in hexadecimal, no name in camel case, no path."""
    if EXAMPLE in text or re.fullmatch(r"[0-9a-f]+|[0-9A-F]+", text):
        return False
    kinds = ["a" if c.islower() else "A" if c.isupper() else "1" for c in text]
    changes = sum(one != other for one, other in pairwise(kinds))
    return {"a", "A", "1"} <= set(kinds) and changes >= 14 and entropy(text) > 4.0


def _is_named(text: str, start: int, words: Sequence[int]) -> bool:
    """Whether a word for a secret stands before, with nothing but the way to its value between the two."""
    for word in words[bisect_left(words, start - WORD_REACH // 2) : bisect_right(words, start)]:
        between = text[word:start]
        if _VALUE.fullmatch(between) and not _LONG_RUN.search(between):
            return True
    return False


def _pairs(
    ids: Sequence[_Candidate], secrets: Sequence[_Candidate], lines: Sequence[int]
) -> dict[int, _Candidate]:
    """The secret of each id (by where the id starts): the one that a word names, else the nearest; one each."""
    offers = []
    for key in ids:
        for secret in _within(secrets, key, PAIR_REACH):
            apart = abs(bisect_left(lines, key.start) - bisect_left(lines, secret.start))
            if apart <= (PAIR_LINES if secret.named else BARE_LINES):
                gap = abs(secret.start - key.start)
                offers.append(((not secret.named, apart, secret.start < key.start, gap), key.start, secret))
    paired: dict[int, _Candidate] = {}
    taken: set[int] = set()
    for _, key_start, secret in sorted(offers, key=lambda o: (o[0], o[1])):
        if key_start not in paired and secret.start not in taken:
            paired[key_start] = secret
            taken.add(secret.start)
    return paired


def _within(pool: Sequence[_Candidate], key: _Candidate, reach: int) -> Iterable[_Candidate]:
    first = bisect_left(pool, key.start - reach, key=lambda c: c.start)
    last = bisect_left(pool, key.end + reach, key=lambda c: c.start)
    return pool[first:last]


def _tokens(text: str, ids: Sequence[_Candidate]) -> Iterator[Found]:
    """The tokens of sessions, each with the id of the key that stands nearest."""
    spans: dict[int, tuple[int, int]] = {}
    if any(sign in text for sign in TOKEN_SIGNS):
        spans = {match.start(): match.span() for match in _TOKEN.finditer(text)}
    for match in _NAMED_TOKEN.finditer(text):
        if entropy(match.group(1)) > 4.5:
            spans.setdefault(match.start(1), match.span(1))
    for start, end in spans.values():
        token = _plain(text[start:end])
        if EXAMPLE in token:
            continue
        here = _Candidate(start, end, token)
        temporary = [i for i in _within(ids, here, TOKEN_REACH) if i.text.startswith("ASIA")]
        nearest = min(temporary, key=lambda i: min(abs(i.start - start), abs(i.start - end)), default=None)
        key = nearest.text if nearest else ""
        yield Found(Rule.SESSION_TOKEN, start, end, token, key, account_of(key) or "")


def _bedrock(text: str) -> Iterator[Found]:
    """API keys of Bedrock: a long-term one names its user and account, a short-term one the key that signed it."""
    for match in _BEDROCK.finditer(text) if "ABSK" in text else ():
        told = _decoded(match.group(1))
        owner = _BEDROCK_OWNER.match(told)
        if owner or (len(match.group(1)) >= 109 and entropy(match.group(1)) > 4.5):
            user, account = owner.groups() if owner else ("", "")
            yield Found(Rule.BEDROCK_API_KEY, *match.span(), match.group(), account=account, user=user)
    for match in _BEDROCK_SHORT.finditer(text) if "bedrock-api-key-" in text else ():
        signer = _SIGNER.search(_decoded(match.group(1)))
        key = signer.group(1) if signer else ""
        yield Found(Rule.BEDROCK_API_KEY, *match.span(), match.group(), key, account_of(key) or "")
