"""Options that several commands share, and what they become."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from ishigaki.cli.language import choose, language, words
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.aws.access import Access
    from ishigaki.core.destination import Destination
    from ishigaki.core.estate import Answer, Estate
    from ishigaki.core.response import Policy
    from ishigaki.core.waiver import Waiver
    from ishigaki.standards.choice import Ask
    from ishigaki.store.snapshots import ScanHeader

F = TypeVar("F", bound=Callable[..., Any])
HERE = Path("estate.toml")
WAIVERS = Path("waivers.toml")
POLICY = Path("policy.toml")
NOTIFY = Path("notify.toml")
STORE = Path(".ishigaki")
LOOKS = "baseline"  # below the store: looks of `ishigaki baseline`, which are no scans to judge or compare


def common(command: F) -> F:
    """The options of every command that looks at a store or an estate."""
    for option in (
        click.option(
            "--lang",
            type=click.Choice(["en", "ja"]),
            help="Language of messages (default: by estate or locale).",
        ),
        click.option(
            "--store",
            type=click.Path(path_type=Path, file_okay=False),
            default=STORE,
            show_default=True,
            help="Where snapshots and findings are kept.",
        ),
    ):
        command = option(command)
    return command


profiled = click.option("--profile", default="", help="AWS profile to use (default: as the AWS CLI).")
of_accounts = click.option(
    "--account", "only_accounts", multiple=True, metavar="ID", help="Only this account (repeatable)."
)
in_estate = click.option(
    "--estate",
    "estate_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Estate file (default: estate.toml, where there is one).",
)
in_form = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
to_file = click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file instead."
)
plan_to_file = click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan to this file."
)


def reaching(command: F) -> F:
    """The options of every command that reaches AWS."""
    for option in (profiled, of_accounts, in_estate):
        command = option(command)
    return command


def beginning(default: Path) -> Callable[[F], F]:
    """The options of every command that begins a file which a person goes on with."""

    def options(command: F) -> F:
        for option in (
            click.option(
                "--lang",
                type=click.Choice(["en", "ja"]),
                help="Language of its comments (default: by locale).",
            ),
            click.option(
                "-o",
                "--out",
                type=click.Path(path_type=Path),
                default=default,
                show_default=True,
                help="Where to write it.",
            ),
        ):
            command = option(command)
        return command

    return options


def choosing(command: F) -> F:
    """The options that choose controls."""
    for option in (
        click.option(
            "--severity",
            "severities",
            multiple=True,
            type=click.Choice(["CRITICAL", "HIGH", "MEDIUM", "LOW"], case_sensitive=False),
            help="Only controls of this severity (repeatable).",
        ),
        click.option(
            "--control",
            "globs",
            multiple=True,
            metavar="GLOB",
            help="Only these controls, for example 'S3.*' (repeatable).",
        ),
        click.option(
            "--standard",
            "standards",
            multiple=True,
            metavar="NAME",
            help="Judge by this standard: fsbp, cis_1_2, cis_1_4, cis_3_0, cis_5_0, fsbp_2022_07, must_fix, "
            "eight_exposures, seven_checks, ten_practices (repeatable; default: fsbp and cis_5_0).",
        ),
    ):
        command = option(command)
    return command


def chosen_of(
    standards: tuple[str, ...],
    globs: tuple[str, ...],
    severities: tuple[str, ...],
    estate: Estate | None = None,
) -> Ask:
    """The controls that the options choose, or else the estate, by the parameters that it sets."""
    from ishigaki.core.finding import Severity
    from ishigaki.standards.choice import choose as chosen

    return chosen(
        names=standards or (estate.estate.standards if estate else ()),
        globs=globs,
        severities=[Severity(s.upper()) for s in severities],
        parameters=estate.parameters if estate else {},
    )


def kept_of(
    header: ScanHeader,
    standards: tuple[str, ...],
    globs: tuple[str, ...],
    severities: tuple[str, ...],
    estate: Estate | None = None,
) -> Ask:
    """What the options choose of a kept scan: all that it asked, if they choose nothing. It is judged by the
    parameters of the estate, or where there is none by those of then."""
    from msgspec.structs import replace

    from ishigaki.core.finding import Severity
    from ishigaki.flows.scan import asked_again
    from ishigaki.standards.choice import choose as chosen

    parameters = estate.parameters if estate else header.parameters
    if not (standards or globs or severities):
        return asked_again(header, parameters)
    names = standards or (() if globs else header.standards)
    worst = [Severity(s.upper()) for s in severities]
    asked = chosen(names=names, globs=globs, severities=worst, parameters=parameters)
    return replace(asked, missing=header.missing)


def excepting(command: F) -> F:
    """The option of every command whose result exceptions bear on."""
    option = click.option(
        "--waivers",
        "waivers_file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="File of exceptions (default: waivers.toml, where there is one).",
    )
    return option(command)


def waivers_of(file: Path | None, estate: Estate | None) -> tuple[Waiver, ...]:
    """The exceptions of the options. Raises `UsageError`."""
    path = file or (WAIVERS if WAIVERS.is_file() else None)
    if path is None:
        return ()
    from ishigaki.flows import waivers

    return waivers.read(path, now=now(), four_eyes=not (estate and estate.estate.one_person))


notifying = click.option(
    "--notify",
    "notify_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of destinations (default: notify.toml, where there is one).",
)


def destinations_of(file: Path | None) -> tuple[Destination, ...]:
    """The destinations of the options; none where there is no file. Raises `UsageError`."""
    path = file or (NOTIFY if NOTIFY.is_file() else None)
    if path is None:
        return ()
    from ishigaki.flows import destinations

    return destinations.read(path)


def deciding(command: F) -> F:
    """The option of every command that the response policy decides in."""
    option = click.option(
        "--policy",
        "policy_file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Response policy (default: policy.toml, where there is one, on top of the shipped policy).",
    )
    return option(command)


def policy_of(file: Path | None, estate: Estate | None) -> Policy:
    """The response policy of the options, by default the shipped one. Raises `UsageError`."""
    from ishigaki.flows import policy

    return own_policy_of(file, estate) or policy.default()


def own_policy_of(file: Path | None, estate: Estate | None) -> Policy | None:
    """The user's response policy, on top of the shipped one; None where there is none. What nobody has written down
    suppresses nothing: the shipped policy alone changes no score. Raises `UsageError`."""
    path = file or (POLICY if POLICY.is_file() else None)
    if path is None:
        return None
    from ishigaki.flows import policy

    return policy.read(path, four_eyes=not (estate and estate.estate.one_person))


def estate_of(file: Path | None, lang: str | None) -> Estate | None:
    """The estate of the options, and with it the language."""
    from ishigaki.flows import estate

    choose(lang or "")
    path = file or (HERE if HERE.is_file() else None)
    found = estate.read(path) if path else None
    choose(lang or "", found.estate.language if found else "")
    return found


def answers_of(estate: Estate | None) -> tuple[Answer, ...]:
    """What people answered to the questions of checklists."""
    return estate.answers if estate else ()


def access_of(profile: str, estate: Estate | None, store: Path) -> Access:
    """The way into AWS. Raises `UsageError` where the credentials do not even begin to work."""
    from ishigaki.aws.access import Access
    from ishigaki.store.folder import salt

    with entering():
        return Access(profile=profile, home=estate.estate.home_region if estate else "", salt=salt(store))


@contextmanager
def entering() -> Iterator[None]:
    """Where AWS is entered: credentials that cannot be used are a mistake, told with its remedy."""
    from ishigaki.aws.access import NoEntry

    try:
        yield
    except NoEntry as no:
        remedies = {"ProfileNotFound": "remedy_profile", "NoCredentials": "remedy_credentials"}
        remedy = words(remedies.get(no.code, "remedy_sign_in"))
        raise UsageError("no_entry", code=no.code, detail=no.message, remedy=remedy) from None


def now() -> datetime:
    """The moment of this run, in UTC."""
    return datetime.now(UTC)


def zone_of(estate: Estate | None) -> tzinfo:
    """The zone in which people are told times: the estate's (Japan's where it speaks Japanese and names none); else
    Japan's for Japanese readers, and for everybody else the machine's own."""
    named = estate.estate.time_zone if estate else ""
    if named or "ja" in (language(), estate.estate.language if estate else ""):
        return ZoneInfo(named or "Asia/Tokyo")
    return now().astimezone().tzinfo or UTC
