"""API Gateway: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource

READ = "apigateway:GET"  # IAM knows API Gateway's reads by their HTTP method


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
