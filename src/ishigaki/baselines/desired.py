"""The desired account as data: a profile, what a file says beside it, and of each value where it comes from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from ishigaki.baselines import items
from ishigaki.core.proposal import Item
from ishigaki.core.remediation import Around, Wanted
from ishigaki.core.toml_ import formed, read
from ishigaki.core.usage import UsageError
from ishigaki.standards.parameters import as_aws_takes_them, check

PROFILES = ("standard", "production", "sandbox")
INVALID = "baseline_invalid"
NONE = "none"  # nothing but what the file names
ON, SOURCE = "on", "source"
PARAMETERS = "control_parameters"  # the item whose values the estate file may give, too


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class AccountBaseline(_Table, frozen=True):
    """What differs for one account: its profile, and the values of items."""

    profile: str = ""
    items: dict[str, dict[str, Any]] = {}


class Baseline(_Table, frozen=True):
    """What `baseline.toml` says. `profile` is standard, production, sandbox or none (only what is named here);
    `environments` maps the estate's words to profiles; `items` sets values (`on = false` leaves an item out);
    `accounts` says what differs for single accounts."""

    profile: str = "standard"
    environments: dict[str, str] = {}
    items: dict[str, dict[str, Any]] = {}
    accounts: dict[str, AccountBaseline] = {}


class Resolved(msgspec.Struct, frozen=True):
    """An item as it is wanted of one account, and of each value where it comes from."""

    item: Item
    source: Mapping[str, str]  # by language
    values: Mapping[str, tuple[Any, str]]


@cache
def profile(name: str) -> dict[str, dict[str, Any]]:
    """The items of a profile, each with its source and values."""
    if name == NONE:
        return {}
    data = tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    inherited = profile(data["extends"]) if "extends" in data else {}
    return {**inherited, **{i: {**inherited.get(i, {}), **v} for i, v in data["items"].items()}}


def parse(text: str, *, file: str) -> Baseline:
    """A baseline from TOML. Raises `UsageError` that names file, line and remedy."""
    baseline = read(text, Baseline, file=file, invalid=INVALID)
    profiles = [baseline.profile, *baseline.environments.values()]
    profiles += [a.profile for a in baseline.accounts.values() if a.profile]
    for name in profiles:
        if name not in (*PROFILES, NONE):
            raise UsageError("unknown_profile", file=file, profile=name, known=", ".join((*PROFILES, NONE)))
    for values in (baseline.items, *(a.items for a in baseline.accounts.values())):
        for item, given in values.items():
            _checked(item, given, text, file)
    return baseline


def _checked(item: str, given: Mapping[str, Any], text: str, file: str) -> None:
    known = items()
    if item not in known:
        raise UsageError("unknown_item", file=file, item=item, known=", ".join(known))
    _wanted(item, given, text, file)


def _wanted(item: str, given: Mapping[str, Any], text: str = "", file: str = "") -> Wanted | None:
    kind = items()[item].wanted
    values = {k: v for k, v in given.items() if k not in (ON, SOURCE)}
    if item == PARAMETERS:
        tables = values.get("parameters", {})
        check(tables, text=text, file=file)
        values["parameters"] = as_aws_takes_them(tables)
    if kind is None:
        if values:
            raise UsageError("item_without_values", file=file, item=item, field=next(iter(values)))
        return None
    return formed(values, kind, text=text, file=file, invalid=INVALID, within=f"$.items.{item}")


def _agreed(
    of_estate: Mapping[str, Mapping[str, Any]], of_file: Mapping[str, Mapping[str, Any]], file: str
) -> dict[str, Mapping[str, Any]]:
    """The parameters of both files. Raises `UsageError` where they contradict each other: Security Hub would judge
    by other values than a scan."""
    for control, values in of_file.items():
        known = of_estate.get(control, {})
        for name, value in values.items():
            if name in known and known[name] != value:
                raise UsageError("parameters_contradict", file=file, control=control, name=name)
    return {c: {**of_estate.get(c, {}), **of_file.get(c, {})} for c in {**of_estate, **of_file}}


def resolve(baseline: Baseline, around: Around, *, file: str = "baseline.toml") -> list[Resolved]:
    """What is wanted of one account, item by item in the order of the set-up."""
    own = baseline.accounts.get(around.account, AccountBaseline())
    name = own.profile or baseline.environments.get(around.environment) or baseline.profile
    layers = [
        (f"profile {name}", profile(name)),
        (file, baseline.items),
        (f"{file}, account {around.account}", own.items),
    ]
    found = []
    for item, remedy in items().items():
        named = [(where, values[item]) for where, values in layers if item in values]
        merged: dict[str, Any] = {}
        for _, values in named:
            merged |= values
        if item == PARAMETERS:
            merged["parameters"] = _agreed(around.parameters, merged.get("parameters", {}), file)
        if not named or not merged.get(ON, True):
            continue
        wanted = _wanted(item, merged)
        told = {k: (v, where) for where, values in named for k, v in values.items() if k not in (ON, SOURCE)}
        defaults = msgspec.to_builtins(wanted) if wanted is not None else {}
        whole = {k: told.get(k, (v, f"profile {name}")) for k, v in defaults.items()}
        source = merged.get(SOURCE, file)
        said = source if isinstance(source, dict) else {"en": str(source), "ja": str(source)}
        found.append(Resolved(Item(item, remedy, wanted), said, whole))
    return found
