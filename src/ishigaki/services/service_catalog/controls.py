"""Service Catalog: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.service_catalog.resources import Portfolio, Share

OWN = Portfolio(account_shares=(), organizations_access="ENABLED")
SHARED = replace(OWN, account_shares=(Share(principal_id="444455556666"),))


def is_concerned(portfolio: Portfolio) -> bool:
    """A portfolio is judged unless it is shared while Service Catalog does not work with Organizations, where there
    is no other way to share. An account that may not know of that is only asked about what it shares."""
    return not portfolio.account_shares or portfolio.organizations_access != "DISABLED"


@control(
    "ServiceCatalog.1",
    where=is_concerned,
    examples=[
        passes(OWN),
        passes(replace(OWN, organizations_access="DISABLED")),
        fails("shared_with_account", SHARED),
        fails("shared_with_account", replace(SHARED, organizations_access="UNDER_CHANGE")),
        ignores(replace(SHARED, organizations_access="DISABLED")),
    ],
)
def is_shared_through_organization(portfolio: Portfolio) -> Faults:
    """With Organizations integrated, no portfolio is shared with an account as such (share type ACCOUNT), whether
    that account belongs to the organization or not."""
    for share in portfolio.account_shares:
        yield fault("shared_with_account", shared=share.principal_id)


CONTROLS = (is_shared_through_organization,)
