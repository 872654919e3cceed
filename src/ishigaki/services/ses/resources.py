"""SES: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::SES::ConfigurationSet",
    listed_by=call("ses", "ListConfigurationSets", MaxItems=1000),
    at="ConfigurationSets",
    id="arn:{partition}:ses:{region}:{account}:configuration-set/{Name}",
    name="{Name}",
)
class ConfigurationSet(Resource):
    """A configuration set: how mail is sent and what is recorded of it."""
