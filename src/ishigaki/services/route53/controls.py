"""Route 53: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.services.route53.resources import HostedZone, QueryLog

ZONE = HostedZone(id="arn:aws:route53:::hostedzone/Z1", name="example.com.", private=False)
LOG = QueryLog(
    id=ZONE.id,
    name="Z1",
    cloud_watch_logs_log_group_arn="arn:aws:logs:us-east-1:111122223333:log-group:/aws/route53/example.com",
)


@control(
    "Route53.2",
    where=lambda zone: not zone.private,
    examples=[
        passes(ZONE, LOG),
        fails("not_logged", ZONE),
        fails("not_logged", ZONE, replace(LOG, id="arn:aws:route53:::hostedzone/Z2")),
        ignores(replace(ZONE, private=True)),
    ],
)
def logs_queries(zone: HostedZone, logs: Given[QueryLog]) -> Faults:
    """The DNS queries for a public hosted zone are logged."""
    if not logs.by("id")[zone.id]:
        yield fault("not_logged")


CONTROLS = (logs_queries,)
