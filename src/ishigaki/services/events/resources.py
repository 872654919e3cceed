"""EventBridge: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource


@resource(
    "AWS::Events::EventBus",
    listed_by=call("events", "ListEventBuses", Limit=100),
    # Every account has the default bus in every Region; nobody made it.
    at="EventBuses[?Name!='default']",
    id="{Arn}",
    name="{Name}",
)
class EventBus(Resource):
    """A custom or partner event bus."""

    policy: str | None = member(
        absent=None, why="Policy is the permissions policy of the event bus; a new custom bus has none"
    )

    @property
    def is_custom(self) -> bool:
        """A partner's bus has the name of its event source, which begins so."""
        return not self.name.startswith("aws.partner/")


class Target(Value):
    """What a rule calls; its id is its own within the rule."""

    id: str
    arn: str


@resource(
    "AWS::Events::Rule",
    # Without a bus named, those of the default bus, which AWS's own events arrive at.
    listed_by=call("events", "ListRules", Limit=100),
    at="Rules",
    id="{Arn}",
    name="{Name}",
)
class Rule(Resource):
    """A rule of the default event bus."""

    event_pattern: str = member(absent="", why="a rule goes by an event pattern, a schedule, or both")
    state: str = member(values=("ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"))
    targets: tuple[Target, ...] = facet(
        call(
            "events",
            "ListTargetsByRule",
            Rule="{Name}",
            secret=(
                "Targets[].AppSyncParameters.GraphQLOperation",
                "Targets[].RedshiftDataParameters.Sql",
                "Targets[].RedshiftDataParameters.Sqls[]",
            ),
        ),
        at="Targets",
    )
