"""RDS: how parameters of a group are set, and how that is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen

Shown = Mapping[str, Any]
OF_CLUSTERS = "DBClusterParameterGroup"
OF_INSTANCES = "DBParameterGroup"


@dataclass(frozen=True)
class Setting:
    """The parameters as AWS will show them, the call that sets them, and those that take it back."""

    after: list[Shown]
    call: Call
    undo: tuple[Call, ...]


def is_default(group: str) -> bool:
    """Whether it is one of AWS's own groups, which nobody can change."""
    return group.startswith("default.")


def setting(kind: str, group: str, shown: Sequence[Shown], values: Mapping[str, str]) -> Setting:
    """These values set at once in a group (`OF_CLUSTERS` or `OF_INSTANCES`) of which AWS shows `shown`.

    What somebody had set is set back, what nobody had is reset.
    """
    before = [each for each in shown if each["ParameterName"] in values]
    after = [each if each not in before else _set(each, values) for each in shown]
    sent = [_sent(name, value) for name, value in values.items()]
    return Setting(after, _call("Modify", kind, group, sent), tuple(_back(kind, group, before)))


def _set(parameter: Shown, values: Mapping[str, str]) -> Shown:
    return {**parameter, "ParameterValue": values[parameter["ParameterName"]], "Source": "user"}


def _back(kind: str, group: str, before: Sequence[Shown]) -> Iterator[Call]:
    ours = [each for each in before if _is_ours(each)]
    others = [each for each in before if each not in ours]
    if ours:
        yield _call("Modify", kind, group, [_sent(p["ParameterName"], p["ParameterValue"]) for p in ours])
    if others:
        yield _call("Reset", kind, group, [_sent(p["ParameterName"]) for p in others])


def _is_ours(parameter: Shown) -> bool:
    """Whether somebody has set it. Raises `Unseen` where AWS does not say."""
    if "Source" not in parameter:
        raise Unseen(f"Source of {parameter['ParameterName']}", NOT_IN_ANSWER)
    return parameter["Source"] == "user" and bool(parameter.get("ParameterValue"))


def _sent(name: str, value: str = "") -> Shown:
    sent = {"ParameterName": name, "ApplyMethod": "immediate"}
    return {**sent, "ParameterValue": value} if value else sent


def _call(act: str, kind: str, group: str, parameters: list[Shown]) -> Call:
    named: dict[str, Any] = {f"{kind}Name": group, "Parameters": parameters}
    return call("rds", f"{act}{kind}", **named)
