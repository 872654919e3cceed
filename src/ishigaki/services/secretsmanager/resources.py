"""Secrets Manager: what is collected."""

from __future__ import annotations

from datetime import datetime

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::SecretsManager::Secret",
    # Those that wait for their deletion are not shown.
    listed_by=call("secretsmanager", "ListSecrets", MaxResults=100),
    at="SecretList",
    id="{ARN}",
    name="{Name}",
    tags="Tags",
)
class Secret(Resource):
    """A secret; its value is never asked for."""

    created_date: datetime
    rotation_enabled: bool = member(
        absent=False,
        why="If the secret has never been configured for rotation, Secrets Manager returns null",
    )
    automatically_after_days: int = member(at="RotationRules.AutomaticallyAfterDays")
    next_rotation_date: datetime
    last_rotated_date: datetime | None = member(
        absent=None, why="This value is null if the secret hasn't ever rotated"
    )
    last_accessed_date: datetime | None = member(
        absent=None, why="This field is omitted if the secret has never been retrieved in the Region"
    )
    owning_service: str | None = member(
        absent=None, why="AWS shows the name of the service that created the secret"
    )
    primary_region: str | None = member(
        absent=None, why="AWS shows the Region where Secrets Manager originated a secret that is replicated"
    )
