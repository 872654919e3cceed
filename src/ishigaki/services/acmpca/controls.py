"""Private CA: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.acmpca.resources import CertificateAuthority

DISABLED = CertificateAuthority(type="ROOT", status="DISABLED")
ACTIVE = replace(DISABLED, status="ACTIVE")


@control(
    "PCA.1",
    where=lambda authority: authority.type == "ROOT",
    examples=[
        passes(DISABLED),
        fails("not_disabled", ACTIVE),
        fails("not_disabled", replace(DISABLED, status="EXPIRED")),
        ignores(replace(ACTIVE, type="SUBORDINATE")),
    ],
)
def is_disabled(authority: CertificateAuthority) -> Faults:
    """A root CA is disabled: it is needed only to issue the certificates of subordinate CAs.

    Any status but DISABLED fails, as in AWS's rule; a deleted CA is none.
    """
    if authority.status != "DISABLED":
        yield fault("not_disabled", status=authority.status)


CONTROLS = (is_disabled,)
