"""Inspector: what can be put right."""

from __future__ import annotations

from collections.abc import Sequence

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, Until, alters, change, note, skip, step
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.core.remediation import Case, Remediation, Wanted, leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.inspector2.controls import NOTHING
from ishigaki.services.inspector2.resources import DelegatedAdministrator, Scanning

# For each kind of scan what Enable takes, and where BatchGetAccountStatus shows it.
NAMES = {
    "ec2": ("EC2", "ec2"),
    "ecr": ("ECR", "ecr"),
    "lambda_standard": ("LAMBDA", "lambda"),
    "lambda_code": ("LAMBDA_CODE", "lambdaCode"),
}
BASIS = {"lambda_code": "lambda_standard"}  # code is scanned only where packages are
UNDER_WAY = ("ENABLED", "ENABLING")
ENABLING_SECONDS = 300


class ScanWanted(Wanted, frozen=True):
    """Whether the scan may be switched on, which costs by what is scanned. Source: R18 (security services under
    5 % of the cost, shown before): somebody agrees to it first."""

    agreed: bool = False


AGREED = ScanWanted(agreed=True)
# What the baseline calls each kind of scan.
ITEMS = {
    "ec2": "inspector_instances",
    "ecr": "inspector_images",
    "lambda_standard": "inspector_functions",
    "lambda_code": "inspector_code",
}
OFF = Scanning(status=NOTHING, members_managed=())
ADMINISTRATOR = DelegatedAdministrator(
    id="AWS::::Account:444455556666", name="444455556666", account="444455556666"
)
ITSELF = DelegatedAdministrator(id=f"AWS::::Account:{OFF.account}", name=OFF.account)


def scanning(name: str, kind: str) -> Remediation:
    """The remediation that switches on one kind of scan."""

    def switch_on(
        here: Scanning, administrators: Given[DelegatedAdministrator], wanted: ScanWanted
    ) -> Changes:
        if getattr(here.status, kind) in UNDER_WAY:
            return
        other = next((a for a in administrators if a.name != here.account), None)
        missing = [k for k in (BASIS.get(kind), kind) if k and getattr(here.status, k) not in UNDER_WAY]
        if other is not None:
            yield skip("managed_by_administrator", account=other.name)
        elif not wanted.agreed:
            types = " ".join(NAMES[k][0] for k in missing)
            yield skip("inspector_costs", types=types, region=here.region, item=ITEMS[kind])
        else:
            yield _scanned(here, missing)

    switch_on.__name__ = name
    switch_on.__doc__ = f"Switches on Inspector's {kind} scanning in the account, once its cost is agreed to."
    return remediation(disruption=Disruption.LOW, examples=_examples(kind))(switch_on)


def _examples(kind: str) -> tuple[Case, ...]:
    def with_status(status: str) -> Scanning:
        return replace(OFF, status=replace(NOTHING, **{kind: status}))

    return (
        mends(OFF, wanted=AGREED),
        mends(OFF, ITSELF, wanted=AGREED),
        leaves(with_status("ENABLED"), wanted=AGREED),
        leaves(with_status("ENABLED")),
        leaves(with_status("ENABLING"), wanted=AGREED),
        leaves(OFF, skip="inspector_costs"),
        leaves(OFF, ADMINISTRATOR, wanted=AGREED, skip="managed_by_administrator"),
    )


def _scanned(here: Scanning, kinds: Sequence[str]) -> Change:
    before = said(here, "status")
    members = [NAMES[k][1] for k in kinds]
    types = [NAMES[k][0] for k in kinds]
    switch_on = step(
        "switch_on",
        _call("Enable", here, types),
        undo=_call("Disable", here, types),
        until=_until(here, members[-1]),
    )
    return change(
        alters(here, status={**before, **{m: {**before[m], "status": "ENABLED"} for m in members}}),
        steps=[switch_on],
        notes=(
            note("inspector_charges"),
            *((note("ecr_rules_go", region=here.region),) if "ecr" in kinds else ()),
        ),
        for_good="ecr" in kinds,
    )


def _call(operation: str, here: Scanning, types: list[str]) -> Call:
    allowed = (
        f"inspector2:{operation}",
        *(("iam:CreateServiceLinkedRole",) if operation == "Enable" else ()),
    )
    return call("inspector2", operation, permission=allowed, accountIds=[here.account], resourceTypes=types)


def _until(here: Scanning, member: str) -> Until:
    shown = call("inspector2", "BatchGetAccountStatus", accountIds=[here.account])
    return Until(shown, f"accounts[0].resourceState.{member}.status", ("ENABLED",), ENABLING_SECONDS)


scan_instances = scanning("scan_instances", "ec2")
scan_images = scanning("scan_images", "ecr")
scan_function_code = scanning("scan_function_code", "lambda_code")
scan_functions = scanning("scan_functions", "lambda_standard")

REMEDIATIONS = {
    "Inspector.1": scan_instances,
    "Inspector.2": scan_images,
    "Inspector.3": scan_function_code,
    "Inspector.4": scan_functions,
}
