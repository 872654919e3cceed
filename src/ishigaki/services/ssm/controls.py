"""Systems Manager: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.services.ssm.resources import Document, PublicSharing, SsmSettings


@control(
    "SSM.4",
    examples=[
        passes(Document(shared_with=())),
        passes(Document(shared_with=("444455556666",))),
        fails("public", Document(shared_with=("444455556666", "all"))),
        fails("public", Document(shared_with=("All",))),
    ],
)
def is_private(document: Document) -> Faults:
    """A document that the account owns is not shared with everyone; single accounts may have it."""
    # AWS writes `all`, and `All` in its reference; the pattern of the member allows any case.
    if any(account.lower() == "all" for account in document.shared_with):
        yield fault("public")


@control(
    "SSM.6",
    examples=[
        passes(SsmSettings(script_log_destination="CloudWatch")),
        fails("not_logged", SsmSettings(script_log_destination="None")),
    ],
)
def logs_automation(settings: SsmSettings) -> Faults:
    """Automation sends the output of scripts to CloudWatch Logs, into whatever log group."""
    if settings.script_log_destination != "CloudWatch":
        yield fault("not_logged")


@control(
    "SSM.7",
    examples=[
        passes(SsmSettings(public_sharing=PublicSharing(setting_value="Disable"))),
        fails("sharing_possible", SsmSettings(public_sharing=PublicSharing(setting_value="Enable"))),
    ],
)
def blocks_public_sharing(settings: SsmSettings) -> Faults:
    """Public sharing of documents is disabled in the Region."""
    if settings.public_sharing.setting_value != "Disable":
        yield fault("sharing_possible")


CONTROLS = (is_private, logs_automation, blocks_public_sharing)
