"""Keys in code: looked for in files, in what is staged and in all of history; and the list of what may stay."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from hashlib import blake2b
from pathlib import Path

import msgspec

from ishigaki.core.excerpt import excerpts
from ishigaki.core.keyforms import Found, Rule, found
from ishigaki.core.secret import (
    FINGERPRINT,
    SHALLOW,
    Allowed,
    Hit,
    Looked,
    Unread,
    fingerprint,
    parse,
    written,
)
from ishigaki.core.usage import UsageError
from ishigaki.source import files, git
from ishigaki.source.content import Document, decoded
from ishigaki.texts import Language

FILE = "secrets.toml"
Find = Callable[[str, str], list[Found]]  # by path and text


class _Seen:
    """What is read, counted along the way."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self.read = self.binary = 0
        self.unread: list[Unread] = []
        self._key = secrets.token_bytes(
            32
        )  # of this run: what could be guessed is told apart, never by its hash

    def hits(self, documents: Iterable[Document | Unread]) -> Iterator[tuple[Document, Hit, bytes]]:
        """Every hit with where it is and what tells its secret from others."""
        for document in documents:
            if isinstance(document, Unread):
                self.unread.append(document)
                continue
            try:
                yield from self._in(document)
            except OSError as no:
                self.unread.append(Unread(document.path, no.strerror or type(no).__name__))

    def _in(self, document: Document) -> Iterator[tuple[Document, Hit, bytes]]:
        self.read += 1
        text = decoded(document.chunks)
        if text is None:
            self.binary += 1
            return
        for excerpt in excerpts(text):
            for each in self._find(document.path, excerpt.text):
                if excerpt.first <= each.start < excerpt.last:
                    line, column = excerpt.place(each.start)
                    hit = _hit(each, document.path, line, column)
                    yield document, hit, self._mark(each)

    def _mark(self, each: Found) -> bytes:
        return blake2b(f"{each.rule}\0{each.text}".encode(), digest_size=16, key=self._key).digest()

    def looked(self, hits: Iterable[Hit], *, before: int = 0) -> Looked:
        found = sorted(hits, key=lambda h: (h.path, h.line, h.column, h.rule))
        return Looked(tuple(found), self.read, self.binary, tuple(self.unread), before)


def _hit(each: Found, path: str, line: int, column: int) -> Hit:
    return Hit(
        rule=each.rule,
        path=path,
        line=line,
        column=column,
        fingerprint=fingerprint(each.rule, each.text),
        key_id=each.key_id,
        account=each.account,
        user=each.user,
    )


def finding(engine: Find | None = None) -> Find:
    """What finds: our own forms, and what an engine adds where ours found nothing."""

    def find(path: str, text: str) -> list[Found]:
        own = found(text)
        if engine is None:
            return own
        added = [e for e in engine(path, text) if not any(o.start < e.end and e.start < o.end for o in own)]
        return own + added

    return find


def in_files(paths: Sequence[Path], find: Find, *, root: Path, ignored: bool = False) -> Looked:
    """Look through files and folders. Every place counts: each has to be mended."""
    seen = _Seen(find)
    hits = [h for path in paths for _, h, _ in seen.hits(files.documents(path, root=root, ignored=ignored))]
    return seen.looked(dict.fromkeys(hits))


def in_index(root: Path, find: Find) -> Looked:
    """Look through what is staged for what the commit would bring; what HEAD's version of the file has already is
    told as a number, so that the guard does not stand in the way of other work."""
    seen = _Seen(find)
    staged = list(seen.hits(git.staged(root)))
    read = seen.read, seen.binary
    replaced = sorted({document.before for document, _, _ in staged if document.before})
    known = {(document.blob, mark) for document, _, mark in seen.hits(git.blobs(root, replaced))}
    seen.read, seen.binary = read
    new = [hit for document, hit, mark in staged if (document.before, mark) not in known]
    return seen.looked(new, before=len(staged) - len(new))


def in_history(root: Path, find: Find) -> Looked:
    """Look through every version of every file: each secret once, where and when it first came in."""
    seen = _Seen(find)
    by_mark: dict[bytes, dict[str, Hit]] = {}
    for document, hit, mark in seen.hits(git.history(root)):
        by_mark.setdefault(mark, {}).setdefault(document.blob, hit)
    firsts = git.firsts(root, {blob for places in by_mark.values() for blob in places}) if by_mark else {}
    order = {blob: number for number, blob in enumerate(firsts)}
    hits = []
    for places in by_mark.values():
        blob = min(places, key=lambda b: order.get(b, len(order)))
        hit, first = places[blob], firsts.get(blob)
        if first is not None:
            hit = msgspec.structs.replace(hit, path=first.path, commit=first.commit, authored=first.authored)
        hits.append(hit)
    if git.is_shallow(root):
        seen.unread.append(Unread(str(root), SHALLOW))
    return seen.looked(_without_halves(hits))


def _without_halves(hits: Sequence[Hit]) -> list[Hit]:
    """Without ids that stand alone somewhere and with their secret elsewhere: the key is told already."""
    whole = {hit.key_id for hit in hits if hit.rule == Rule.ACCESS_KEY}
    return [hit for hit in hits if hit.rule != Rule.ACCESS_KEY_ID or hit.key_id not in whole]


def root_of(path: Path) -> Path:
    """Where paths are counted from and the allow list lies: the repository's root, else the working folder."""
    return git.top(path) or Path.cwd()


def allowed(file: Path, *, today: date, named: bool) -> tuple[Allowed, ...]:
    """The allow list; empty where there is none, unless the user named the file. Raises `UsageError`."""
    if not file.is_file():
        if named:
            raise UsageError("secrets_missing", file=str(file))
        return ()
    return parse(file.read_text(encoding="utf-8"), file=str(file), today=today)


HEADER = {
    "en": """\
# Secrets that may stay in this repository: for a reason, of somebody, for at most a year. Each entry is a block of its
# own. `ishigaki secrets allow` appends one; the day after `expires` it ends by itself, and what it is about counts again.
""",
    "ja": """\
# このリポジトリに残すことを許可するシークレットの一覧です。理由、担当者、期限 (最長 1 年) を付けて登録します。
# `ishigaki secrets allow` で追加できます。expires の翌日に期限切れとなり、再び検出されます。
""",
}


def allow(file: Path, entry: Allowed, *, language: Language, today: date) -> None:
    """Append an entry to the allow list, and begin the list where there is none. Raises `UsageError`."""
    if entry.fingerprint and not FINGERPRINT.fullmatch(entry.fingerprint):
        raise UsageError("secret_fingerprint_given", fingerprint=entry.fingerprint)
    known = allowed(file, today=today, named=False)
    scope = (entry.fingerprint, entry.rule, entry.path)
    if any((k.fingerprint, k.rule, k.path) == scope for k in known):
        raise UsageError("secret_allowed_already", file=str(file), scope=entry.fingerprint or entry.path)
    before = file.read_text(encoding="utf-8") if file.exists() else HEADER[language]
    whole = before + ("" if before.endswith("\n") else "\n") + written(entry)
    parse(whole, file=str(file), today=today)
    file.write_text(whole, encoding="utf-8")
