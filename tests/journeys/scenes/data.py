"""Scenes of data: queues, secrets, parameters of the log groups, machine learning."""

from __future__ import annotations

from collections.abc import Mapping

from tests.journeys.scenes.started import allow, made, policy
from tests.journeys.workshop import ID, TOKYO, Furnish, Workshop


def plain_queue(workshop: Workshop) -> None:
    made(workshop, "sqs:CreateQueue", QueueName="work", Attributes={"SqsManagedSseEnabled": "false"})


def open_queue(workshop: Workshop) -> None:
    opened = policy(allow("sqs:SendMessage", f"arn:aws:sqs:{TOKYO}:{ID}:work"))
    made(workshop, "sqs:CreateQueue", QueueName="work", Attributes={"Policy": opened})


SCENES: Mapping[str, Furnish] = {
    "close_queue": open_queue,
    "encrypt_queue": plain_queue,
}

CANNOT: Mapping[str, str] = {
    "delete_unused_secret": "a secret of the emulator is never old",
    "withdraw_root_access": "the emulator does not change notebook instances",
    "remove_unfinished_uploads_of_directory": "the emulator knows no directory buckets",
}
