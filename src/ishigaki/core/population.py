"""A population: the items of one type that were seen, and whether that is all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from ishigaki.core.answer import Gap
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import Unseen

R = TypeVar("R", bound=Resource)
T = TypeVar("T")


class Population(Generic[R]):
    """Iterating over, counting or finding nothing in an incomplete population raises `Unseen`."""

    __slots__ = ("_indices", "gaps", "seen")

    def __init__(self, seen: Iterable[R] = (), gaps: Iterable[Gap] = ()) -> None:
        self.seen: tuple[R, ...] = tuple(seen)
        self.gaps: tuple[Gap, ...] = tuple(gaps)
        self._indices: dict[str, Index[R]] = {}

    @property
    def complete(self) -> bool:
        return not self.gaps

    def __iter__(self) -> Iterator[R]:
        yield from self.seen
        self._must_be_complete()

    def __len__(self) -> int:
        self._must_be_complete()
        return len(self.seen)

    def __bool__(self) -> bool:
        if not self.seen:
            self._must_be_complete()
        return bool(self.seen)

    def _must_be_complete(self) -> None:
        if self.gaps:
            gap = self.gaps[0]
            raise Unseen(f"{gap.type} ({gap.operation})", gap.code)

    def by(self, name: str) -> Index[R]:
        """An index over a member, built once; `population.by("vpc_id")[id]` is a population again."""
        index = self._indices.get(name)
        if index is None:
            index = self._indices[name] = Index(self, name)
        return index


class Index(Generic[R]):
    """A population by the value of one member. An item whose member is unseen may belong anywhere."""

    __slots__ = ("_gaps", "_items")

    def __init__(self, population: Population[R], name: str) -> None:
        items: dict[Any, list[R]] = {}
        gaps = list(population.gaps)
        for item in population.seen:
            try:
                items.setdefault(getattr(item, name), []).append(item)
            except Unseen as unseen:
                gaps.append(Gap(item.aws, unseen.what, "", unseen.code, item.region, item.id))
        self._gaps = tuple(gaps)
        self._items = {value: Population(group, gaps) for value, group in items.items()}

    def __getitem__(self, value: Any) -> Population[R]:
        found = self._items.get(value)
        return found if found is not None else Population((), self._gaps)


class Given(Population[R]):
    """Annotation: every resource of this type in the same account and Region."""


class AccountWide(Population[R]):
    """Annotation: every resource of this type in the account, over all Regions that were scanned."""


def some(items: Iterable[T], test: Callable[[T], bool]) -> bool:
    """Like any(), but one proven yes outweighs unseen neighbours (Kleene's or)."""
    blind: Unseen | None = None
    try:
        for item in items:
            try:
                if test(item):
                    return True
            except Unseen as unseen:
                blind = blind or unseen
    except Unseen as unseen:  # the items end before they are complete
        blind = blind or unseen
    if blind:
        raise blind
    return False


def every(items: Iterable[T], test: Callable[[T], bool]) -> bool:
    """Like all(), but one proven no outweighs unseen neighbours (Kleene's and)."""
    return not some(items, lambda item: not test(item))


def none(items: Iterable[T], test: Callable[[T], bool]) -> bool:
    """Whether no item passes the test; one proven yes outweighs unseen neighbours."""
    return not some(items, test)


def chosen(items: Iterable[T], test: Callable[[T], bool]) -> Iterator[T]:
    """The items that pass the test. What is unseen is raised after every proven item has been given."""
    blind: Unseen | None = None
    try:
        for item in items:
            try:
                passed = test(item)
            except Unseen as unseen:
                blind = blind or unseen
                continue
            if passed:
                yield item
    except Unseen as unseen:
        blind = blind or unseen
    if blind:
        raise blind
