"""A copy of the history in S3, for Athena and for a second machine. The store's own files are what queries read.

DuckDB could write to S3 only with an extension that it would have to fetch, so files are put and fetched by calls of
ours: a date is one object, and S3 shows either the old one or the new one, never a part.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from ishigaki.aws.access import Access
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call, call
from ishigaki.core.usage import UsageError
from ishigaki.store.folder import aside
from ishigaki.store.lake import FILE, FOLDER, History, day_of

PARQUET = "application/vnd.apache.parquet"
# A bucket that lies in us-east-1 has none, one that was made long ago in Ireland an old name.
PLACES = {"": "us-east-1", "EU": "eu-west-1"}


class Copied(msgspec.Struct, frozen=True):
    """The dates that were put there and those that were fetched from there."""

    put: tuple[date, ...] = ()
    fetched: tuple[date, ...] = ()


class Copy:
    """The copy at a URL (`s3://bucket/prefix`), reached with the caller's own credentials."""

    def __init__(self, access: Access, url: str) -> None:
        self._url = url
        self._bucket, _, prefix = url.removeprefix("s3://").partition("/")
        self._prefix = f"{prefix.strip('/')}/{FOLDER}/".lstrip("/")
        account = access.caller()
        self._read = access.performing(access.enter(account, None))
        self._write = access.writer(account, None)
        self._region = access.home
        place = self._ask(call("s3", "GetBucketLocation", Bucket=self._bucket)).merged
        found = str(place.get("LocationConstraint") or "")
        self._region = PLACES.get(found, found)

    def bring(self, history: History, day: date) -> None:
        """Fetch a date that is there and not here: what is taken of it anew adds to it. Raises `UsageError`."""
        if day not in history.days() and day in self._days(day):
            self._fetch(history, day)

    def put(self, history: History, day: date) -> None:
        """Put a date's file there, in the place of an earlier one. Raises `UsageError`."""
        body = history.path(day).read_bytes()
        asked = call(
            "s3",
            "PutObject",
            Bucket=self._bucket,
            Key=f"{self._prefix}date={day.isoformat()}/{FILE}",
            Body=body,
            ContentType=PARQUET,
        )
        self._said(asked, self._write(asked.filled({}, region=self._region)))
        history.sent(day)

    def exchange(self, history: History) -> Copied:
        """Put there what it lacks and what could not be put there, fetch what the store lacks. Any other date that both
        have stays as it is on either side."""
        there, here = set(self._days()), set(history.days())
        missing = tuple(sorted({*(here - there), *history.unsent()}))
        new = tuple(sorted(there - here))
        for day in missing:
            self.put(history, day)
        for day in new:
            self._fetch(history, day)
        return Copied(missing, new)

    def _fetch(self, history: History, day: date) -> None:
        key = f"{self._prefix}date={day.isoformat()}/{FILE}"
        answer = self._ask(call("s3", "GetObject", Bucket=self._bucket, Key=key))
        with aside(history.path(day)) as out:
            out.write(answer.merged["Body"])

    def _days(self, only: date | None = None) -> Iterator[date]:
        prefix = f"{self._prefix}date={only.isoformat()}/" if only else self._prefix
        listed = self._ask(
            call("s3", "ListObjectsV2", permission="s3:ListBucket", Bucket=self._bucket, Prefix=prefix)
        )
        for page in listed.pages:
            for found in page.get("Contents") or ():
                name, _, file = str(found["Key"]).removeprefix(self._prefix).partition("/")
                day = day_of(name)
                if file == FILE and day is not None:
                    yield day

    def _ask(self, asked: Call) -> Answer:
        return self._said(asked, self._read(asked.filled({}, region=self._region)))

    def _said(self, asked: Call, answer: Answer) -> Answer:
        if answer.error:
            facts: dict[str, Any] = {"url": self._url, "code": answer.error, "detail": answer.message}
            raise UsageError("people_copy", permission=asked.permissions[0], **facts)
        return answer
