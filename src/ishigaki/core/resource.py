"""What a resource is: an identity, members from its listing, and facets that need calls of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar, cast

from ishigaki.core.answer import Scope
from ishigaki.core.call import Call
from ishigaki.core.record import Member, Record

T = TypeVar("T")
R = TypeVar("R", bound="Resource")

Items = str | Callable[[Mapping[str, Any]], list[Any]]  # a JMESPath into a page, or a function of the page


@dataclass(frozen=True)
class Batch:
    """How one call shows many items: `param` takes up to `size` values of `of`; `by` finds an item's part."""

    param: str
    of: str
    size: int
    by: str


@dataclass(frozen=True)
class Source:
    """A call that shows more of an item, and where in the answer it lies (JMESPath)."""

    call: Call
    at: str = ""
    batch: Batch | None = None


@dataclass(frozen=True)
class Facet(Member):
    """A field that needs its own call. `absent` maps what AWS may answer instead to what that means."""

    source: Source = Source(Call("", "", {}, ()))
    meanings: Mapping[str, Any] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)


def facet(
    source: Call | Source,
    *,
    at: str = "",
    absent: Mapping[str, T] | None = None,
    why: str = "",
    only: Mapping[str, str] | None = None,
) -> T:
    """Declare a facet: the call that shows it, and what each "not there" means: an error code of AWS, or
    NOT_IN_ANSWER where the answer simply lacks the part. Every other error leaves the facet unseen.

    `only` spares calls: of an item that shows another value for one of these members nothing is asked."""
    if absent and not why:
        raise TypeError("absence means something only for a reason: say why")
    whole = source if isinstance(source, Source) else Source(source, at)
    return cast(T, Facet(why=why, told_by="call", source=whole, meanings=absent or {}, only=only or {}))


EXAMPLE: Mapping[str, Any] = {
    "id": "arn:aws:example:ap-northeast-1:111122223333:thing/example",
    "name": "example",
    "account": "111122223333",
    "region": "ap-northeast-1",
    "partition": "aws",
}


def _place() -> Any:
    return Member(told_by="place")


class Resource(Record):
    """Base of every resource type. `id` is Security Hub's `Resources[0].Id`, mostly the ARN.

    An example that does not say otherwise is the thing of `EXAMPLE`.
    """

    aws: ClassVar[str]
    listed_by: ClassVar[Call | None]
    items: ClassVar[Items]
    nothing: ClassVar[tuple[str, ...]]
    over: ClassVar[type[Resource] | None]
    detail: ClassVar[Source | None]
    located: ClassVar[Source | None]
    scope: ClassVar[Scope]
    identity: ClassVar[Mapping[str, str]]  # templates for id, name, region, account

    id: str = _place()
    name: str = _place()
    account: str = _place()
    region: str = _place()
    partition: str = _place()
    tags: Mapping[str, str] = _place()

    def __init__(self, **seen: Any) -> None:
        super().__init__(**{**EXAMPLE, **seen})


IDENTITY = ("id", "name", "account", "region", "partition", "tags")


def resource(
    aws: str,
    *,
    listed_by: Call | None = None,
    at: Items = "",
    nothing: tuple[str, ...] = (),
    id: str = "AWS::::Account:{account}",
    name: str = "",
    region: str = "{region}",
    owner: str = "{account}",
    tags: str = "",
    scope: Scope = "region",
    over: type[Resource] | None = None,
    detail: Source | None = None,
    located: Source | None = None,
) -> Callable[[type[R]], type[R]]:
    """Declare a resource type.

    `listed_by` is the call that lists it (none: there is exactly one, the account itself); `at` where the items lie in
    a page; `nothing` are error codes (or `Code: words`) by which AWS says that there can be none; `over` a parent type
    whose items fill the listing call. `id`, `name`, `region` and `owner` are templates over the item (`core.call.fill`;
    `{account}`, `{region}`, `{partition}` are the place's). `tags` is the path of the tags in an item, empty where AWS
    does not list them. `detail` shows more members of an item than its listing does; `located` tells the Region of an
    item whose listing does not. A type of scope `global` is listed once per account.
    """

    def declare(cls: type[R]) -> type[R]:
        cls.aws, cls.listed_by, cls.items, cls.nothing, cls.over = aws, listed_by, at, nothing, over
        cls.scope, cls.detail, cls.located = scope, detail, located
        cls.identity = {"id": id, "name": name, "region": region, "account": owner, "tags": tags}
        return cls

    return declare


def facets(kind: type[Resource]) -> dict[str, Facet]:
    """The facets of a type, by name."""
    return {n: m for n, m in kind.members.items() if isinstance(m, Facet)}
