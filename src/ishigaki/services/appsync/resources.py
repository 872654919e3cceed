"""AppSync: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::AppSync::GraphQLApi",
    listed_by=call("appsync", "ListGraphqlApis", maxResults=25),
    at="graphqlApis",
    id="{arn}",
    name="{arn!name}",
    owner="{arn!account}",
    tags="tags",
)
class GraphQLApi(Resource):
    """A GraphQL API, standard or merged."""
