"""A day's stock-take out of two looks: what the later one saw replaces what the earlier one had, and no more. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec.structs import replace

from ishigaki.core.identity_center import NONE, READ
from ishigaki.core.people import SSO_USER, AnyRow, Assignment, Person, Visit


def together(
    earlier: Iterable[AnyRow], later: Iterable[AnyRow], *, asked: Collection[str], estate: Collection[str]
) -> list[AnyRow]:
    """The rows of a day. An account that was not asked again stays as it was, and so does one of the `asked` that was
    seen earlier and not now: its visit then says by which code, and when it was tried. An account that is in the
    estate no more leaves with the first look at all the others.

    What is known of Identity Center, which is about all accounts, comes from the look that read it.
    """
    before, now = list(earlier), list(later)
    whole = set(asked) >= set(estate)
    seen = {v.account: v for v in _visits(before) if v.seen}
    lost = {v.account: v for v in _visits(now) if not v.seen and v.account in seen}
    kept = _sso_stays(before, now)
    found: list[AnyRow] = []
    for row in before:
        if _of_sso(row):
            found += [row] if kept else []
        elif isinstance(row, Visit) and row.account in lost:
            found.append(_tried(row, lost[row.account]))
        elif row.account in lost or (row.account not in asked and not whole):
            found.append(row)
    found += (row for row in now if not (isinstance(row, Visit) and row.account in lost))
    return list(_with_reader(found, before, now)) if kept else found


def _visits(rows: Iterable[AnyRow]) -> Iterator[Visit]:
    return (row for row in rows if isinstance(row, Visit))


def _of_sso(row: AnyRow) -> bool:
    return isinstance(row, Assignment) or (isinstance(row, Person) and row.what == SSO_USER)


def _tried(good: Visit, lost: Visit) -> Visit:
    return replace(good, code=lost.code, message=lost.message, tried_at=lost.collected_at)


def _readers(rows: Iterable[AnyRow]) -> set[str]:
    return {v.account for v in _visits(rows) if v.sso == READ}


def _sso_stays(before: Iterable[AnyRow], now: Iterable[AnyRow]) -> bool:
    """Whether the earlier look's rows of Identity Center stay: somebody read it then and nobody now, unless who did
    finds none any more."""
    readers = _readers(before)
    return bool(readers) and not any(
        v.sso == READ or (v.sso == NONE and v.account in readers) for v in _visits(now)
    )


def _with_reader(rows: Iterable[AnyRow], before: Iterable[AnyRow], now: Iterable[AnyRow]) -> Iterator[AnyRow]:
    """The rows, the visits of who read Identity Center earlier saying so, and by which code it was refused since."""
    readers = _readers(before)
    since = {v.account for v in _visits(now) if v.seen and v.account in readers}
    for row in rows:
        if isinstance(row, Visit) and row.account in since:
            yield replace(row, sso=READ, gaps=(*row.gaps, f"sso-admin:ListInstances: {row.sso}"))
        else:
            yield row
