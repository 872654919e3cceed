"""Instances: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.ec2.instances.resources import Instance

OPTIONAL = Instance(http_tokens="optional", managed=False)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(OPTIONAL),
        leaves(replace(OPTIONAL, http_tokens="required")),
        leaves(replace(OPTIONAL, managed=True), skip="instance_managed"),
    ],
)
def require_imdsv2(instance: Instance) -> Changes:
    """Makes an instance's metadata service answer only requests with a token.

    Nothing but HttpTokens is sent, so the endpoint, the hop limit and the tags stay as they are: AWS keeps what
    is not given. An instance that an AWS service manages is left to that service.
    """
    if instance.http_tokens == "required":
        return
    if instance.managed:
        yield skip("instance_managed")
        return
    before = said(instance, "http_tokens")
    yield change(
        alters(instance, http_tokens="required"),
        steps=[step("require", _tokens(instance, "required"), undo=_tokens(instance, before))],
        notes=(note("imdsv1_evidence", instance=instance.name),),
    )


def _tokens(instance: Instance, tokens: str) -> Call:
    return call("ec2", "ModifyInstanceMetadataOptions", InstanceId=instance.name, HttpTokens=tokens)


REMEDIATIONS = {"EC2.8": require_imdsv2}
