"""CodeBuild: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.codebuild.controls import (
    EXPORTED,
    EXPORTED_PLAIN,
    NOT_TO_CLOUDWATCH,
    NOT_TO_S3,
    TO_CLOUDWATCH,
    TO_S3,
    has_plain_logs,
    has_plain_reports,
    is_logged,
)
from ishigaki.services.codebuild.resources import Logs, Project, ReportGroup

ENCRYPTED = Project(logs_config=Logs(cloud_watch_logs=TO_CLOUDWATCH, s3_logs=TO_S3))
PLAIN = Project(
    logs_config=Logs(cloud_watch_logs=TO_CLOUDWATCH, s3_logs=replace(TO_S3, encryption_disabled=True))
)
SILENT = Project(logs_config=Logs(cloud_watch_logs=NOT_TO_CLOUDWATCH, s3_logs=NOT_TO_S3))


@remediation(disruption=Disruption.NONE, examples=[mends(PLAIN), leaves(ENCRYPTED)])
def encrypt_build_logs(project: Project) -> Changes:
    """Lets S3 encrypt a project's logs; everything else about its logs stays."""
    if not has_plain_logs(project):
        return
    before = said(project, "logs_config")
    after = {**before, "s3Logs": {**before["s3Logs"], "encryptionDisabled": False}}
    yield change(
        alters(project, logs_config=after),
        steps=[step("encrypt", _logging(project, after), undo=_logging(project, before))],
    )


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(SILENT), leaves(ENCRYPTED), leaves(Project(logs_config=None))],
)
def log_builds(project: Project) -> Changes:
    """Sends a project's logs to CloudWatch Logs, into the log group that it names or CodeBuild's own.

    A build fails where the project's role may not write there, which cannot be told from the project.
    """
    if is_logged(project):
        return
    before = said(project, "logs_config")
    after = {**before, "cloudWatchLogs": {**before.get("cloudWatchLogs", {}), "status": "ENABLED"}}
    yield change(
        alters(project, logs_config=after),
        steps=[step("log", _logging(project, after), undo=_logging(project, before))],
        notes=(note("build_role_writes_logs", project=project.name),),
    )


def _logging(project: Project, logs: dict[str, Any]) -> Call:
    return call("codebuild", "UpdateProject", name=project.name, logsConfig=logs)


@remediation(
    disruption=Disruption.LOW,
    examples=[mends(ReportGroup(export_config=EXPORTED_PLAIN)), leaves(ReportGroup(export_config=EXPORTED))],
)
def encrypt_reports(group: ReportGroup) -> Changes:
    """Lets reports be encrypted when they are exported, with the key that the group names or CodeBuild's own."""
    if not has_plain_reports(group):
        return
    before = said(group, "export_config")
    after = {**before, "s3Destination": {**before["s3Destination"], "encryptionDisabled": False}}
    yield change(
        alters(group, export_config=after),
        steps=[step("encrypt", _exporting(group, after), undo=_exporting(group, before))],
    )


def _exporting(group: ReportGroup, export: dict[str, Any]) -> Call:
    return call("codebuild", "UpdateReportGroup", arn=group.id, exportConfig=export)


REMEDIATIONS = {
    "CodeBuild.3": encrypt_build_logs,
    "CodeBuild.4": log_builds,
    "CodeBuild.7": encrypt_reports,
}
