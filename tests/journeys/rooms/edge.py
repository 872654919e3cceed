"""What meets the world: CloudFront, WAF, API Gateway, AppSync, ACM, Route 53."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.journeys.rooms.thing import Make, named
from tests.journeys.scenes.edge import SERVER
from tests.journeys.scenes.started import bucket, made, trusting
from tests.journeys.workshop import ID, TOKYO, Workshop

VIRGINIA = "us-east-1"
CERTIFICATE = f"arn:aws:acm:us-east-1:{ID}:certificate/11111111-2222-3333-4444-555555555555"
WEB_ACL = f"arn:aws:wafv2:us-east-1:{ID}:global/webacl/site/11111111-2222-3333-4444-555555555555"
LOG_GROUP = f"arn:aws:logs:{TOKYO}:{ID}:log-group:api"


def _distribution(workshop: Workshop, reference: str, origins: list[dict[str, Any]], **config: Any) -> str:
    whole = {
        "CallerReference": reference,
        "Comment": reference,
        "Enabled": True,
        "Origins": {"Quantity": len(origins), "Items": origins},
        "DefaultCacheBehavior": {
            "TargetOriginId": "first",
            "ViewerProtocolPolicy": "https-only",
            "MinTTL": 0,
            **config.pop("DefaultCacheBehavior", {}),
        },
        **config,
    }
    return str(made(workshop, "cloudfront:CreateDistribution", "Distribution.Id", DistributionConfig=whole))


def site(workshop: Workshop, sound: bool) -> str:
    """A distribution before a server and a spare one, which answers if the first does not; or before one of old."""
    server = SERVER if sound else {**SERVER, "OriginProtocolPolicy": "http-only"}
    protocols = {"Quantity": 1, "Items": ["TLSv1.2" if sound else "SSLv3"]}
    first = {
        "Id": "first",
        "DomainName": "www.example.com",
        "CustomOriginConfig": {**server, "OriginSslProtocols": protocols},
    }
    spare = {**first, "Id": "spare", "DomainName": "spare.example.com"}
    members = {"Quantity": 2, "Items": [{"OriginId": "first"}, {"OriginId": "spare"}]}
    failover = {"StatusCodes": {"Quantity": 1, "Items": [500]}}
    group = {"Id": "both", "FailoverCriteria": failover, "Members": members}
    certificate = {
        "CloudFrontDefaultCertificate": False,
        "ACMCertificateArn": CERTIFICATE,
        "SSLSupportMethod": "sni-only" if sound else "vip",
        "MinimumProtocolVersion": "TLSv1.2_2021" if sound else "TLSv1",
    }
    logging: dict[str, Any] = {"Enabled": sound, "IncludeCookies": False, "Prefix": ""}
    return _distribution(
        workshop,
        f"site-{named(sound)}",
        [first, spare] if sound else [first],
        OriginGroups={"Quantity": 1, "Items": [group]} if sound else {"Quantity": 0},
        ViewerCertificate=certificate,
        Logging={**logging, "Bucket": "logs.s3.amazonaws.com" if sound else ""},
        WebACLId=WEB_ACL if sound else "",
        DefaultCacheBehavior={"ViewerProtocolPolicy": "redirect-to-https" if sound else "allow-all"},
    )


def site_with_certificate(workshop: Workshop, sound: bool) -> str:
    """Both serve a certificate by SNI; one to clients of old, too."""
    certificate = {
        "CloudFrontDefaultCertificate": False,
        "ACMCertificateArn": CERTIFICATE,
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021" if sound else "TLSv1",
    }
    server = {"Id": "first", "DomainName": "www.example.com", "CustomOriginConfig": SERVER}
    return _distribution(workshop, f"tls-{named(sound)}", [server], ViewerCertificate=certificate)


def site_of_files(workshop: Workshop, sound: bool) -> str:
    """A distribution before a bucket that is there and that only it may read; or before one that is gone."""
    if sound:
        bucket(workshop, "site-files")
    origin = {
        "Id": "first",
        "DomainName": f"{'site-files' if sound else 'site-gone'}.s3.{TOKYO}.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": "E327GJI25M56DG" if sound else "",
    }
    certificate = {"CloudFrontDefaultCertificate": True}
    own = {
        "CloudFrontDefaultCertificate": False,
        "ACMCertificateArn": CERTIFICATE,
        "SSLSupportMethod": "sni-only",
    }
    signed = {"Enabled": sound, "Quantity": int(sound), "Items": ["11111111-2222-3333-4444-555555555555"]}
    return _distribution(
        workshop,
        f"files-{named(sound)}",
        [origin],
        DefaultRootObject="index.html" if sound else "",
        ViewerCertificate=own if sound else certificate,
        DefaultCacheBehavior={"TrustedKeyGroups": signed if sound else {"Enabled": False, "Quantity": 0}},
    )


def site_of_function(workshop: Workshop, sound: bool) -> str:
    origin = {
        "Id": "first",
        "DomainName": f"abcdefghijklmnopqrstuvwxyz012345.lambda-url.{TOKYO}.on.aws",
        "CustomOriginConfig": SERVER,
        "OriginAccessControlId": "E327GJI25M56DG" if sound else "",
    }
    return _distribution(workshop, f"function-{named(sound)}", [origin])


def web_acl(workshop: Workshop, sound: bool) -> str:
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "acl"}
    rate = {"RateBasedStatement": {"Limit": 1000, "AggregateKeyType": "IP"}}
    rule = {
        "Name": "rate",
        "Priority": 0,
        "Statement": rate,
        "Action": {"Block": {}},
        "VisibilityConfig": seen,
    }
    return str(
        made(
            workshop,
            "wafv2:CreateWebACL",
            "Summary.ARN",
            Name=f"acl-{named(sound)}",
            Scope="REGIONAL",
            DefaultAction={"Allow": {}},
            VisibilityConfig=seen,
            Rules=[rule] if sound else [],
        )
    )


def rule_group(workshop: Workshop, sound: bool) -> str:
    seen: dict[str, Any] = {"SampledRequestsEnabled": True, "MetricName": "group"}
    return str(
        made(
            workshop,
            "wafv2:CreateRuleGroup",
            "Summary.ARN",
            Name=named(sound),
            Scope="REGIONAL",
            Capacity=10,
            VisibilityConfig={**seen, "CloudWatchMetricsEnabled": sound},
        )
    )


def rest_stage(workshop: Workshop, sound: bool) -> str:
    api = made(workshop, "apigateway:CreateRestApi", "id", name=f"rest-{named(sound)}")
    root = made(workshop, "apigateway:GetResources", "items[0].id", restApiId=api)
    of = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
    made(workshop, "apigateway:PutMethod", authorizationType="NONE", **of)
    made(workshop, "apigateway:PutIntegration", type="MOCK", **of)
    made(workshop, "apigateway:CreateDeployment", restApiId=api, stageName=named(sound))
    patches = {
        "/tracingEnabled": str(sound).lower(),
        "/*/*/logging/loglevel": "ERROR" if sound else "OFF",
        "/*/*/caching/enabled": "true",
        "/*/*/caching/dataEncrypted": str(sound).lower(),
    }
    stage = {"restApiId": api, "stageName": named(sound)}
    arn = f"arn:aws:apigateway:{TOKYO}::/restapis/{api}/stages/{named(sound)}"
    if sound:
        acl = web_acl_of(workshop, "rest")
        made(workshop, "wafv2:AssociateWebACL", WebACLArn=acl, ResourceArn=arn)
    operations = [{"op": "replace", "path": path, "value": value} for path, value in patches.items()]
    made(workshop, "apigateway:UpdateStage", patchOperations=operations, **stage)
    return arn


def web_acl_of(workshop: Workshop, name: str) -> str:
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "acl"}
    acl: dict[str, Any] = {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": seen}
    return str(made(workshop, "wafv2:CreateWebACL", "Summary.ARN", Name=name, **acl))


def _http_api(workshop: Workshop, name: str) -> str:
    return str(made(workshop, "apigatewayv2:CreateApi", "ApiId", Name=name, ProtocolType="HTTP"))


def http_stage(workshop: Workshop, sound: bool) -> str:
    api = _http_api(workshop, f"stage-{named(sound)}")
    logged = {"DestinationArn": LOG_GROUP, "Format": "$context.requestId"}
    more: dict[str, Any] = {"AccessLogSettings": logged} if sound else {}
    made(workshop, "apigatewayv2:CreateStage", ApiId=api, StageName=named(sound), **more)
    return f"/apis/{api}/stages/{named(sound)}"


def route(workshop: Workshop, sound: bool) -> str:
    api = _http_api(workshop, f"route-{named(sound)}")
    authorized = {"ApiId": api, "RouteKey": "GET /", "AuthorizationType": "AWS_IAM" if sound else "NONE"}
    found = made(workshop, "apigatewayv2:CreateRoute", "RouteId", **authorized)
    return f"/apis/{api}/routes/{found}"


def integration(workshop: Workshop, sound: bool) -> str:
    api = _http_api(workshop, f"integration-{named(sound)}")
    private: dict[str, Any] = {"IntegrationType": "HTTP_PROXY", "ConnectionType": "VPC_LINK"}
    tls: dict[str, Any] = {"TlsConfig": {"ServerNameToVerify": "inner.example.com"}} if sound else {}
    found = made(
        workshop,
        "apigatewayv2:CreateIntegration",
        "IntegrationId",
        ApiId=api,
        ConnectionId="abc123",
        IntegrationMethod="GET",
        IntegrationUri="arn:aws:elasticloadbalancing:ap-northeast-1:444455556666:listener/app/a/b/c",
        **private,
        **tls,
    )
    return f"/apis/{api}/integrations/{found}"


def api_domain(workshop: Workshop, sound: bool) -> str:
    name = f"{named(sound)}.example.com"
    made(
        workshop,
        "apigateway:CreateDomainName",
        domainName=name,
        regionalCertificateArn=CERTIFICATE,
        endpointConfiguration={"types": ["REGIONAL"]},
        securityPolicy="SecurityPolicy_TLS13_1_3_2025_09" if sound else "TLS_1_0",
    )
    return name


def graphql_api(workshop: Workshop, sound: bool) -> str:
    name = f"graphql-{named(sound)}"
    trust = trusting("appsync")
    role = made(workshop, "iam:CreateRole", "Role.Arn", RoleName=name, AssumeRolePolicyDocument=trust)
    level = "ERROR" if sound else "NONE"
    found = made(
        workshop,
        "appsync:CreateGraphqlApi",
        "graphqlApi.apiId",
        name=name,
        authenticationType="AWS_IAM" if sound else "API_KEY",
        logConfig={"fieldLogLevel": level, "cloudWatchLogsRoleArn": role},
    )
    return str(found)


def zone(workshop: Workshop, sound: bool) -> str:
    name = f"{named(sound)}.example.com."
    found = made(workshop, "route53:CreateHostedZone", "HostedZone.Id", Name=name, CallerReference=name)
    if sound:
        group = f"/aws/route53/{name}"
        made(workshop, "logs:CreateLogGroup", region=VIRGINIA, logGroupName=group)
        arn = f"arn:aws:logs:us-east-1:{ID}:log-group:{group}:*"
        made(workshop, "route53:CreateQueryLoggingConfig", HostedZoneId=found, CloudWatchLogsLogGroupArn=arn)
    return str(found).removeprefix("/hostedzone/")


SHOWN: Mapping[Make, str] = {
    site: "CloudFront.3 CloudFront.4 CloudFront.5 CloudFront.6 CloudFront.8 CloudFront.9 CloudFront.10",
    site_with_certificate: "CloudFront.15",
    site_of_files: "CloudFront.1 CloudFront.7 CloudFront.12 CloudFront.13 CloudFront.17",
    site_of_function: "CloudFront.16",
    web_acl: "WAF.10",
    rule_group: "WAF.12",
    rest_stage: "APIGateway.1 APIGateway.3 APIGateway.4 APIGateway.5",
    http_stage: "APIGateway.9",
    route: "APIGateway.8",
    integration: "APIGateway.10",
    api_domain: "APIGateway.11",
    graphql_api: "AppSync.2 AppSync.5",
    zone: "Route53.2",
}
NO_CLASSIC_WAF = "it does not know WAF Classic"
CANNOT_SHOW: Mapping[str, str] = {
    **dict.fromkeys(("WAF.1", "WAF.2", "WAF.3", "WAF.4", "WAF.6", "WAF.7", "WAF.8"), NO_CLASSIC_WAF),
    "APIGateway.2": "it makes no client certificates",
    "ACM.1": "a certificate is valid for as long as moto says",
    "ACM.2": "a certificate has the key that moto gives it",
}
