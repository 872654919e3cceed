"""API Gateway: what is required."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from ishigaki.core.control import Parameters, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.services.apigateway.resources import (
    Api,
    DomainName,
    Integration,
    MethodSetting,
    RestStage,
    Route,
    RouteSetting,
    Stage,
    TlsConfig,
)

EVERY = "*/*"  # the settings of every method that has none of its own
# Security Hub's allowedSecurityPolicies.
RECOMMENDED = (
    "SecurityPolicy_TLS13_1_3_2025_09",
    "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
    "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_2025_EDGE",
    "SecurityPolicy_TLS12_PFS_2025_EDGE",
)

SETTING = MethodSetting(logging_level="ERROR", caching_enabled=True, cache_data_encrypted=True)
REST = RestStage(
    name="abcdefghij/prod",
    method_settings={EVERY: SETTING},
    client_certificate_id="abc123",
    tracing_enabled=True,
    web_acl_arn="arn:aws:wafv2:ap-northeast-1:111122223333:regional/webacl/example/a1b2c3d4",
)
SOCKET = Api(id="arn:aws:apigateway:ap-northeast-1::/apis/abcdefghij", protocol_type="WEBSOCKET")
STAGE = Stage(
    id=f"{SOCKET.id}/stages/prod",
    name="abcdefghij/prod",
    logging_level="INFO",
    route_settings={},
    log_destination="arn:aws:logs:ap-northeast-1:111122223333:log-group:/aws/apigateway/example",
)


def with_setting(path: str = EVERY, **changes: Any) -> RestStage:
    """The good stage with another setting."""
    return replace(REST, method_settings={EVERY: SETTING, path: replace(SETTING, **changes)})


class Level(Parameters, frozen=True):
    """What AWS lets an account set of APIGateway.1: the one level that is to be used."""

    logging_level: Literal["ERROR", "INFO"] | None = None


def writes_execution_logs(stage: RestStage | Stage, apis: Given[Api], **_: Level) -> bool:
    """Stages of REST and WebSocket APIs do; HTTP APIs know no execution logs."""
    if isinstance(stage, RestStage):
        return True
    return some(
        apis.by("id")[stage.id.partition("/stages/")[0]], lambda api: api.protocol_type == "WEBSOCKET"
    )


@control(
    "APIGateway.1",
    where=writes_execution_logs,
    examples=[
        passes(REST),
        passes(with_setting("orders/GET", logging_level="INFO")),
        passes(REST, asked=Level(logging_level="ERROR")),
        fails("not_logged", with_setting(logging_level="OFF")),
        fails("not_logged", with_setting("orders/GET", logging_level="OFF")),
        fails("not_logged", replace(REST, method_settings={})),
        fails("not_logged", replace(REST, method_settings={"orders/GET": SETTING})),
        fails("not_logged", REST, asked=Level(logging_level="INFO")),
        passes(STAGE, SOCKET),
        passes(replace(STAGE, route_settings={"$connect": RouteSetting(logging_level="ERROR")}), SOCKET),
        fails("not_logged", replace(STAGE, logging_level="OFF"), SOCKET),
        fails(
            "not_logged",
            replace(STAGE, route_settings={"$connect": RouteSetting(logging_level="OFF")}),
            SOCKET,
        ),
        fails("not_logged", STAGE, SOCKET, asked=Level(logging_level="ERROR")),
        ignores(replace(STAGE, logging_level="OFF"), replace(SOCKET, protocol_type="HTTP")),
    ],
)
def logs_execution(stage: RestStage | Stage, apis: Given[Api], asked: Level) -> Faults:
    """Every method or route of a REST or WebSocket stage is logged at ERROR or INFO, or at the level asked for.

    A stage without settings for all methods (`*/*`) fails: methods without settings of their own are not logged.
    """
    wanted = (asked.logging_level,) if asked.logging_level else ("ERROR", "INFO")
    for path, level in chosen(levels(stage), lambda each: each[1]() not in wanted):
        yield fault("not_logged", path=path, level=level(), wanted=" / ".join(wanted))


def levels(stage: RestStage | Stage) -> Iterator[tuple[str, Any]]:
    """By method or route what tells its logging level."""
    if isinstance(stage, Stage):
        yield "*", lambda: stage.logging_level
        for key, setting in stage.route_settings.items():
            yield key, lambda setting=setting: setting.logging_level
        return
    if EVERY not in stage.method_settings:
        yield EVERY, lambda: "OFF"
    for key, each in stage.method_settings.items():
        yield key, lambda each=each: each.logging_level


@control(
    "APIGateway.2",
    examples=[passes(REST), fails("no_certificate", replace(REST, client_certificate_id=""))],
)
def shows_certificate(stage: RestStage) -> Faults:
    """The stage of a REST API shows backends a client certificate."""
    if not stage.client_certificate_id:
        yield fault("no_certificate")


@control(
    "APIGateway.3",
    examples=[passes(REST), fails("not_traced", replace(REST, tracing_enabled=False))],
)
def is_traced(stage: RestStage) -> Faults:
    """The stage of a REST API traces requests with X-Ray."""
    if not stage.tracing_enabled:
        yield fault("not_traced")


@control(
    "APIGateway.4",
    examples=[passes(REST), fails("no_web_acl", replace(REST, web_acl_arn=""))],
)
def is_behind_web_acl(stage: RestStage) -> Faults:
    """A web ACL, of WAF or of WAF Classic in the Region, is associated with the stage of a REST API."""
    if not stage.web_acl_arn:
        yield fault("no_web_acl")


@control(
    "APIGateway.5",
    examples=[
        passes(REST),
        passes(with_setting("orders/GET", caching_enabled=False, cache_data_encrypted=False)),
        passes(replace(REST, method_settings={})),
        fails("not_encrypted", with_setting(cache_data_encrypted=False)),
        fails("not_encrypted", with_setting("orders/GET", cache_data_encrypted=False)),
    ],
)
def encrypts_cache(stage: RestStage) -> Faults:
    """What is cached for the methods of a stage is encrypted; methods that are not cached are not asked about.

    The settings count, whether the stage has a cache at the moment or not.
    """
    for path, _ in chosen(stage.method_settings.items(), lambda each: caches_openly(each[1])):
        yield fault("not_encrypted", path=path)


def caches_openly(setting: MethodSetting) -> bool:
    return setting.caching_enabled and not setting.cache_data_encrypted


class Authorization(Parameters, frozen=True):
    """What AWS lets an account set of APIGateway.8: the one type that is to be used."""

    authorization_type: Literal["AWS_IAM", "CUSTOM", "JWT"] | None = None


ROUTE = Route(name="abcdefghij/r1", route_key="GET /orders", authorization_type="JWT")


@control(
    "APIGateway.8",
    examples=[
        passes(ROUTE),
        passes(replace(ROUTE, authorization_type="AWS_IAM")),
        passes(ROUTE, asked=Authorization(authorization_type="JWT")),
        fails("open", replace(ROUTE, authorization_type="NONE")),
        fails("open", replace(ROUTE, route_key="$default", authorization_type="NONE")),
        fails("other_type", ROUTE, asked=Authorization(authorization_type="AWS_IAM")),
    ],
)
def asks_for_authorization(route: Route, asked: Authorization) -> Faults:
    """Every route asks for authorization, of the type asked for where there is one.

    AWS makes no exception for the routes of WebSocket APIs that come after $connect and take no authorization.
    """
    if route.authorization_type == "NONE":
        yield fault("open", route=route.route_key)
    elif asked.authorization_type not in (None, route.authorization_type):
        yield fault(
            "other_type",
            route=route.route_key,
            type=route.authorization_type,
            wanted=asked.authorization_type,
        )


@control(
    "APIGateway.9",
    examples=[passes(STAGE), fails("not_logged", replace(STAGE, log_destination=""))],
)
def logs_access(stage: Stage) -> Faults:
    """The stage of an HTTP or WebSocket API writes access logs."""
    if not stage.log_destination:
        yield fault("not_logged")


PRIVATE = Integration(
    connection_type="VPC_LINK", tls_config=TlsConfig(server_name_to_verify="api.example.com")
)


@control(
    "APIGateway.10",
    where=lambda integration: integration.connection_type == "VPC_LINK",
    examples=[
        passes(PRIVATE),
        passes(replace(PRIVATE, tls_config=TlsConfig(server_name_to_verify=""))),
        fails("plain", replace(PRIVATE, tls_config=None)),
        ignores(Integration(connection_type="INTERNET", tls_config=None)),
    ],
)
def speaks_https_inside(integration: Integration) -> Faults:
    """A private integration (VPC link) of an HTTP or WebSocket API has a TLS configuration, so it speaks HTTPS."""
    if integration.tls_config is None:
        yield fault("plain")


@control(
    "APIGateway.11",
    examples=[
        passes(DomainName(security_policy="SecurityPolicy_TLS13_1_3_2025_09")),
        fails("old_policy", DomainName(security_policy="TLS_1_2")),
        fails("old_policy", DomainName(security_policy="SecurityPolicy_TLS13_1_2_2021_06")),
    ],
)
def has_recommended_policy(domain: DomainName) -> Faults:
    """A public custom domain name has one of the TLS policies that AWS recommends.

    Names that HTTP and WebSocket APIs are mapped to can have TLS_1_2 only, and fail, as AWS says they do.
    """
    if domain.security_policy not in RECOMMENDED:
        yield fault("old_policy", policy=domain.security_policy)


CONTROLS = (
    logs_execution,
    shows_certificate,
    is_traced,
    is_behind_web_acl,
    encrypts_cache,
    asks_for_authorization,
    logs_access,
    speaks_https_inside,
    has_recommended_policy,
)
