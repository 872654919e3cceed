"""What changed between two scans."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from ishigaki.core.finding import Finding, Status

Identity = tuple[str, str, str, str]


class Difference(msgspec.Struct, frozen=True):
    """Findings of the later scan, apart from `fixed` and `gone`, which are as the earlier scan had them.

    `fixed` pass now; `gone` failed then and are not told now (the resource went, or could not be seen).
    `reopened` had failed before, did not fail in the earlier scan, and fail now. `excepted` fail now, and an
    exception hides them; `by_policy` fail now, and the response policy suppresses them: these are in no other group.
    """

    new: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    reopened: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    excepted: tuple[Finding, ...] = ()
    by_policy: tuple[Finding, ...] = ()


def difference(
    before: Iterable[Finding],
    after: Iterable[Finding],
    *,
    failed_earlier: Iterable[Identity] = (),
    by_policy: Collection[Identity] = (),
) -> Difference:
    """Compare two scans. `failed_earlier` are identities that had failed at some time up to the earlier scan,
    `by_policy` those that the response policy suppresses in the later one."""
    then = {f.identity: f for f in before}
    now = {f.identity: f for f in after}
    known = set(failed_earlier)
    failed_now = [f for f in now.values() if f.status is Status.FAILED]
    failing_now = [f for f in failed_now if f.workflow != "SUPPRESSED"]
    quiet_now = [f for f in failed_now if f.workflow == "SUPPRESSED"]
    appeared = [f for f in failing_now if not _failed(then, f.identity)]
    ended = [f for f in then.values() if f.status is Status.FAILED and not _failed(now, f.identity)]
    return Difference(
        new=tuple(f for f in appeared if f.identity not in known),
        fixed=tuple(f for f in ended if _passed(now, f.identity)),
        reopened=tuple(f for f in appeared if f.identity in known),
        gone=tuple(f for f in ended if not _passed(now, f.identity)),
        remaining=tuple(f for f in failing_now if _failed(then, f.identity)),
        excepted=tuple(f for f in quiet_now if f.identity not in by_policy),
        by_policy=tuple(f for f in quiet_now if f.identity in by_policy),
    )


def _failed(findings: Mapping[Identity, Finding], identity: Identity) -> bool:
    found = findings.get(identity)
    return found is not None and found.status is Status.FAILED


def _passed(findings: Mapping[Identity, Finding], identity: Identity) -> bool:
    found = findings.get(identity)
    return found is not None and found.status is Status.PASSED
