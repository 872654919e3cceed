"""Elastic Beanstalk: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER, UNKNOWN_VALUE, Unseen

# The options that a control asks about; the value of every other one is hidden.
HEALTH = "aws:elasticbeanstalk:healthreporting:system"
UPDATES = "aws:elasticbeanstalk:managedactions"
PLATFORM = f"{UPDATES}:platformupdate"
LOGS = "aws:elasticbeanstalk:cloudwatch:logs"
ASKED = f"{HEALTH}|{UPDATES}|{PLATFORM}|{LOGS}"
HIDDEN = "redacted:"  # what stands for a secret in what was collected


class Option(Value):
    """A configuration option. Among them are environment variables and passwords, whose values are never kept."""

    namespace: str
    option_name: str
    value: str = member(absent="", why="The current value of an option that has none is empty")


@resource(
    "AWS::ElasticBeanstalk::Environment",
    listed_by=call("elasticbeanstalk", "DescribeEnvironments", IncludeDeleted=False, MaxRecords=1000),
    at="Environments",
    id="{EnvironmentArn}",
    name="{EnvironmentName}",
)
class Environment(Resource):
    """An environment that is not terminated."""

    options: tuple[Option, ...] = facet(
        call(
            "elasticbeanstalk",
            "DescribeConfigurationSettings",
            ApplicationName="{ApplicationName}",
            EnvironmentName="{EnvironmentName}",
            secret=(f"ConfigurationSettings[].OptionSettings[Namespace!={ASKED}].Value",),
        ),
        at="ConfigurationSettings[?DeploymentStatus=='deployed'].OptionSettings | [0]",
    )

    def option(self, namespace: str, name: str, *values: str) -> str:
        """The value of an option, one of `values` where they are given. Elastic Beanstalk shows every option of
        an environment: one it does not show, or whose value is not kept, is unseen."""
        for each in self.options:
            if (each.namespace, each.option_name) == (namespace, name):
                value = each.value.lower()
                if value.startswith(HIDDEN):
                    raise Unseen(f"Environment.options {name}", "Redacted")
                if values and value not in values:
                    raise Unseen(f"Environment.options {name}", UNKNOWN_VALUE)
                return value
        raise Unseen(f"Environment.options {name}", NOT_IN_ANSWER)
