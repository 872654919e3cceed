"""Scenes of what meets the world: distributions, web ACLs, APIs, zones, certificates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tests.journeys.scenes.started import made, trusting
from tests.journeys.workshop import Furnish, Workshop

SERVER = {
    "HTTPPort": 80,
    "HTTPSPort": 443,
    "OriginProtocolPolicy": "https-only",
    "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]},
}
CERTIFICATE = "arn:aws:acm:us-east-1:444455556666:certificate/11111111-2222-3333-4444-555555555555"
VISIBLE = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "group"}


def distribution(
    workshop: Workshop, *, policy: str = "https-only", origin: Mapping[str, Any] | None = None, **config: Any
) -> None:
    """A distribution before one origin, a server that speaks HTTPS if nothing else is said."""
    before = origin or {"DomainName": "www.example.com", "CustomOriginConfig": SERVER}
    whole = {
        "CallerReference": "site",
        "Comment": "The site",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{"Id": "site", **before}]},
        "DefaultCacheBehavior": {"TargetOriginId": "site", "ViewerProtocolPolicy": policy, "MinTTL": 0},
        **config,
    }
    made(workshop, "cloudfront:CreateDistribution", DistributionConfig=whole)


def distribution_before(workshop: Workshop, **server: Any) -> None:
    origin = {"DomainName": "www.example.com", "CustomOriginConfig": {**SERVER, **server}}
    distribution(workshop, origin=origin)


def distribution_with_certificate(workshop: Workshop, method: str) -> None:
    certificate = {
        "CloudFrontDefaultCertificate": False,
        "ACMCertificateArn": CERTIFICATE,
        "SSLSupportMethod": method,
        "MinimumProtocolVersion": "TLSv1",
    }
    distribution(workshop, ViewerCertificate=certificate)


def graphql_api(workshop: Workshop, **settings: Any) -> None:
    made(workshop, "appsync:CreateGraphqlApi", name="orders", **{"authenticationType": "AWS_IAM", **settings})


def graphql_api_without_logs(workshop: Workshop) -> None:
    trusted = trusting("appsync")
    role = made(workshop, "iam:CreateRole", "Role.Arn", RoleName="api-logs", AssumeRolePolicyDocument=trusted)
    graphql_api(workshop, logConfig={"fieldLogLevel": "NONE", "cloudWatchLogsRoleArn": role})


def graphql_api_with_keys(workshop: Workshop) -> None:
    people = {
        "authenticationType": "OPENID_CONNECT",
        "openIDConnectConfig": {"issuer": "https://example.com"},
    }
    graphql_api(workshop, additionalAuthenticationProviders=[{"authenticationType": "API_KEY"}, people])


def root_ca(workshop: Workshop) -> None:
    arn = made(
        workshop,
        "acm-pca:CreateCertificateAuthority",
        "CertificateAuthorityArn",
        CertificateAuthorityType="ROOT",
        CertificateAuthorityConfiguration={
            "KeyAlgorithm": "RSA_2048",
            "SigningAlgorithm": "SHA256WITHRSA",
            "Subject": {"CommonName": "example"},
        },
    )
    made(workshop, "acm-pca:UpdateCertificateAuthority", CertificateAuthorityArn=arn, Status="ACTIVE")


def rule_group(workshop: Workshop) -> None:
    group: dict[str, Any] = {"Scope": "REGIONAL", "Capacity": 10, "VisibilityConfig": VISIBLE}
    made(workshop, "wafv2:CreateRuleGroup", Name="group", **group)


def rest_stage(workshop: Workshop, *patches: tuple[str, str]) -> None:
    """A stage of a REST API that answers by itself."""
    api = made(workshop, "apigateway:CreateRestApi", "id", name="orders")
    root = made(workshop, "apigateway:GetResources", "items[0].id", restApiId=api)
    of = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
    made(workshop, "apigateway:PutMethod", authorizationType="NONE", **of)
    made(workshop, "apigateway:PutIntegration", type="MOCK", **of)
    made(workshop, "apigateway:CreateDeployment", restApiId=api, stageName="prod")
    operations = [{"op": "replace", "path": path, "value": value} for path, value in patches]
    made(workshop, "apigateway:UpdateStage", restApiId=api, stageName="prod", patchOperations=operations)


def rest_stage_without_traces(workshop: Workshop) -> None:
    rest_stage(workshop, ("/tracingEnabled", "false"))


def rest_stage_that_caches(workshop: Workshop) -> None:
    rest_stage(workshop, ("/*/*/caching/enabled", "true"), ("/*/*/caching/dataEncrypted", "false"))


def rest_stage_that_may_log(workshop: Workshop) -> None:
    trusted = trusting("apigateway")
    role = made(workshop, "iam:CreateRole", "Role.Arn", RoleName="api-logs", AssumeRolePolicyDocument=trusted)
    named = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]
    made(workshop, "apigateway:UpdateAccount", patchOperations=named)
    rest_stage(workshop, ("/*/*/logging/loglevel", "OFF"))


SCENES: Mapping[str, Furnish] = {
    "disable_root_ca": root_ca,
    "drop_ssl3": partial(
        distribution_before, OriginSslProtocols={"Quantity": 2, "Items": ["SSLv3", "TLSv1.2"]}
    ),
    "encrypt_api_cache": rest_stage_that_caches,
    "encrypt_to_origins": partial(distribution_before, OriginProtocolPolicy="http-only"),
    "log_execution": rest_stage_that_may_log,
    "log_fields": graphql_api_without_logs,
    "measure_rule_group": rule_group,
    "raise_tls_policy": partial(distribution_with_certificate, method="sni-only"),
    "redirect_to_https": partial(distribution, policy="allow-all"),
    "refuse_api_keys": graphql_api_with_keys,
    "serve_certificate_by_sni": partial(distribution_with_certificate, method="vip"),
    "trace_requests": rest_stage_without_traces,
}

# What no account on the emulator asks for.
CANNOT: Mapping[str, str] = {
    "log_queries": "Route 53 logs into us-east-1, where the workshop's account is not looked at",
    "put_behind_web_acl": "moto does not know AssociateDistributionWebACL",
    "put_stage_behind_web_acl": "moto's stages do not show the web ACL that they are associated with",
    "set_root_object": "moto's origins do not show that they are buckets",
}
