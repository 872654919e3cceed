"""Data Firehose: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.services.firehose.resources import DeliveryStream


def _stream(encryption: str, source: str = "DirectPut") -> DeliveryStream:
    return DeliveryStream(source=source, encryption=encryption)


@control(
    "DataFirehose.1",
    examples=[
        passes(_stream("ENABLED")),
        fails("not_encrypted", _stream("DISABLED")),
        fails("not_encrypted", _stream("ENABLING_FAILED")),
        fails("not_encrypted", _stream("DISABLING")),
        fails("not_encrypted", _stream("DISABLED", "KinesisStreamAsSource")),
    ],
)
def encrypts_at_rest(stream: DeliveryStream) -> Faults:
    """Server-side encryption of the stream is on, with whatever key.

    A stream that reads from a Kinesis stream cannot have an encryption of its own; AWS makes no exception for it.
    """
    if stream.encryption != "ENABLED":
        yield fault("not_encrypted", status=stream.encryption)


CONTROLS = (encrypts_at_rest,)
