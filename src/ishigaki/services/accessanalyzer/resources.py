"""Access Analyzer: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::AccessAnalyzer::Analyzer",
    listed_by=call("accessanalyzer", "ListAnalyzers"),
    at="analyzers",
    id="{arn}",
    name="{name}",
    owner="{arn!account}",
    tags="tags",
)
class Analyzer(Resource):
    """An analyzer in one Region. Its type names its zone of trust and what it looks for."""

    type: str = member(
        values=(
            "ACCOUNT",
            "ORGANIZATION",
            "ACCOUNT_UNUSED_ACCESS",
            "ORGANIZATION_UNUSED_ACCESS",
            "ACCOUNT_INTERNAL_ACCESS",
            "ORGANIZATION_INTERNAL_ACCESS",
        )
    )
    status: str = member(values=("ACTIVE", "CREATING", "DISABLED", "FAILED"))


@resource("AWS::::Account")
class ExternalAccess(Resource):
    """What of the account outsiders can reach, in one Region."""
