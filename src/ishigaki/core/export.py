"""A directory's export as CSV: who belongs to the company, read right or refused with the line that is wrong. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

import msgspec

from ishigaki.core.usage import UsageError

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ENCODINGS = ("utf-8", "cp932")  # of exports without a mark: cp932 is Shift_JIS as Windows writes it
PRESENT, LEFT, MISSING = "present", "left", "missing"  # how somebody stands by an export
# What exports call these columns; compared without case, spaces and punctuation.
KNOWN: Mapping[str, tuple[str, ...]] = {
    "user": (
        *("user", "username", "userprincipalname", "upn", "login", "loginid", "userid"),
        *("ユーザー名", "ユーザ名", "ログインid", "ユーザーid", "アカウント名"),
    ),
    "email": ("email", "mail", "emailaddress", "primaryemail", "メールアドレス", "メール", "eメール"),
    "status": (
        "status",
        "employmentstatus",
        "accountenabled",
        "active",
        "在籍状況",
        "在籍区分",
        "状態",
        "ステータス",
    ),
}
# What a status says of somebody who has left or may no longer sign in.
GONE = (
    "left",
    "leaver",
    "terminated",
    "inactive",
    "disabled",
    "deprovisioned",
    "suspended",
    "false",
    "no",
    "n",
    "いいえ",
    "0",
)
GONE_JA = ("退職", "退職済", "退職済み", "異動", "休職", "無効", "停止", "削除")


class Export(msgspec.Struct, frozen=True):
    """Who is in an export: sign-in names and addresses in lower case, each with whether it is somebody who has left.
    `columns` are those that were read."""

    people: Mapping[str, bool]
    rows: int
    columns: Mapping[str, str]
    encoding: str

    def standing(self, names: Sequence[str]) -> str:
        """`present`, `left`, or `missing` where nobody in the export has any of these names or addresses."""
        found = [self.people[n] for n in (name.strip().lower() for name in names) if n in self.people]
        if not found:
            return MISSING
        return LEFT if all(found) else PRESENT


def parse(
    data: bytes, *, file: str, columns: Mapping[str, str] | None = None, left: Sequence[str] = ()
) -> Export:
    """An export. `columns` says what it calls `user`, `email` and `status`; `left` are more words of a status for
    those who have left. Raises `UsageError` with the line and the remedy."""
    text, encoding = _decoded(data, file)
    rows = _rows(text, file)
    if not rows:
        raise UsageError("export_empty", file=file)
    (_, header), body = rows[0], rows[1:]
    if not body:
        raise UsageError("export_empty", file=file)
    places = _places(header, columns or {}, file)
    gone = {_plain(word) for word in (*GONE, *GONE_JA, *left)}
    people: dict[str, bool] = {}
    lines: dict[str, int] = {}
    for line, row in body:
        if len(row) != len(header):
            raise UsageError("export_torn", file=file, line=line, found=len(row), wanted=len(header))
        has_left = "status" in places and _plain(row[places["status"]]) in gone
        names = {row[places[c]].strip().lower() for c in ("user", "email") if c in places} - {""}
        if not names:
            raise UsageError("export_nobody", file=file, line=line)
        for name in sorted(names):
            if name in lines:
                raise UsageError("export_twice", file=file, line=line, name=name, first=lines[name])
        for name in names:
            people[name], lines[name] = has_left, line
    return Export(people, len(body), {c: header[at] for c, at in places.items()}, encoding)


def _decoded(data: bytes, file: str) -> tuple[str, str]:
    """The text, whatever of the usual ways it is written in."""
    marked = [encoding for mark, encoding in BOMS if data.startswith(mark)]
    for encoding in marked or ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise UsageError("export_encoding", file=file)


def _rows(text: str, file: str) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, each with its line."""
    first = text.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                found.append((reader.line_num, row))
    except csv.Error as broken:
        raise UsageError("export_broken", file=file, line=reader.line_num, detail=str(broken)) from None
    return found


def _places(header: Sequence[str], columns: Mapping[str, str], file: str) -> dict[str, int]:
    """Where the columns lie. Raises `UsageError` where one that is named is not there, or none names people."""
    plain = [_plain(name) for name in header]
    for name in plain:
        if name and plain.count(name) > 1:
            raise UsageError("export_column_twice", file=file, column=name)
    found: dict[str, int] = {}
    for column, known in KNOWN.items():
        if column in columns:
            if _plain(columns[column]) not in plain:
                known_here = ", ".join(header)
                raise UsageError("export_no_column", file=file, column=columns[column], known=known_here)
            found[column] = plain.index(_plain(columns[column]))
            continue
        at = next((plain.index(_plain(k)) for k in known if _plain(k) in plain), None)
        if at is not None:
            found[column] = at
    if not {"user", "email"} & found.keys():
        raise UsageError("export_no_people", file=file, known=", ".join(header))
    return found


def _plain(word: str) -> str:
    return re.sub(r"[\s_\-.()]", "", word).lower()
