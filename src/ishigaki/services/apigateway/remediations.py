"""API Gateway: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, alters, change, skip, step
from ishigaki.core.population import Given, chosen
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said, said_of
from ishigaki.services.apigateway.controls import (
    EVERY,
    REST,
    SETTING,
    SOCKET,
    STAGE,
    Level,
    caches_openly,
    levels,
    with_setting,
    writes_execution_logs,
)
from ishigaki.services.apigateway.resources import Api, LogRole, MethodSetting, RestStage, RouteSetting, Stage
from ishigaki.services.waf.resources import WebACL

PATCH = "apigateway:PATCH"  # IAM knows API Gateway's writes by their HTTP method
MAY_LOG = LogRole(role="arn:aws:iam::111122223333:role/apigateway-logs")
WEB_ACL = WebACL(
    id="arn:aws:wafv2:ap-northeast-1:111122223333:regional/webacl/example/a1b2c3d4", name="example"
)
SILENT = MethodSetting(logging_level="OFF", caching_enabled=False, cache_data_encrypted=False)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(replace(REST, method_settings={EVERY: SILENT}), MAY_LOG),
        mends(replace(REST, method_settings={}), MAY_LOG),
        mends(with_setting("orders/GET", logging_level="OFF"), MAY_LOG),
        mends(REST, MAY_LOG, asked=Level(logging_level="INFO")),
        mends(replace(STAGE, logging_level="OFF"), SOCKET, MAY_LOG),
        mends(
            replace(STAGE, route_settings={"$connect": RouteSetting(logging_level="OFF")}), SOCKET, MAY_LOG
        ),
        leaves(with_setting(logging_level="OFF"), LogRole(role=None), skip="no_role_for_logs"),
        leaves(STAGE, SOCKET, MAY_LOG, asked=Level(logging_level="ERROR"), skip="stage_logs_more"),
        leaves(replace(STAGE, logging_level="OFF"), replace(SOCKET, protocol_type="HTTP"), MAY_LOG),
        leaves(REST, MAY_LOG),
    ],
)
def log_execution(stage: RestStage | Stage, apis: Given[Api], roles: Given[LogRole], asked: Level) -> Changes:
    """Sets the logging level of every method or route that is not logged to ERROR, or to the level asked for.

    API Gateway refuses it where its account settings name no role for logs.
    """
    if not writes_execution_logs(stage, apis):
        return
    wanted = (asked.logging_level,) if asked.logging_level else ("ERROR", "INFO")
    wrong = {path: level() for path, level in chosen(levels(stage), lambda each: each[1]() not in wanted)}
    if not wrong:
        return
    if asked.logging_level == "ERROR" and "INFO" in wrong.values():
        yield skip("stage_logs_more", stage=stage.name)
        return
    if not list(chosen(roles, lambda each: each.role is not None)):
        yield skip("no_role_for_logs", region=stage.region)
        return
    if isinstance(stage, RestStage):
        yield _set(stage, dict.fromkeys(wrong, wanted[0]), member="loggingLevel", at="logging/loglevel")
    else:
        yield _log_routes(stage, wrong, wanted[0])


def _log_routes(stage: Stage, wrong: Mapping[str, str], level: str) -> Change:
    """A WebSocket stage with the settings of these routes (`*`: the default ones) at a level."""
    before = said(stage, "route_settings") or {}
    routes = {k: {**v, "LoggingLevel": level} if k in wrong else v for k, v in before.items()}
    after: dict[str, Any] = {"RouteSettings": routes} if routes != before else {}
    back: dict[str, Any] = {"RouteSettings": before} if routes != before else {}
    becomes: dict[str, Any] = {"route_settings": routes} if routes != before else {}
    if "*" in wrong:
        usual = said_of(stage).item.get("DefaultRouteSettings", {})
        after["DefaultRouteSettings"] = {**usual, "LoggingLevel": level}
        back["DefaultRouteSettings"] = {**usual, "LoggingLevel": wrong["*"]}
        becomes["logging_level"] = level
    return change(
        alters(stage, **becomes),
        steps=[step("log", _update_stage(stage, after), undo=_update_stage(stage, back))],
    )


def _update_stage(stage: Stage, settings: Mapping[str, Any]) -> Call:
    api, _, name = stage.name.partition("/")
    return call("apigatewayv2", "UpdateStage", permission=PATCH, ApiId=api, StageName=name, **settings)


@remediation(
    disruption=Disruption.LOW,
    examples=[mends(replace(REST, tracing_enabled=False)), leaves(REST)],
)
def trace_requests(stage: RestStage) -> Changes:
    """Switches on the X-Ray tracing of a REST stage."""
    if not stage.tracing_enabled:
        on, off = ([{"op": "replace", "path": "/tracingEnabled", "value": v}] for v in ("true", "false"))
        yield change(
            alters(stage, tracing_enabled=True),
            steps=[step("trace", _patch(stage, on), undo=_patch(stage, off))],
        )


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(replace(REST, web_acl_arn=""), WEB_ACL),
        leaves(replace(REST, web_acl_arn=""), skip="no_regional_web_acl"),
        leaves(
            replace(REST, web_acl_arn=""),
            WEB_ACL,
            replace(WEB_ACL, id=f"{WEB_ACL.id}-2"),
            skip="choose_regional_web_acl",
        ),
        leaves(REST, WEB_ACL),
    ],
)
def put_stage_behind_web_acl(stage: RestStage, known: Given[WebACL]) -> Changes:
    """Associates the Region's web ACL, where there is just one, with a REST stage that has none."""
    if stage.web_acl_arn:
        return
    if len(known) != 1:
        yield skip("choose_regional_web_acl" if known else "no_regional_web_acl", stage=stage.name)
        return
    (web_acl,) = known
    join = call(
        "wafv2",
        "AssociateWebACL",
        permission=("wafv2:AssociateWebACL", "apigateway:SetWebACL"),
        WebACLArn=web_acl.id,
        ResourceArn=stage.id,
    )
    part = call(
        "wafv2",
        "DisassociateWebACL",
        permission=("wafv2:DisassociateWebACL", "apigateway:SetWebACL"),
        ResourceArn=stage.id,
    )
    yield change(alters(stage, web_acl_arn=web_acl.id), steps=[step("associate", join, undo=part)])


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(with_setting(cache_data_encrypted=False)),
        mends(with_setting("orders/GET", cache_data_encrypted=False)),
        leaves(replace(REST, method_settings={EVERY: SILENT})),
        leaves(replace(REST, method_settings={EVERY: SETTING})),
    ],
)
def encrypt_api_cache(stage: RestStage) -> Changes:
    """Encrypts what is cached, for every method that is cached."""
    wrong = [path for path, _ in chosen(stage.method_settings.items(), lambda each: caches_openly(each[1]))]
    if wrong:
        yield _set(stage, dict.fromkeys(wrong, True), member="cacheDataEncrypted", at="caching/dataEncrypted")


def _set(stage: RestStage, values: Mapping[str, Any], *, member: str, at: str) -> Change:
    """A REST stage with one member of some method settings changed; settings that were not there are removed again."""
    before = said(stage, "method_settings") or {}
    after = {**before, **{path: {**before.get(path, {}), member: v} for path, v in values.items()}}
    forth = [{"op": "replace", "path": f"/{path}/{at}", "value": _text(v)} for path, v in values.items()]
    back = [_back(before.get(path), path, member=member, at=at) for path in values]
    return change(
        alters(stage, method_settings=after),
        steps=[step("set", _patch(stage, forth), undo=_patch(stage, back))],
    )


def _back(setting: Mapping[str, Any] | None, path: str, *, member: str, at: str) -> dict[str, str]:
    if setting is None:
        return {"op": "remove", "path": f"/{path}"}
    usual: Any = "OFF" if member == "loggingLevel" else False
    return {"op": "replace", "path": f"/{path}/{at}", "value": _text(setting.get(member, usual))}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _patch(stage: RestStage, operations: list[dict[str, str]]) -> Call:
    api, _, name = stage.name.partition("/")
    return call(
        "apigateway",
        "UpdateStage",
        permission=PATCH,
        restApiId=api,
        stageName=name,
        patchOperations=operations,
    )


REMEDIATIONS = {
    "APIGateway.1": log_execution,
    "APIGateway.3": trace_requests,
    "APIGateway.4": put_stage_behind_web_acl,
    "APIGateway.5": encrypt_api_cache,
}
