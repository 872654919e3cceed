"""Kingfisher, for secrets of other makers than AWS: in process, its network features (validation, revocation) unused.

Part of the extra `secrets`; to be imported only where it is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kingfisher_sdk import Rules, ScanInput, Scanner

from ishigaki.core.keyforms import Found

OURS = (
    "aws-"  # AWS's keys are found by ourselves: of the engine's rules for them one needs both halves (ADR 18)
)


def finder() -> Callable[[str, str], list[Found]]:
    """What finds secrets in the text of a file, given its path."""
    scanner = Scanner(Rules())

    def find(path: str, text: str) -> list[Found]:
        return list(_found(scanner, path, text))

    return find


def _found(scanner: Scanner, path: str, text: str) -> Iterator[Found]:
    data = text.encode("utf-8", "replace")
    for finding in scanner.scan_input(ScanInput(path=path, data=data)):
        rule = finding.rule_id.partition(".")[2] or finding.rule_id
        if not finding.visible or rule.startswith(OURS):
            continue
        start, end = finding.location["start_offset"], finding.location["end_offset"]
        begin = len(data[:start].decode("utf-8", "replace"))
        length = len(data[start:end].decode("utf-8", "replace"))
        yield Found(rule, begin, begin + length, finding.secret)
