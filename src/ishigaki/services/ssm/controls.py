"""Systems Manager: what is required."""

from __future__ import annotations

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, some
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.ssm.resources import (
    AssociationCompliance,
    Document,
    Machine,
    ManagedNode,
    PatchCompliance,
    Share,
    SsmSettings,
    StoppedNode,
)

RUNNING = Machine(instance_id="i-1", state="running")
STOPPED = replace(RUNNING, state="stopped")
NODE = ManagedNode(instance_id="i-1", ping_status="Online")
SILENT = replace(NODE, ping_status="ConnectionLost")
OTHER = replace(NODE, instance_id="i-2")
AT_REST = StoppedNode(node_id="i-1")


@control(
    "SSM.1",
    where=lambda machine: machine.state in ("running", "stopped"),
    examples=[
        passes(RUNNING, NODE),
        passes(RUNNING, OTHER, NODE, AT_REST),
        passes(STOPPED, AT_REST),
        passes(STOPPED, SILENT),
        fails("not_managed", RUNNING),
        fails("not_managed", RUNNING, OTHER),
        fails("not_managed", RUNNING, AT_REST),
        fails("agent_silent", RUNNING, SILENT),
        fails("not_managed", STOPPED),
        fails("not_managed", STOPPED, OTHER, replace(AT_REST, node_id="i-2")),
        *(ignores(replace(RUNNING, state=state)) for state in ("pending", "stopping", "shutting-down")),
    ],
)
def is_managed(machine: Machine, nodes: Given[ManagedNode], stopped: Given[StoppedNode]) -> Faults:
    """The instance, running or stopped, is a managed node of Systems Manager; the agent of a running one answers.

    Security Hub names those two states. The Config rule says: not compliant where the instance is running and the
    agent is stopped. Instances that AWS manages (Elastic Disaster Recovery's servers) fail like all others.
    """
    known = nodes.by("instance_id")[machine.instance_id]
    if machine.state == "stopped":
        at_rest = stopped.by("node_id")[machine.instance_id]
        if not some((at_rest, known), bool):
            yield fault("not_managed")
    elif not known:
        yield fault("not_managed")
    elif not some(known, lambda node: node.ping_status == "Online"):
        yield fault("agent_silent")


@control(
    "SSM.2",
    examples=[
        passes(PatchCompliance(status="COMPLIANT")),
        fails("not_compliant", PatchCompliance(status="NON_COMPLIANT")),
    ],
)
def is_patched(node: PatchCompliance) -> Faults:
    """A managed node that Patch Manager has looked at has every patch that its patch baseline asks for."""
    if node.status == "NON_COMPLIANT":
        yield fault("not_compliant")


@control(
    "SSM.3",
    examples=[
        passes(AssociationCompliance(status="COMPLIANT")),
        fails("not_compliant", AssociationCompliance(status="NON_COMPLIANT")),
    ],
)
def follows_associations(node: AssociationCompliance) -> Faults:
    """A managed node is as its State Manager associations ask."""
    if node.status == "NON_COMPLIANT":
        yield fault("not_compliant")


def _shared(*accounts: str) -> Document:
    shares = tuple(Share(account_id=account, shared_document_version="$DEFAULT") for account in accounts)
    return Document(shared_with=accounts, shares=shares)


def is_everyone(account: str) -> bool:
    """Whether a document's share is with everyone: AWS writes `all`, and `All` in its reference; the pattern of
    the member allows any case."""
    return account.lower() == "all"


@control(
    "SSM.4",
    examples=[
        passes(_shared()),
        passes(_shared("444455556666")),
        fails("public", _shared("444455556666", "all")),
        fails("public", _shared("All")),
    ],
)
def is_private(document: Document) -> Faults:
    """A document that the account owns is not shared with everyone; single accounts may have it."""
    if any(is_everyone(account) for account in document.shared_with):
        yield fault("public")


@control(
    "SSM.6",
    examples=[
        passes(SsmSettings(script_log_destination="CloudWatch")),
        fails("not_logged", SsmSettings(script_log_destination="None", script_log_status="Default")),
    ],
)
def logs_automation(settings: SsmSettings) -> Faults:
    """Automation sends the output of scripts to CloudWatch Logs, into whatever log group."""
    if settings.script_log_destination != "CloudWatch":
        yield fault("not_logged")


@control(
    "SSM.7",
    examples=[
        passes(SsmSettings(public_sharing="Disable")),
        fails("sharing_possible", SsmSettings(public_sharing="Enable", public_sharing_status="Default")),
        cannot_tell(SsmSettings(public_sharing="AskFirst")),
    ],
)
def blocks_public_sharing(settings: SsmSettings) -> Faults:
    """Public sharing of documents is disabled in the Region."""
    if settings.public_sharing not in ("Enable", "Disable"):
        raise Unseen("SsmSettings.public_sharing", UNKNOWN_VALUE)
    if settings.public_sharing == "Enable":
        yield fault("sharing_possible")


CONTROLS = (
    is_managed,
    is_patched,
    follows_associations,
    is_private,
    logs_automation,
    blocks_public_sharing,
)
