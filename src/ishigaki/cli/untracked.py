"""What the user's policy tells once or leaves alone, said where it is planned or counted all the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from ishigaki.cli.language import say
from ishigaki.cli.options import now

if TYPE_CHECKING:
    from ishigaki.core.plan import Plan
    from ishigaki.core.response import Policy
    from ishigaki.core.waiver import Waiver
    from ishigaki.flows.scan import Outcome
    from ishigaki.standards.choice import Ask

MOST = 12  # controls named; the rest is a number


def tagged_by(asked: Ask, policy: Policy | None) -> Collection[str]:
    """The controls of whose things the policy asks the tags."""
    if policy is None:
        return ()
    from ishigaki.flows.policy import by_tag

    return by_tag(asked, policy)


def tell_untracked(
    outcome: Outcome,
    waivers: Sequence[Waiver],
    policy: Policy | None,
    *,
    accounts: Collection[str] = (),
    controls: Collection[str] | None = None,
) -> None:
    """How many failures the policy does not have tracked, of which controls; of these accounts and controls alone.
    Nothing where nobody has written a policy."""
    if policy is None:
        return
    from ishigaki.core.catalogue import order, plain
    from ishigaki.core.response import Decision
    from ishigaki.flows.policy import under
    from ishigaki.flows.waivers import lay

    _, overlay = under(*lay(outcome, waivers, now=now()), policy)
    found = [
        plain(f.control)
        for f in overlay.findings
        if isinstance(overlay.hidden.get(f.identity), Decision)
        and (not accounts or f.account in accounts)
        and (controls is None or f.control in controls)
    ]
    if not found:
        return
    names = sorted(set(found), key=order)
    rest = f", … ({len(names)})" if len(names) > MOST else ""
    say("untracked", err=True, count=len(found), controls=", ".join(names[:MOST]) + rest)


def planned_controls(plan: Plan) -> set[str]:
    """The controls that a plan is about."""
    return {c for change in plan.changes for c in change.serves} | {left.control for left in plan.left}
