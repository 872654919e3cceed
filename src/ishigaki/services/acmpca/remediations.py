"""Private CA: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.acmpca.controls import ACTIVE, DISABLED
from ishigaki.services.acmpca.resources import CertificateAuthority


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(ACTIVE),
        leaves(DISABLED),
        leaves(replace(ACTIVE, status="EXPIRED")),
        leaves(replace(ACTIVE, status="PENDING_CERTIFICATE")),
        leaves(replace(ACTIVE, type="SUBORDINATE")),
    ],
)
def disable_root_ca(authority: CertificateAuthority) -> Changes:
    """Disables an active root CA; AWS lets no other status become DISABLED. What it has signed stays valid."""
    if authority.type == "ROOT" and authority.status == "ACTIVE":
        yield change(
            alters(authority, status="DISABLED"),
            steps=[step("disable", _set(authority, "DISABLED"), undo=_set(authority, "ACTIVE"))],
        )


def _set(authority: CertificateAuthority, status: str) -> Call:
    return call("acm-pca", "UpdateCertificateAuthority", CertificateAuthorityArn=authority.id, Status=status)


REMEDIATIONS = {"PCA.1": disable_root_ca}
