"""What the commands of `people` work on: the history in the store, and the estate's own day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.options import now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from ishigaki.core.estate import Estate
    from ishigaki.core.reasons import Name, Reason
    from ishigaki.store.lake import History

    F = TypeVar("F", bound=Callable[..., Any])

REASONS = Path("people.toml")


def history_of(store: Path) -> History:
    """The history of a store; that DuckDB is there is proven before anything is asked of AWS."""
    from ishigaki.store.lake import History, proven

    proven()
    return History(store)


def today_of(estate: Estate | None) -> date:
    """The date in the estate's own zone."""
    from ishigaki.flows.calendar import calendar_of

    return now().astimezone(calendar_of(estate, holidays=False).zone).date()


def reasoning(command: F) -> F:
    """The option of every command that the register of users that stay bears on."""
    option = click.option(
        "--reasons",
        "reasons_file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Register of users that stay (default: people.toml, where there is one).",
    )
    return option(command)


def register_of(file: Path | None, today: date) -> tuple[Reason, ...]:
    """The register of the options. Raises `UsageError`."""
    from ishigaki.flows.people_trend import reasons

    return reasons(file or REASONS, today=today, wanted=file is not None)


def staying_of(file: Path | None, today: date) -> Mapping[Name, str]:
    """Why each user stays who is in the register of the options. Raises `UsageError`."""
    from ishigaki.core.reasons import staying

    return staying(register_of(file, today), today=today)


def register_where_kept(today: date) -> tuple[Reason, ...] | None:
    """The register of this folder; None where nobody keeps one. Raises `UsageError`."""
    return register_of(None, today) if REASONS.is_file() else None
