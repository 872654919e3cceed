"""Systems Manager: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.ssm.resources import Document, Share, SsmSettings


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
    ],
)
def blocks_public_sharing(settings: SsmSettings) -> Faults:
    """Public sharing of documents is disabled in the Region."""
    if settings.public_sharing not in ("Enable", "Disable"):
        raise Unseen("SsmSettings.public_sharing", UNKNOWN_VALUE)
    if settings.public_sharing == "Enable":
        yield fault("sharing_possible")


CONTROLS = (is_private, logs_automation, blocks_public_sharing)
