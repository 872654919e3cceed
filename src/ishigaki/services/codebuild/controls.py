"""CodeBuild: what is required."""

from __future__ import annotations

from ishigaki.core.control import cannot_tell, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen, some
from ishigaki.core.record import replace
from ishigaki.core.unseen import Unseen
from ishigaki.services.codebuild.resources import (
    CloudWatchLogs,
    Destination,
    Export,
    Logs,
    Project,
    ReportGroup,
    Repository,
    S3Logs,
    Variable,
)

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
HIDDEN = "redacted:"  # what stands for a secret in what was collected

BITBUCKET = Repository(type="BITBUCKET", location="https://bitbucket.org/example/app.git")
SIGNED_IN = replace(BITBUCKET, location="https://redacted:str:14:00112233@bitbucket.org/example/app.git")
GITHUB = Repository(type="GITHUB", location="https://redacted:str:9:00112233@github.com/example/app.git")
ALL_HIDDEN = "redacted:str:52:0011223344556677"
BUILD = Project(source=BITBUCKET, secondary_sources=())


@control(
    "CodeBuild.1",
    examples=[
        passes(BUILD),
        passes(Project(source=GITHUB, secondary_sources=(BITBUCKET,))),
        # In a path the sign is a part of a name.
        passes(replace(BUILD, source=replace(BITBUCKET, location="https://bitbucket.org/a/b@c.git"))),
        passes(replace(BUILD, source=replace(BITBUCKET, location=None))),
        passes(replace(BUILD, source=replace(GITHUB, location=ALL_HIDDEN))),
        cannot_tell(replace(BUILD, source=replace(BITBUCKET, location=ALL_HIDDEN))),
        fails("credentials_in_address", replace(BUILD, source=SIGNED_IN)),
        fails("credentials_in_address", replace(BUILD, secondary_sources=(GITHUB, SIGNED_IN))),
    ],
)
def keeps_credentials_out_of_addresses(project: Project) -> Faults:
    """No address of a Bitbucket source, primary or secondary, carries a user name, a password or a token.

    A user name alone fails, too: from outside it cannot be told from a token, and AWS asks for no sign-in
    information at all.
    """
    if some((project.source,), _signs_in) or some(project.secondary_sources, _signs_in):
        yield fault("credentials_in_address")


def _signs_in(source: Repository) -> bool:
    if source.type != "BITBUCKET" or source.location is None:
        return False
    if source.location.startswith(HIDDEN):
        raise Unseen("Project.source.location", "Redacted")
    address = source.location.partition("://")[2] or source.location
    return "@" in address.partition("/")[0]


@control(
    "CodeBuild.2",
    examples=[
        passes(Project(environment_variables=())),
        passes(Project(environment_variables=(Variable(name="STAGE", type="PLAINTEXT"),))),
        *(
            passes(Project(environment_variables=(Variable(name=key, type=kind),)))
            for key in KEYS
            for kind in ("PARAMETER_STORE", "SECRETS_MANAGER")
        ),
        *(
            fails("key_in_variable", Project(environment_variables=(Variable(name=key, type="PLAINTEXT"),)))
            for key in KEYS
        ),
    ],
)
def takes_no_keys_from_variables(project: Project) -> Faults:
    """No environment variable of the project holds an AWS access key in plain text; AWS names the two variables."""
    plain = chosen(project.environment_variables, lambda each: each.name in KEYS and each.type == "PLAINTEXT")
    for variable in plain:
        yield fault("key_in_variable", variable=variable.name)


TO_CLOUDWATCH = CloudWatchLogs(status="ENABLED")
NOT_TO_CLOUDWATCH = CloudWatchLogs(status="DISABLED")
TO_S3 = S3Logs(status="ENABLED", encryption_disabled=False)
NOT_TO_S3 = replace(TO_S3, status="DISABLED")


def _logging(to_cloudwatch: CloudWatchLogs, to_s3: S3Logs | None) -> Project:
    return Project(logs_config=Logs(cloud_watch_logs=to_cloudwatch, s3_logs=to_s3))


@control(
    "CodeBuild.3",
    examples=[
        passes(_logging(NOT_TO_CLOUDWATCH, TO_S3)),
        passes(_logging(TO_CLOUDWATCH, None)),
        passes(Project(logs_config=None)),
        fails("plain_logs", _logging(TO_CLOUDWATCH, replace(TO_S3, encryption_disabled=True))),
        fails("plain_logs", _logging(TO_CLOUDWATCH, replace(NOT_TO_S3, encryption_disabled=True))),
    ],
)
def encrypts_logs(project: Project) -> Faults:
    """Encryption of the project's logs in S3 is not switched off, whether it logs there now or not.

    AWS's rule asks for encryptionDisabled alone.
    """
    if has_plain_logs(project):
        yield fault("plain_logs")


def has_plain_logs(project: Project) -> bool:
    logs = project.logs_config
    return logs is not None and logs.s3_logs is not None and logs.s3_logs.encryption_disabled


@control(
    "CodeBuild.4",
    examples=[
        passes(_logging(TO_CLOUDWATCH, NOT_TO_S3)),
        passes(_logging(NOT_TO_CLOUDWATCH, TO_S3)),
        passes(Project(logs_config=None)),
        fails("not_logged", _logging(NOT_TO_CLOUDWATCH, NOT_TO_S3)),
        fails("not_logged", _logging(NOT_TO_CLOUDWATCH, None)),
    ],
)
def logs_builds(project: Project) -> Faults:
    """The project's builds log to CloudWatch Logs, to S3, or to both; CloudWatch is what nobody has to choose."""
    if not is_logged(project):
        yield fault("not_logged")


def is_logged(project: Project) -> bool:
    logs = project.logs_config
    if logs is None:
        return True
    return some((_to_cloudwatch, _to_s3), lambda goes: goes(logs))


def _to_cloudwatch(logs: Logs) -> bool:
    return logs.cloud_watch_logs.status == "ENABLED"


def _to_s3(logs: Logs) -> bool:
    return logs.s3_logs is not None and logs.s3_logs.status == "ENABLED"


EXPORTED = Export(export_config_type="S3", s3_destination=Destination(encryption_disabled=False))
EXPORTED_PLAIN = replace(EXPORTED, s3_destination=Destination(encryption_disabled=True))


@control(
    "CodeBuild.7",
    examples=[
        passes(ReportGroup(export_config=EXPORTED)),
        passes(ReportGroup(export_config=Export(export_config_type="NO_EXPORT"))),
        fails("plain_reports", ReportGroup(export_config=EXPORTED_PLAIN)),
    ],
)
def encrypts_reports(group: ReportGroup) -> Faults:
    """Reports that are exported to S3 are encrypted there."""
    if has_plain_reports(group):
        yield fault("plain_reports")


def has_plain_reports(group: ReportGroup) -> bool:
    export = group.export_config
    return export.export_config_type == "S3" and export.s3_destination.encryption_disabled


CONTROLS = (
    keeps_credentials_out_of_addresses,
    takes_no_keys_from_variables,
    encrypts_logs,
    logs_builds,
    encrypts_reports,
)
