"""Glue: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
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

    kind: str = member(at="Command.Name")
    glue_version: str | None = member(
        absent=None, why="the control's page asks about jobs whose GlueVersion does not exist or is null"
    )


@resource(
    "AWS::Glue::MLTransform",
    listed_by=call("glue", "GetMLTransforms", MaxResults=1000),
    at="Transforms",
    id="arn:{partition}:glue:{region}:{account}:mlTransform/{TransformId}",
    name="{TransformId}",
)
class MLTransform(Resource):
    """A machine learning transform."""

    user_data_encryption: str = member(
        at="TransformEncryption.MlUserDataEncryption.MlUserDataEncryptionMode",
        absent="DISABLED",
        why="the encryption settings of the transform are optional; by default there are none",
        values=("DISABLED", "SSE-KMS"),
    )
