"""The entry: answers `--version` before any import, and turns every end into an exit code.

0 · 1 findings at or above `--fail-on` · 2 usage · 3 incomplete view (beats 1) · 4 changes pending or partly
applied · 130 interrupted. This package is the one place of late imports: a command imports its flow when it
runs, so that help and errors do not wait for what they do not use.
"""

from __future__ import annotations

import gc
import os
import sys

from ishigaki import __version__

USAGE, INCOMPLETE, INTERRUPTED = 2, 3, 130


def run() -> None:
    """The program `ishigaki`."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"ishigaki {__version__}\n")
        return
    # What imports make stays: looking for cycles in it every 700 objects is a tenth of a short command's time.
    gc.set_threshold(10_000)
    from ishigaki.core.guarded import guarded

    if os.environ.get("ISHIGAKI_DEBUG"):
        sys.exit(_run())
    sys.exit(guarded(_run, crashed=_bug))


def _run() -> int:
    import click

    from ishigaki.cli.commands import program
    from ishigaki.cli.language import say
    from ishigaki.core.usage import UsageError

    try:
        return int(program.main(standalone_mode=False) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return USAGE
    except UsageError as wrong:
        say(wrong.code, err=True, **wrong.facts)
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - whoever read our output has gone
        return 0


def _bug(bug: Exception) -> int:
    from ishigaki.cli.language import say

    say("bug", err=True, detail=f"{type(bug).__name__}: {bug}")
    return INCOMPLETE
