"""AppSync: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource

TYPES = ("API_KEY", "AWS_IAM", "AMAZON_COGNITO_USER_POOLS", "OPENID_CONNECT", "AWS_LAMBDA")


class LogConfig(Value):
    field_log_level: str = member(values=("NONE", "ERROR", "INFO", "DEBUG", "ALL"))
    cloud_watch_logs_role_arn: str


class Provider(Value):
    """One more way to be let in, beside the API's default one."""

    authentication_type: str = member(values=TYPES)


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

    title: str = member(at="name")  # its own name is the id of the API
    authentication_type: str = member(values=TYPES)
    additional_authentication_providers: tuple[Provider, ...] = member(
        absent=(),
        why="A list of additional authentication providers for the GraphqlApi API: there may be none",
    )
    log_config: LogConfig | None = member(
        absent=None, why="The CloudWatch Logs configuration: an API for which logging was never set has none"
    )
