"""SES: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, step
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.ses.resources import USUAL, ConfigurationSet, Delivery

WEAK, STRONG = {"TlsPolicy": "OPTIONAL"}, {"TlsPolicy": "REQUIRE"}


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(ConfigurationSet(delivery=USUAL)),
        leaves(ConfigurationSet(delivery=Delivery(tls_policy="REQUIRE"))),
    ],
)
def deliver_over_tls(settings: ConfigurationSet) -> Changes:
    """Has the configuration set deliver mail over TLS only. Its pool of addresses and its time limit stay."""
    if settings.delivery.tls_policy == "REQUIRE":
        return
    before = said(settings, "delivery") or {}
    yield change(
        alters(settings, delivery={**before, **STRONG}),
        steps=[
            step("require TLS", _put(settings, {**before, **STRONG}), undo=_put(settings, {**WEAK, **before}))
        ],
        notes=(note("receivers_without_tls", settings=settings.name),),
    )


def _put(settings: ConfigurationSet, options: Mapping[str, Any]) -> Call:
    return call("sesv2", "PutConfigurationSetDeliveryOptions", ConfigurationSetName=settings.name, **options)


REMEDIATIONS = {"SES.3": deliver_over_tls}
