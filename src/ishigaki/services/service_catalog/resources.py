"""Service Catalog: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


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
