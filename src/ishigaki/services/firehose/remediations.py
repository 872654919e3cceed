"""Data Firehose: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.change import Changes, Disruption, Until, alters, change, skip, step
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.firehose.resources import DeliveryStream

AT_WORK = ("ENABLED", "ENABLING", "DISABLING")
AWS_KEY = {"KeyType": "AWS_OWNED_CMK"}  # free of charge, and nobody needs a permission for it


def _stream(encryption: str, source: str = "DirectPut") -> DeliveryStream:
    return DeliveryStream(source=source, encryption=encryption)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(_stream("DISABLED")),
        mends(_stream("ENABLING_FAILED")),
        leaves(_stream("ENABLED")),
        leaves(_stream("ENABLING")),
        leaves(_stream("DISABLED", "KinesisStreamAsSource"), skip="encrypted_at_its_source"),
        leaves(_stream("DISABLED", "MSKAsSource"), skip="encrypted_at_its_source"),
    ],
)
def encrypt_delivery_stream(stream: DeliveryStream) -> Changes:
    """Switches on the server-side encryption of a Firehose stream, with a key that AWS owns.

    Only streams that are written to directly can have one; others hold what their source holds.
    """
    if stream.encryption in AT_WORK:
        return
    if stream.source != "DirectPut":
        yield skip("encrypted_at_its_source", source=stream.source)
        return
    name = stream.name
    start = call(
        "firehose",
        "StartDeliveryStreamEncryption",
        DeliveryStreamName=name,
        DeliveryStreamEncryptionConfigurationInput=AWS_KEY,
    )
    stop = call("firehose", "StopDeliveryStreamEncryption", DeliveryStreamName=name)
    shown = call("firehose", "DescribeDeliveryStream", DeliveryStreamName=name)
    status = "DeliveryStreamDescription.DeliveryStreamEncryptionConfiguration.Status"
    yield change(
        alters(stream, encryption="ENABLED"),
        steps=[step("encrypt", start, undo=stop, until=Until(shown, status, ("ENABLED",), seconds=300))],
    )


REMEDIATIONS = {"DataFirehose.1": encrypt_delivery_stream}
