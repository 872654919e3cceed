"""AppSync: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, alters, change, skip, step
from ishigaki.core.population import AccountWide, none, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said, said_of
from ishigaki.services.appsync.controls import BESIDE, GOOD, Level, at, takes_key
from ishigaki.services.appsync.resources import GraphQLApi
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.logs.making import role_arn, role_to_logs

ROLE_NAME = "ishigaki-appsync-logs"
WRITING = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
LEVELS = ("NONE", "ERROR", "INFO", "DEBUG", "ALL")  # each logs what those before it do, and more
# What UpdateGraphqlApi takes, and puts back to its default where it is left out.
SETTINGS = (
    "name",
    "logConfig",
    "authenticationType",
    "userPoolConfig",
    "openIDConnectConfig",
    "additionalAuthenticationProviders",
    "xrayEnabled",
    "lambdaAuthorizerConfig",
    "mergedApiExecutionRoleArn",
    "ownerContact",
    "introspectionConfig",
    "queryDepthLimit",
    "resolverCountLimit",
    "enhancedMetricsConfig",
)
UNLOGGED = replace(GOOD, log_config=None)
LOGGED = role_arn(ROLE_NAME, near=GOOD)
READY = Role(id=LOGGED, name=ROLE_NAME)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(UNLOGGED),
        mends(UNLOGGED, READY),
        mends(at("NONE")),
        mends(at("INFO")),
        mends(at("ERROR"), asked=Level(field_logging_level="ALL")),
        leaves(at("ALL"), asked=Level(field_logging_level="ERROR"), skip="logs_more_than_asked"),
        leaves(at("DEBUG"), asked=Level(field_logging_level="ERROR"), skip="logs_more_than_asked"),
        leaves(at("ALL")),
        leaves(GOOD),
    ],
)
def log_fields(api: GraphQLApi, roles: AccountWide[Role], asked: Level) -> Changes:
    """Logs an API's resolvers field by field: at the level asked for, else at ERROR, or ALL where more than that
    was logged. The role that AppSync writes by is made where the API has none."""
    before = api.log_config.field_log_level if api.log_config is not None else "NONE"
    wanted = asked.field_logging_level
    if before == wanted or (wanted is None and before in ("ERROR", "ALL")):
        return
    if wanted is not None and LEVELS.index(before) > LEVELS.index(wanted):
        yield skip("logs_more_than_asked", api=api.name, level=before, wanted=wanted)
        return
    level = wanted or ("ERROR" if before == "NONE" else "ALL")
    if api.log_config is not None:
        yield _updated(api, logConfig={**said(api, "log_config"), "fieldLogLevel": level})
        return
    role = role_arn(ROLE_NAME, near=api)
    if none(roles, lambda each: each.id == role):
        yield role_to_logs(
            ROLE_NAME,
            service="appsync.amazonaws.com",
            actions=WRITING,
            groups="/aws/appsync/apis/*",
            near=api,
        )
    log = {"fieldLogLevel": level, "cloudWatchLogsRoleArn": role, "excludeVerboseContent": True}
    yield _updated(api, logConfig=log, needs=(role,))


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(BESIDE),
        leaves(replace(GOOD, authentication_type="API_KEY"), skip="choose_authentication"),
        leaves(replace(BESIDE, authentication_type="API_KEY"), skip="choose_authentication"),
        leaves(GOOD),
    ],
)
def refuse_api_keys(api: GraphQLApi) -> Changes:
    """Takes the API key out of the additional ways to be let in. Where it is the default way, every type and field
    without a directive relies on it: what takes its place is for a person to say."""
    if api.authentication_type == "API_KEY":
        yield skip("choose_authentication", api=api.name)
    elif some(api.additional_authentication_providers, takes_key):
        before = said(api, "additional_authentication_providers")
        kept = [each for each in before if each["authenticationType"] != "API_KEY"]
        yield _updated(api, additionalAuthenticationProviders=kept)


def _updated(api: GraphQLApi, *, needs: tuple[str, ...] = (), **becomes: Any) -> Change:
    """The API with one of its settings changed. UpdateGraphqlApi is given all of them: it keeps none by itself."""
    item = said_of(api).item
    before = {name: item[name] for name in SETTINGS if item.get(name) is not None}
    members = {
        "logConfig": "log_config",
        "additionalAuthenticationProviders": "additional_authentication_providers",
    }
    return change(
        alters(api, **{members[name]: value for name, value in becomes.items()}),
        steps=[step("update", _update(api, {**before, **becomes}), undo=_update(api, before))],
        needs=needs,
    )


def _update(api: GraphQLApi, settings: Mapping[str, Any]) -> Call:
    passing = ("appsync:UpdateGraphqlApi", "iam:PassRole")
    return call("appsync", "UpdateGraphqlApi", permission=passing, apiId=api.name, **settings)


REMEDIATIONS = {"AppSync.2": log_fields, "AppSync.5": refuse_api_keys}
