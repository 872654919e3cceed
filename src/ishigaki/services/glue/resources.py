"""Glue: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::Glue::Job",
    listed_by=call(
        "glue",
        "GetJobs",
        # Jobs are often given passwords as arguments.
        secret=(
            "Jobs[].CodeGenConfigurationNodes.*",
            "Jobs[].DefaultArguments.*",
            "Jobs[].NonOverridableArguments.*",
            "Jobs[].SourceControlDetails.AuthToken",
        ),
    ),
    at="Jobs",
    id="arn:{partition}:glue:{region}:{account}:job/{Name}",
    name="{Name}",
)
class Job(Resource):
    """A job."""


@resource(
    "AWS::Glue::MLTransform",
    listed_by=call("glue", "GetMLTransforms", MaxResults=1000),
    at="Transforms",
    id="arn:{partition}:glue:{region}:{account}:mlTransform/{TransformId}",
    name="{TransformId}",
)
class MLTransform(Resource):
    """A machine learning transform."""
