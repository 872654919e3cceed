"""SES: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.services.ses.resources import USUAL, ConfigurationSet, Delivery


@control(
    "SES.3",
    examples=[
        passes(ConfigurationSet(delivery=Delivery(tls_policy="REQUIRE"))),
        fails("tls_optional", ConfigurationSet(delivery=USUAL)),
    ],
)
def requires_tls(settings: ConfigurationSet) -> Faults:
    """Mail that is sent with the configuration set is delivered over TLS, or not at all."""
    if settings.delivery.tls_policy != "REQUIRE":
        yield fault("tls_optional")


CONTROLS = (requires_tls,)
