"""What AWS publishes about its controls, the same of our own, and what a standard is: facts, not rules."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ishigaki.core.finding import Severity

OWN = "Ishigaki."  # what the ids of controls of our own begin with


class ControlFacts(msgspec.Struct, frozen=True):
    """One row of the catalogue. `subjects` are resource types, or `account` / `account_region`; `when_empty` is what
    AWS says where no such resource exists: `passed`, `failed` or `no_data`; `schedule` when Security Hub looks again:
    on `change` (within minutes), `periodic` (within 24 hours), or `both`; `parameters` are those that an account may
    set, with Security Hub's own value (none: empty)."""

    id: str
    severity: Severity
    category: str
    subjects: tuple[str, ...]
    when_empty: str
    standards: tuple[str, ...]
    retired: bool
    schedule: str
    title_en: str
    title_ja: str
    parameters: Mapping[str, str] = {}

    @property
    def own(self) -> bool:
        """Whether it is a control of this product, which AWS does not know."""
        return self.id.startswith(OWN)

    @property
    def reference(self) -> str:
        """AWS's page about it; empty for a control of our own."""
        return "" if self.own else f"https://docs.aws.amazon.com/console/securityhub/{self.id}/remediation"


class Standard(msgspec.Struct, frozen=True):
    """A standard, or a checklist: control ids, with a variant where its control meant something else then."""

    id: str
    title_en: str
    title_ja: str
    controls: tuple[str, ...]
    severities: Mapping[str, Severity] = {}


Catalogue = Mapping[str, ControlFacts]


def plain(control: str) -> str:
    """The id of a control without its variant: `EC2.21@2022` is `EC2.21`."""
    return control.partition("@")[0]


def order(control: str) -> tuple[str, int, str]:
    """Sorting key of control ids: by service, then by number."""
    name, _, variant = control.partition("@")
    service, _, number = name.rpartition(".")
    return service, int(number) if number.isdigit() else 0, variant
