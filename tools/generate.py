"""Write what follows from the declarations: the tables of reads and writes, the references, the permissions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import msgspec

from ishigaki.baselines import access
from ishigaki.baselines.desired import Baseline
from ishigaki.cli.commands import COMMANDS, program
from ishigaki.core.change import Act, Change, Skip
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.estate import Account, Answer, Estate, Intake, Milestone, Rule, Run, Settings
from ishigaki.core.estate import People as StockTake
from ishigaki.core.grant import Grant
from ishigaki.core.population import Population
from ishigaki.core.proposal import changes_of
from ishigaki.core.reads import IDENTITY_OF_FINDING, Reads, reads_of, spied
from ishigaki.core.reasons import Reason
from ishigaki.core.remediation import Case, Remediation
from ishigaki.core.resource import Resource
from ishigaki.core.response import Suppression
from ishigaki.core.response_file import Digest, FirstSummary, People, PolicyFile, Reminders, Written
from ishigaki.core.retirement import Waits
from ishigaki.core.secret import Allowed
from ishigaki.core.waiver import Waiver
from ishigaki.core.world import World
from ishigaki.flows.permissions import of_baseline, of_chosen, of_hub
from ishigaki.services import controls, key, remedies
from ishigaki.standards.choice import choose, with_fixes
from ishigaki.standards.permissions import permissions
from ishigaki.standards.write_permissions import grants_of_change, merged, policies
from tools.controls import reference_of
from tools.remediations import page_of
from tools.verbatim import world_of

ROOT = Path(__file__).parent.parent
POLICY: tuple[tuple[str, type[msgspec.Struct]], ...] = (
    ("[[rows]]", Written),
    ("[people]", People),
    ("[reminders]", Reminders),
    ("[digest]", Digest),
    ("[first_summary]", FirstSummary),
    ("[[suppressions]]", Suppression),
)
EXIT_CODES = (
    (0, "the view is complete, and nothing asked for made it fail"),
    (
        1,
        (
            "a finding at or above `--fail-on` failed; `waivers check`: an exception has expired; `policy check`: something "
            "is odd; `people reasons check`: a user has no reason in force; `secrets scan`: a key was found"
        ),
    ),
    (2, "a mistake in how the command was used: one line says what to do"),
    (3, "the view is incomplete: something could not be read; beats 1"),
    (
        4,
        (
            "something is still to be done: `plan`, `baseline plan`, `access plan`, `people retire` and `undo --out` show "
            "planned changes; `apply`, `baseline apply`, `access apply` and `undo` did not end with every permitted change proven, or were permitted none of "
            "those planned; `baseline check` or `access check` found an item that differs"
        ),
    ),
    (130, "interrupted; what had been read, and the journal of what was changed, are kept"),
)


ACCESS: tuple[tuple[str, type[msgspec.Struct]], ...] = (
    ("access.toml", access.Access),
    ("[identity_center]", access.IdentityCenter),
    ("[saml]", access.Saml),
    ("[oidc]", access.Oidc),
    ("[jump]", access.Jump),
    ("[permission_sets.NAME]", access.PermissionSet),
    ("[[assignments]]", access.Assignment),
)
MOST = 100  # changes that a remediation plans for one example before it is taken to plan for ever


def recorded_reads() -> dict[str, dict[str, list[str]]]:
    """For each control, each type's members that its examples read."""
    table: dict[str, dict[str, list[str]]] = {}
    for control in controls().values():
        by_type: dict[str, set[str]] = {}
        for example in control.examples:
            for kind, name in reads_of(control, example):
                by_type.setdefault(key(kind), set()).add(name)
        table[control.id] = {k: sorted(v) for k, v in sorted(by_type.items())}
    return table


def reads_text() -> str:
    return json.dumps(recorded_reads(), indent=1, sort_keys=True) + "\n"


def recorded_writes() -> dict[str, dict[str, object]]:
    """For each remediation what planning it reads, and the IAM actions of its steps and their undo."""
    return {remedy.name: _writes(remedy) for remedy in sorted(remedies().values(), key=lambda r: r.name)}


def _writes(remedy: Remediation) -> dict[str, object]:
    read: Reads = set()
    permissions: set[str] = set()
    undo: set[str] = set()
    looks: set[str] = set()
    grants: list[Grant] = []
    for case in remedy.examples:
        # What it reads may depend on how much of its own work is done: after each of its changes it is asked again.
        world: World | None = world_of(case.subject, case.given, remedy.kinds)
        for _ in range(MOST):
            if world is None:
                break
            first = next((s for s in _said(remedy, case, world, read) if isinstance(s, Change)), None)
            if first is not None:
                read |= _owned_by(first)
                grants += grants_of_change(_plain(first))
                for step in first.steps:
                    seen = [s.call for s in (step.found, step.until) if s is not None]
                    looks |= {p for c in seen for p in c.permissions}
                    permissions |= set(step.call.permissions)
                    undo |= {p for c in step.undo for p in c.permissions}
            world = world.after(_plain(first)) if first is not None else None
        if world is not None:
            raise ValueError(f"{remedy.name} plans again and again after its own changes")
    reads: dict[str, set[str]] = {}
    for kind, name in read:
        if name not in IDENTITY_OF_FINDING:
            reads.setdefault(key(kind), set()).add(name)
    return {
        "reads": {k: sorted(v) for k, v in sorted(reads.items())},
        "permissions": sorted(permissions),
        "undo": sorted(undo),
        "looks": sorted(looks),
        "grants": msgspec.to_builtins(merged(grants)),
    }


def _said(remedy: Remediation, case: Case, world: World, read: Reads) -> list[Change | Skip]:
    seen = watched(world, read)
    found = next(
        (
            (p, r)
            for p, r in seen.subjects(remedy.subjects)
            if r.id == case.subject.id and r.region == case.subject.region
        ),
        None,
    )
    if found is None:
        return []
    wanted = case.wanted or remedy.aim
    return changes_of(
        remedy, seen, found, around=case.around, wanted=wanted, asked=case.asked, now=EXAMPLE_NOW
    )


def _owned_by(change: Change) -> Reads:
    """The tags of what a change touches tell whose it is."""
    existing = [e.resource for e in change.effects if e.act is not Act.CREATE]
    return {(plain_kind(r), "tags") for r in existing if r.listed_by is not None}


def _plain(change: Change) -> Change:
    """The change on things that note nothing."""
    effects = tuple(replace(e, resource=unspied(e.resource)) for e in change.effects)
    return replace(change, effects=effects)


def unspied(resource: Resource) -> Resource:
    made = object.__new__(plain_kind(resource))
    made.__dict__.update(resource.__dict__)
    return made


def watched(world: World, into: Reads) -> World:
    """The world with every thing noting what is read of it."""
    places = {
        place: {k: Population([spied(r, into) for r in p.seen], p.gaps) for k, p in kinds.items()}
        for place, kinds in world.places.items()
    }
    return World(places, world.missing)


def plain_kind(resource: Resource) -> type[Resource]:
    """The declared type of a thing that may note what is read of it."""
    kind = type(resource)
    return next(k for k in kind.__mro__ if k.__module__.startswith("ishigaki.services"))


def writes_text() -> str:
    return json.dumps(recorded_writes(), indent=1, sort_keys=True) + "\n"


def commands_text() -> str:
    """Every command with its options, the settings of the estate file, and the exit codes."""
    parts = ["# Commands, settings, exit codes\n\nWritten by `make generate`; a test keeps it current.\n"]
    parts += _commands()
    parts.append("## estate.toml\n")
    for title, struct in (
        ("[estate]", Settings),
        ("[[accounts]]", Account),
        ("[[rules]]", Rule),
        ("[[answers]]", Answer),
        ("[run]", Run),
        ("[intake]", Intake),
        ("[people]", StockTake),
        ("[[people.goal]]", Milestone),
        ("[people.retire]", Waits),
    ):
        parts.append(_table(title, struct))
    parts.append(
        f"`[environments]` maps own words to `production` or `non-production`. {(Estate.__doc__ or '').strip()}\n"
    )
    parts += ["## waivers.toml\n", _table("[[waivers]]", Waiver)]
    parts += ["## policy.toml\n", f"{(PolicyFile.__doc__ or '').strip()}\n"]
    parts += [_table(title, struct) for title, struct in POLICY]
    parts += ["## access.toml\n", *(_table(title, struct) for title, struct in ACCESS)]
    parts += ["## people.toml\n", _table("[[keep]]", Reason)]
    parts += ["## secrets.toml\n", _table("[[allow]]", Allowed)]
    parts.append(
        "## Exit codes\n\n" + "\n".join(f"- **{code}**: {meaning}" for code, meaning in EXIT_CODES) + "\n"
    )
    return "\n".join(parts)


def _table(title: str, struct: type[msgspec.Struct]) -> str:
    """A table of a settings file: what it means, and its keys."""
    fields = msgspec.structs.fields(struct)
    rows = "\n".join(f"- `{f.encode_name}`{'' if f.required is False else ' (required)'}" for f in fields)
    return f"### {title}\n\n{(struct.__doc__ or '').strip()}\n\n{rows}\n".replace("\n\n\n", "\n\n")


def _commands() -> Iterator[str]:
    shown = {**program.context_settings, "max_content_width": 100, "terminal_width": 100}
    root = click.Context(program, info_name="ishigaki", **shown)
    for name in COMMANDS:
        command = program.get_command(root, name)
        if command is not None:
            yield from _helps(
                command, click.Context(command, info_name=name, parent=root, terminal_width=100)
            )


def _helps(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _helps(inner, click.Context(inner, info_name=name, parent=context, terminal_width=100))


def permissions_text() -> str:
    """The IAM actions of the default scan; for the standard baseline and for the default controls what apply reads
    and the policies that it writes by; and what Security Hub as a source and writing back to it need."""
    table: dict[str, object] = {"scan": list(permissions(with_fixes(choose())))}
    for name, needs in (("baseline", of_baseline(Baseline())), ("controls", of_chosen(choose()))):
        table[f"apply {name}"] = {"write": policies(needs.write), "read": list(needs.read)}
    table["hub"] = of_hub()
    return json.dumps(table, indent=1) + "\n"


GENERATED: Mapping[str, Callable[[], str]] = {
    "src/ishigaki/services/reads.json": reads_text,
    "src/ishigaki/services/writes.json": writes_text,
    "docs/commands.md": commands_text,
    "docs/permissions.json": permissions_text,
    "docs/controls.en.md": partial(reference_of, "en"),
    "docs/controls.ja.md": partial(reference_of, "ja"),
    "docs/remediations.md": partial(page_of, "en"),
    "docs/remediations.ja.md": partial(page_of, "ja"),
}


if __name__ == "__main__":
    for path, text in GENERATED.items():
        (ROOT / path).write_text(text(), encoding="utf-8")
