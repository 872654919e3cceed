"""What an IAM user may do, as far as a stock-take says it: groups, policies, and whether that makes an administrator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ishigaki.core.identity_center import ADMINISTRATOR
from ishigaki.core.policy import grants_all
from ishigaki.core.unseen import Unseen
from ishigaki.flows.people_look import Looked
from ishigaki.services.iam.authorization import policy_in
from ishigaki.services.iam.identities.resources import Group
from ishigaki.services.iam.policies.controls import in_force
from ishigaki.services.iam.users.resources import User

Verdict = tuple[str, bool | None]  # a policy by its label, and whether it allows everything


class May(msgspec.Struct, frozen=True):
    """See `core.people.Person`. None is what was not seen."""

    groups: tuple[str, ...] | None = None
    policies: tuple[str, ...] | None = None
    boundary: str = ""
    admin: bool | None = None
    admin_by: tuple[str, ...] = ()


class Rights:
    """The policies of an account, each judged once however many users have it."""

    def __init__(self, looked: Looked) -> None:
        self._policies = {policy.id: policy for policy in looked.policies.seen}
        self._groups = {group.name: group for group in looked.groups.seen}
        self._of_groups: dict[str, list[Verdict] | None] = {}
        self._managed: dict[str, bool | None] = {}

    def of(self, user: User) -> May:
        """What a user may do. A group that was not seen leaves open whether it makes an administrator."""
        try:
            found = list(self._verdicts(user))
            groups = user.group_list
        except Unseen:
            return May()
        whole = True
        for name in groups:
            of_group = self._group(name)
            whole = whole and of_group is not None
            found += of_group or ()
        admin_by = tuple(label for label, verdict in found if verdict)
        sure = whole and all(verdict is not None for _, verdict in found)
        return May(
            groups,
            tuple(label for label, _ in found) if whole else None,
            user.boundary if "boundary" in user.seen() else "",
            True if admin_by else False if sure else None,
            admin_by,
        )

    def _group(self, name: str) -> list[Verdict] | None:
        if name not in self._of_groups:
            group = self._groups.get(name)
            try:
                found = [(f"group:{name}/{of}", v) for of, v in self._verdicts(group)] if group else None
            except Unseen:
                found = None
            self._of_groups[name] = found
        return self._of_groups[name]

    def _verdicts(self, holder: User | Group) -> Iterator[Verdict]:
        for attached in holder.attached_managed_policies:
            yield attached.policy_arn, self._is_whole(attached.policy_arn)
        for inline in holder.inline_policies:
            yield f"inline:{inline.policy_name}", _allows_everything(inline.policy_document)

    def _is_whole(self, arn: str) -> bool | None:
        """Whether a managed policy allows everything. Of AWS's own that is one."""
        if arn not in self._managed:
            self._managed[arn] = self._judged(arn)
        return self._managed[arn]

    def _judged(self, arn: str) -> bool | None:
        if ":iam::aws:" in arn:
            return arn.endswith(ADMINISTRATOR)
        policy = self._policies.get(arn)
        try:
            return grants_all(in_force(policy)).is_true if policy else None
        except Unseen:
            return None


def _allows_everything(document: Any) -> bool | None:
    try:
        return grants_all(policy_in(document, of="inline policy")).is_true
    except Unseen:
        return None
