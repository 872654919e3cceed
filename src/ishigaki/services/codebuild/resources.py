"""CodeBuild: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::CodeBuild::Project",
    listed_by=call("codebuild", "ListProjects"),
    at="projects",
    id="arn:{partition}:codebuild:{region}:{account}:project/{}",
    name="{}",
)
class Project(Resource):
    """A build project."""


@resource(
    "AWS::CodeBuild::ReportGroup",
    listed_by=call("codebuild", "ListReportGroups", maxResults=100),
    at="reportGroups",
    id="{}",
    name="{!name}",
)
class ReportGroup(Resource):
    """A group of test reports."""
