"""Secrets Manager: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::SecretsManager::Secret",
    listed_by=call("secretsmanager", "ListSecrets", MaxResults=100),
    at="SecretList",
    id="{ARN}",
    name="{Name}",
    tags="Tags",
)
class Secret(Resource):
    """A secret; its value is never asked for."""
