"""API Gateway: what is collected."""

from __future__ import annotations

from collections.abc import Mapping

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER

READ = "apigateway:GET"  # IAM knows API Gateway's reads by their HTTP method
LEVELS = ("OFF", "ERROR", "INFO")
UNLOGGED = "the logging level of a stage or route is OFF until one is set"


@resource(
    "AWS::ApiGateway::RestApi",
    listed_by=call("apigateway", "GetRestApis", permission=READ, limit=500),
    at="items",
    id="arn:{partition}:apigateway:{region}::/restapis/{id}",
    name="{id}",
    tags="tags",
)
class RestApi(Resource):
    """A REST API."""


class MethodSetting(Value):
    logging_level: str = member(absent="OFF", values=LEVELS, why=UNLOGGED)
    caching_enabled: bool = member(
        absent=False, why="whether responses should be cached: nothing is said where that was never set"
    )
    cache_data_encrypted: bool = member(
        absent=False, why="whether cached responses are encrypted: nothing is said where that was never set"
    )


@resource(
    "AWS::ApiGateway::Stage",
    listed_by=call(
        "apigateway",
        "GetStages",
        permission=READ,
        restApiId="{id}",
        secret=("item[].variables.*", "item[].canarySettings.stageVariableOverrides.*"),
    ),
    at="item",
    id="arn:{partition}:apigateway:{region}::/restapis/{parent.id}/stages/{stageName}",
    name="{parent.id}/{stageName}",
    tags="tags",
    over=RestApi,
)
class RestStage(Resource):
    """A stage of a REST API."""

    method_settings: Mapping[str, MethodSetting] = member(
        absent={}, why="A map that defines the method settings: a stage of which none were set has none"
    )
    client_certificate_id: str = member(
        absent="", why="The identifier of a client certificate for an API stage: there need not be one"
    )
    tracing_enabled: bool = member(
        absent=False, why="whether active tracing with X-ray is enabled: off until it is switched on"
    )
    web_acl_arn: str = member(
        absent="", why="The ARN of the WebAcl associated with the Stage, if there is one"
    )


@resource("AWS::::Account")
class LogRole(Resource):
    """The role by which API Gateway writes execution logs, for all of the account's APIs in the Region."""

    role: str | None = facet(
        call("apigateway", "GetAccount", permission=READ),
        at="cloudwatchRoleArn",
        absent={NOT_IN_ANSWER: None},
        why="The ARN of an Amazon CloudWatch role for the current Account: there is none until one is set",
    )


@resource(
    "AWS::ApiGateway::DomainName",
    listed_by=call("apigateway", "GetDomainNames", permission=READ, resourceOwner="SELF", limit=500),
    # Private custom domain names are another type: AWS::ApiGateway::DomainNameV2.
    at="items[?!contains(not_null(endpointConfiguration.types, `[]`), 'PRIVATE')]",
    id="arn:{partition}:apigateway:{region}::/domainnames/{domainName}",
    name="{domainName}",
    tags="tags",
)
class DomainName(Resource):
    """A public custom domain name."""

    security_policy: str


@resource(
    "AWS::ApiGatewayV2::Api",
    listed_by=call("apigatewayv2", "GetApis", permission=READ),
    at="Items",
    id="arn:{partition}:apigateway:{region}::/apis/{ApiId}",
    name="{ApiId}",
    tags="Tags",
)
class Api(Resource):
    """An HTTP or WebSocket API."""

    protocol_type: str = member(values=("HTTP", "WEBSOCKET"))


class RouteSetting(Value):
    logging_level: str = member(absent="OFF", values=LEVELS, why=UNLOGGED)


@resource(
    "AWS::ApiGatewayV2::Stage",
    listed_by=call(
        "apigatewayv2", "GetStages", permission=READ, ApiId="{ApiId}", secret=("Items[].StageVariables.*",)
    ),
    at="Items",
    id="arn:{partition}:apigateway:{region}::/apis/{parent.ApiId}/stages/{StageName}",
    name="{parent.ApiId}/{StageName}",
    tags="Tags",
    over=Api,
)
class Stage(Resource):
    """A stage of an HTTP or WebSocket API."""

    logging_level: str = member(
        at="DefaultRouteSettings.LoggingLevel", absent="OFF", values=LEVELS, why=UNLOGGED
    )
    route_settings: Mapping[str, RouteSetting] = member(
        absent={}, why="Route settings for the stage, by routeKey: a stage of which none were set has none"
    )
    log_destination: str = member(
        at="AccessLogSettings.DestinationArn",
        absent="",
        why="Settings for logging access in this stage: a stage that does not log has none",
    )


@resource(
    "AWS::ApiGatewayV2::Route",
    listed_by=call("apigatewayv2", "GetRoutes", permission=READ, ApiId="{ApiId}"),
    at="Items",
    id="arn:{partition}:apigateway:{region}::/apis/{parent.ApiId}/routes/{RouteId}",
    name="{parent.ApiId}/{RouteId}",
    over=Api,
)
class Route(Resource):
    """A route of an HTTP or WebSocket API."""

    route_key: str
    authorization_type: str = member(
        absent="NONE",
        values=("NONE", "AWS_IAM", "CUSTOM", "JWT"),
        why="NONE for open access: a route for which no authorization was set has none",
    )


class TlsConfig(Value):
    server_name_to_verify: str = member(absent="", why="an optional name to verify: it may be left out")


@resource(
    "AWS::ApiGatewayV2::Integration",
    listed_by=call("apigatewayv2", "GetIntegrations", permission=READ, ApiId="{ApiId}"),
    at="Items",
    id="arn:{partition}:apigateway:{region}::/apis/{parent.ApiId}/integrations/{IntegrationId}",
    name="{parent.ApiId}/{IntegrationId}",
    over=Api,
)
class Integration(Resource):
    """An integration of an HTTP or WebSocket API: what a route calls."""

    connection_type: str = member(
        absent="INTERNET", values=("INTERNET", "VPC_LINK"), why="The default value is INTERNET"
    )
    tls_config: TlsConfig | None = member(
        absent=None,
        why="If you specify a TLS configuration, private integration traffic uses the HTTPS protocol",
    )
