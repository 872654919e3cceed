"""The embedded estate: started, furnished, described in an estate file, and gone at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ishigaki.core.usage import UsageError
from ishigaki.demo.company import MARK, estate
from ishigaki.demo.emulator.server import start
from ishigaki.demo.furnish import furnish
from ishigaki.demo.surroundings import aws_is_at, signed_in, without_aws


@contextmanager
def embedded(file: Path, *, language: str) -> Iterator[None]:
    """Inside, AWS is the invented company, this process has a user's credentials there, and `file` is its
    estate file. No process is left at the end. Raises `UsageError` where `file` is somebody else's.
    """
    _write(file, estate(language))
    with without_aws():
        emulator = start()
        try:
            aws_is_at(emulator.url)
            keys = furnish(emulator.url)
            signed_in(keys.access_key, keys.secret_key)
            yield
        finally:
            emulator.stop()


def _write(file: Path, text: str) -> None:
    if file.exists() and not file.read_text(encoding="utf-8").startswith(MARK):
        raise UsageError("file_exists", file=str(file))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
