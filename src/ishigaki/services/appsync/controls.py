"""AppSync: what is required."""

from __future__ import annotations

from typing import Literal

from ishigaki.core.control import Parameters, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import some
from ishigaki.core.record import replace
from ishigaki.services.appsync.resources import GraphQLApi, LogConfig, Provider

API_KEY = "API_KEY"
GOOD = GraphQLApi(
    title="orders",
    authentication_type="AWS_IAM",
    additional_authentication_providers=(),
    log_config=LogConfig(
        field_log_level="ERROR", cloud_watch_logs_role_arn="arn:aws:iam::111122223333:role/appsync-logs"
    ),
)
BESIDE = replace(GOOD, additional_authentication_providers=(Provider(authentication_type=API_KEY),))


class Level(Parameters, frozen=True):
    """What AWS lets an account set of AppSync.2: the one level that is to be used."""

    field_logging_level: Literal["ERROR", "ALL"] | None = None


def at(level: str) -> GraphQLApi:
    """The good API with its fields logged at a level."""
    assert GOOD.log_config is not None
    return replace(GOOD, log_config=replace(GOOD.log_config, field_log_level=level))


@control(
    "AppSync.2",
    examples=[
        passes(GOOD),
        passes(at("ALL")),
        passes(at("ALL"), asked=Level(field_logging_level="ALL")),
        fails("not_logged", replace(GOOD, log_config=None)),
        fails("other_level", at("NONE")),
        fails("other_level", at("INFO")),
        fails("other_level", at("ERROR"), asked=Level(field_logging_level="ALL")),
        fails("other_level", at("ALL"), asked=Level(field_logging_level="ERROR")),
    ],
)
def logs_fields(api: GraphQLApi, asked: Level) -> Faults:
    """Resolvers are logged field by field, at level ERROR or ALL, or at the one level that is asked for.

    AWS names these two levels only, so INFO and DEBUG, which came later, fail.
    """
    wanted = (asked.field_logging_level,) if asked.field_logging_level else ("ERROR", "ALL")
    if api.log_config is None:
        yield fault("not_logged", wanted=" / ".join(wanted))
    elif api.log_config.field_log_level not in wanted:
        yield fault("other_level", level=api.log_config.field_log_level, wanted=" / ".join(wanted))


@control(
    "AppSync.5",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, authentication_type="OPENID_CONNECT")),
        passes(
            replace(
                BESIDE,
                additional_authentication_providers=(
                    Provider(authentication_type="AMAZON_COGNITO_USER_POOLS"),
                ),
            )
        ),
        fails("api_key", replace(GOOD, authentication_type=API_KEY)),
        fails("api_key_too", BESIDE),
    ],
)
def takes_no_api_keys(api: GraphQLApi) -> Faults:
    """Nobody is let in by an API key, neither by default nor by an additional provider.

    AWS does not say whether the additional ones count; who has a key gets in by them all the same.
    """
    if api.authentication_type == API_KEY:
        yield fault("api_key")
    if some(api.additional_authentication_providers, takes_key):
        yield fault("api_key_too")


def takes_key(provider: Provider) -> bool:
    return provider.authentication_type == API_KEY


CONTROLS = (logs_fields, takes_no_api_keys)
