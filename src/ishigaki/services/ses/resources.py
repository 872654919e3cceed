"""SES: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER

OPPORTUNISTIC = "by default SES uses opportunistic TLS, which is the policy OPTIONAL"


class Delivery(Value):
    """How mail is handed over to the receiving servers."""

    tls_policy: str = member(absent="OPTIONAL", why=OPPORTUNISTIC, values=("REQUIRE", "OPTIONAL"))


USUAL = Delivery(tls_policy="OPTIONAL")


@resource(
    "AWS::SES::ConfigurationSet",
    listed_by=call("ses", "ListConfigurationSets", MaxItems=1000),
    at="ConfigurationSets",
    id="arn:{partition}:ses:{region}:{account}:configuration-set/{Name}",
    name="{Name}",
)
class ConfigurationSet(Resource):
    """A configuration set: how mail is sent and what is recorded of it."""

    delivery: Delivery = facet(
        call("sesv2", "GetConfigurationSet", ConfigurationSetName="{Name}"),
        at="DeliveryOptions",
        absent={NOT_IN_ANSWER: USUAL},
        why=OPPORTUNISTIC,
    )
