"""Service Catalog: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value
from ishigaki.core.resource import Resource, facet, resource


class Share(Value):
    """One account that a portfolio is shared with."""

    principal_id: str


@resource(
    "AWS::ServiceCatalog::Portfolio",
    # Portfolios that other accounts share are listed elsewhere (ListAcceptedPortfolioShares).
    listed_by=call("servicecatalog", "ListPortfolios", PageSize=20),
    at="PortfolioDetails",
    id="{ARN}",
    name="{Id}",
    owner="{ARN!account}",
)
class Portfolio(Resource):
    """A portfolio of the account."""

    # Shares with accounts as such, in the organization or not; those through the organization have other types.
    account_shares: tuple[Share, ...] = facet(
        call(
            "servicecatalog",
            "DescribePortfolioShares",
            PortfolioId="{Id}",
            Type="ACCOUNT",
            PageSize=100,
        ),
        at="PortfolioShareDetails",
    )
    # The same question for every portfolio of a Region, so it is asked once.
    organizations_access: str = facet(
        call("servicecatalog", "GetAWSOrganizationsAccessStatus"),
        at="AccessStatus",
    )
