"""L5, the exact step: every AWS CLI command in a text exists, with its options, and says the same in both languages."""

from __future__ import annotations

import re

import pytest
from botocore import xform_name

from ishigaki.core.control import Control
from ishigaki.texts import LANGUAGES, control_text
from tests.laws.declarations import CONTROLS, service_model

COMMAND = re.compile(r"aws ([a-z0-9-]+) ([a-z0-9-]+)")
OPTION = re.compile(r"--([a-z0-9-]+)")
SERVICES = {"s3api": "s3", "configservice": "config", "deploy": "codedeploy"}
# What the CLI offers beyond the API: options of its own, and those that stand for several members.
OWN_OPTIONS: dict[str, frozenset[str]] = {
    "": frozenset({"region", "profile", "query", "output"}),
    "authorize-security-group-ingress": frozenset({"protocol", "port", "cidr"}),
    "revoke-security-group-ingress": frozenset({"protocol", "port", "cidr", "source-group"}),
    "revoke-security-group-egress": frozenset({"protocol", "port", "cidr"}),
    "create-network-acl-entry": frozenset({"ingress"}),
    "replace-network-acl-entry": frozenset({"ingress"}),
    "delete-network-acl-entry": frozenset({"ingress"}),
    "put-configuration-recorder": frozenset({"recording-group", "recording-mode"}),
    "subscribe": frozenset({"notification-endpoint"}),
}


def commands(text: str) -> list[tuple[str, str, set[str]]]:
    """Service, operation and options of each command; options reach to the next command."""
    found = []
    for part in re.split(r"(?=\baws [a-z0-9-]+ [a-z0-9-]+)", text):
        if match := COMMAND.match(part):
            found.append((match.group(1), match.group(2), set(OPTION.findall(part))))
    return found


def known_options(service: str, operation: str) -> set[str]:
    model = service_model(SERVICES.get(service, service))
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    assert operation in operations, f"aws {service} {operation} does not exist"
    shape = model.operation_model(operations[operation]).input_shape
    members = dict(shape.members) if shape else {}
    options = {xform_name(name, "-") for name in members}
    switches = {f"no-{xform_name(n, '-')}" for n, m in members.items() if _switch(m)}
    return options | switches | OWN_OPTIONS[""] | OWN_OPTIONS.get(operation, frozenset())


def _switch(shape: object) -> bool:
    """A boolean, or EC2's structure of one boolean value, is switched off by `--no-…`."""
    kind = getattr(shape, "type_name", "")
    return kind == "boolean" or (kind == "structure" and set(getattr(shape, "members", ())) == {"Value"})


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: c.id)
def test_the_commands_of_a_text_exist(control: Control) -> None:
    text = control_text(control.id)
    for part in ("fix", "breaks"):
        for language in LANGUAGES:
            for service, operation, options in commands(getattr(text, part)[language]):
                unknown = options - known_options(service, operation)
                assert not unknown, f"{part}.{language}: aws {service} {operation} has no {sorted(unknown)}"


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: c.id)
def test_both_languages_give_the_same_commands(control: Control) -> None:
    fix = control_text(control.id).fix
    said = [sorted((s, o, sorted(options)) for s, o, options in commands(fix[lang])) for lang in LANGUAGES]
    assert said[0] == said[1]
