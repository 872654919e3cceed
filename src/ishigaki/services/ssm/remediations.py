"""Systems Manager: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, step
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.ssm.controls import is_everyone
from ishigaki.services.ssm.resources import PUBLIC_SHARING, SCRIPT_LOGS, Document, Share, SsmSettings


def _shared(*accounts: str, version: str | None = "$DEFAULT") -> Document:
    shares = tuple(Share(account_id=account, shared_document_version=version) for account in accounts)
    return Document(shared_with=accounts, shares=shares)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_shared("444455556666", "all")),
        mends(_shared("All", version=None)),
        leaves(_shared("444455556666")),
        leaves(_shared()),
    ],
)
def make_document_private(document: Document) -> Changes:
    """Ends a document's share with everyone; shares with single accounts stay."""
    public = [account for account in document.shared_with if is_everyone(account)]
    if not public:
        return
    versions = [s.shared_document_version for s in document.shares if is_everyone(s.account_id)]
    version: dict[str, Any] = {"SharedDocumentVersion": versions[0]} if versions and versions[0] else {}
    yield change(
        alters(
            document,
            shared_with=[account for account in said(document, "shared_with") if account not in public],
            shares=[share for share in said(document, "shares") if share["AccountId"] not in public],
        ),
        steps=[
            step(
                "unshare",
                _modify(document, AccountIdsToRemove=public),
                undo=_modify(document, AccountIdsToAdd=public, **version),
            )
        ],
    )


def _modify(document: Document, **shares: Any) -> Call:
    return call("ssm", "ModifyDocumentPermission", Name=document.name, PermissionType="Share", **shares)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(SsmSettings(script_log_destination="None", script_log_status="Default")),
        mends(SsmSettings(script_log_destination="Elsewhere", script_log_status="Customized")),
        leaves(SsmSettings(script_log_destination="CloudWatch", script_log_status="Customized")),
    ],
)
def log_automation_scripts(settings: SsmSettings) -> Changes:
    """Sends the output of Automation's scripts to CloudWatch Logs.

    The log group that is chosen stays; where none is, Automation makes /aws/ssm/automation/executeScript itself.
    """
    if settings.script_log_destination == "CloudWatch":
        return
    yield change(
        alters(settings, script_log_destination="CloudWatch", script_log_status="Customized"),
        steps=[
            step(
                "log",
                _update(SCRIPT_LOGS, "CloudWatch"),
                undo=_restore(SCRIPT_LOGS, settings.script_log_destination, settings.script_log_status),
            )
        ],
        notes=(note("automation_role_logs"),),
    )


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(SsmSettings(public_sharing="Enable", public_sharing_status="Default")),
        mends(SsmSettings(public_sharing="Enable", public_sharing_status="Customized")),
        leaves(SsmSettings(public_sharing="Disable", public_sharing_status="Customized")),
    ],
)
def block_public_documents(settings: SsmSettings) -> Changes:
    """Blocks new public sharing of documents in the Region; what is public already stays so."""
    if settings.public_sharing != "Enable":
        return
    yield change(
        alters(settings, public_sharing="Disable", public_sharing_status="Customized"),
        steps=[
            step(
                "block",
                _update(PUBLIC_SHARING, "Disable"),
                undo=_restore(PUBLIC_SHARING, settings.public_sharing, settings.public_sharing_status),
            )
        ],
    )


def _update(setting: str, value: str) -> Call:
    return call("ssm", "UpdateServiceSetting", SettingId=setting, SettingValue=value)


def _restore(setting: str, value: str, status: str) -> Call:
    """Back to what was chosen, or to AWS's own default where nothing was."""
    if status == "Customized":
        return _update(setting, value)
    return call("ssm", "ResetServiceSetting", SettingId=setting)


REMEDIATIONS = {
    "SSM.4": make_document_private,
    "SSM.6": log_automation_scripts,
    "SSM.7": block_public_documents,
}
