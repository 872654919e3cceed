"""Amazon MQ: what is required."""

from __future__ import annotations

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.mq.resources import Broker, Logs

GOOD = Broker(engine_type="ActiveMQ", logs=Logs(audit=True))


@control(
    "MQ.2",
    where=lambda broker: broker.engine_type.upper() == "ACTIVEMQ",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, engine_type="ACTIVEMQ")),
        fails("not_logged", replace(GOOD, logs=Logs(audit=False))),
        fails("not_logged", replace(GOOD, engine_type="ACTIVEMQ", logs=Logs(audit=False))),
        cannot_tell(replace(GOOD, logs=Logs())),
        ignores(replace(GOOD, engine_type="RabbitMQ")),
        ignores(replace(GOOD, engine_type="RABBITMQ")),
    ],
)
def logs_audit_events(broker: Broker) -> Faults:
    """Audit logs of an ActiveMQ broker go to CloudWatch Logs. What starts with the next reboot is not on yet."""
    if not broker.logs.audit:
        yield fault("not_logged")


CONTROLS = (logs_audit_events,)
