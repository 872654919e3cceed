"""Glue: what is required."""

from __future__ import annotations

import re

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.glue.resources import Job, MLTransform

SPARK = "glueetl"
OLDEST = (3, 0)  # fixed by AWS in Glue.4

JOB = Job(kind=SPARK, glue_version="3.0")
TRANSFORM = MLTransform(user_data_encryption="SSE-KMS")


@control(
    "Glue.3",
    examples=[
        passes(TRANSFORM),
        fails("not_encrypted", replace(TRANSFORM, user_data_encryption="DISABLED")),
    ],
)
def encrypts_at_rest(transform: MLTransform) -> Faults:
    """The transform encrypts user data at rest."""
    if transform.user_data_encryption != "SSE-KMS":
        yield fault("not_encrypted")


def _version(name: str) -> tuple[int, int]:
    """A version of Glue: major, minor. `auto` (AWS raises it by itself) is none that AWS says how it judges."""
    found = re.fullmatch(r"(\d+)\.(\d+)", name)
    if found is None:
        raise Unseen("Job.glue_version", UNKNOWN_VALUE)
    return int(found.group(1)), int(found.group(2))


@control(
    "Glue.4",
    where=lambda job: job.kind == SPARK,
    examples=[
        passes(JOB),
        passes(replace(JOB, glue_version="5.1")),
        passes(replace(JOB, glue_version="10.0")),
        fails("old_version", replace(JOB, glue_version="2.0")),
        fails("old_version", replace(JOB, glue_version="0.9")),
        fails("no_version", replace(JOB, glue_version=None)),
        cannot_tell(replace(JOB, glue_version="auto")),
        ignores(replace(JOB, kind="pythonshell", glue_version="1.0")),
        ignores(replace(JOB, kind="gluestreaming", glue_version="2.0")),
    ],
)
def runs_on_supported_version(job: Job) -> Faults:
    """A Spark job (glueetl) runs on Glue 3.0 or later. One that names no version fails, as AWS documents."""
    if job.glue_version is None:
        yield fault("no_version")
    elif _version(job.glue_version) < OLDEST:
        yield fault("old_version", version=job.glue_version)


CONTROLS = (encrypts_at_rest, runs_on_supported_version)
