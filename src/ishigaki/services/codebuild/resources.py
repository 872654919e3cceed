"""CodeBuild: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Batch, Resource, Source, resource

STATUS = ("ENABLED", "DISABLED")


class Repository(Value):
    """Where the source lies; credentials in its address are never kept."""

    type: str
    location: str | None = member(absent=None, why="Not specified for a source that a pipeline brings")


class Variable(Value):
    """An environment variable; its value is never kept."""

    name: str
    type: str = member(
        absent="PLAINTEXT",
        why="PLAINTEXT is the default value",
        values=("PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"),
    )


class CloudWatchLogs(Value):
    status: str = member(values=STATUS)


class S3Logs(Value):
    status: str = member(values=STATUS)
    encryption_disabled: bool = member(absent=False, why="By default S3 build logs are encrypted")


class Logs(Value):
    """Where a project's builds log to."""

    cloud_watch_logs: CloudWatchLogs
    s3_logs: S3Logs | None = member(absent=None, why="S3 logs are not enabled by default")


@resource(
    "AWS::CodeBuild::Project",
    listed_by=call("codebuild", "ListProjects"),
    at="projects",
    id="arn:{partition}:codebuild:{region}:{account}:project/{}",
    name="{}",
    detail=Source(
        call(
            "codebuild",
            "BatchGetProjects",
            secret=(
                "projects[].source.location~login",
                "projects[].source.buildspec",
                "projects[].secondarySources[].location~login",
                "projects[].secondarySources[].buildspec",
                "projects[].environment.environmentVariables[].value",
                "projects[].webhook.secret",
                "projects[].webhook.payloadUrl",
                "projects[].badge.badgeRequestUrl",
            ),
        ),
        "projects",
        Batch(param="names", of="{}", size=100, by="{name}"),
    ),
)
class Project(Resource):
    """A build project."""

    source: Repository
    secondary_sources: tuple[Repository, ...] = member(absent=(), why="Secondary sources are optional")
    environment_variables: tuple[Variable, ...] = member(
        at="environment.environmentVariables", absent=(), why="The environment variables are optional"
    )
    logs_config: Logs | None = member(
        absent=None, why="CloudWatch Logs are enabled by default, S3 logs are not"
    )


class Destination(Value):
    """The bucket that reports are exported to."""

    encryption_disabled: bool


class Export(Value):
    export_config_type: str = member(values=("S3", "NO_EXPORT"))
    s3_destination: Destination


@resource(
    "AWS::CodeBuild::ReportGroup",
    listed_by=call("codebuild", "ListReportGroups", maxResults=100),
    at="reportGroups",
    id="{}",
    name="{!name}",
    detail=Source(
        call("codebuild", "BatchGetReportGroups"),
        "reportGroups",
        Batch(param="reportGroupArns", of="{}", size=100, by="{arn}"),
    ),
)
class ReportGroup(Resource):
    """A group of test reports."""

    export_config: Export
