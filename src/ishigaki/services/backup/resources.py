"""Backup: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::Backup::BackupVault",
    listed_by=call("backup", "ListBackupVaults", MaxResults=1000),
    at="BackupVaultList",
    id="{BackupVaultArn}",
    name="{BackupVaultName}",
    owner="{BackupVaultArn!account}",  # a logically air-gapped vault may be shared
)
class BackupVault(Resource):
    """A vault that recovery points lie in."""


@resource(
    "AWS::Backup::RecoveryPoint",
    listed_by=call(
        "backup", "ListRecoveryPointsByBackupVault", BackupVaultName="{BackupVaultName}", MaxResults=1000
    ),
    # A restore access vault shows recovery points that lie in a vault of another account.
    at="RecoveryPoints[?VaultType!='RESTORE_ACCESS_BACKUP_VAULT']",
    id="{RecoveryPointArn}",
    name="{RecoveryPointArn!name}",
    owner="{parent.BackupVaultArn!account}",  # the ARN of a snapshot names no account
    over=BackupVault,
)
class RecoveryPoint(Resource):
    """A backup of a resource."""

    is_encrypted: bool
