"""DMS: what is required."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ishigaki.core.control import Control, cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, UNDECODABLE, UNKNOWN_VALUE, Unseen
from ishigaki.services.dms.resources import Endpoint, ReplicationInstance, ReplicationTask

INSTANCE = ReplicationInstance(publicly_accessible=False, auto_minor_version_upgrade=True, multi_az=True)


@control(
    "DMS.1",
    examples=[passes(INSTANCE), fails("public", replace(INSTANCE, publicly_accessible=True))],
)
def is_private(instance: ReplicationInstance) -> Faults:
    """A replication instance has no public address; that its security groups may be closed does not make up for one."""
    if instance.publicly_accessible:
        yield fault("public")


@control(
    "DMS.6",
    examples=[passes(INSTANCE), fails("no_upgrades", replace(INSTANCE, auto_minor_version_upgrade=False))],
)
def upgrades_by_itself(instance: ReplicationInstance) -> Faults:
    """A replication instance takes minor versions automatically."""
    if not instance.auto_minor_version_upgrade:
        yield fault("no_upgrades")


LOGGED = ("LOGGER_SEVERITY_DEFAULT", "LOGGER_SEVERITY_DEBUG", "LOGGER_SEVERITY_DETAILED_DEBUG")
SPARSE = ("LOGGER_SEVERITY_ERROR", "LOGGER_SEVERITY_WARNING", "LOGGER_SEVERITY_INFO")
ABSENT = "-"  # of a component that the settings do not name


def task(levels: Mapping[str, str], *, enabled: bool = True) -> ReplicationTask:
    """A task whose components log at these levels (for examples)."""
    components = [{"Id": name, "Severity": level} for name, level in levels.items()]
    return with_logging(EnableLogging=enabled, LogComponents=components)


def with_logging(**logging: Any) -> ReplicationTask:
    """A task with these settings of its logs (for examples)."""
    return ReplicationTask(replication_task_settings=json.dumps({"Logging": logging}))


def logs(id: str, first: str, second: str, doc: str) -> Control:
    """A control on two components of a task, which log what is done with one of its databases."""
    usual = {first: LOGGED[0], second: LOGGED[0]}

    @control(
        id,
        doc=doc,
        examples=[
            *(passes(task({first: level, second: level})) for level in LOGGED),
            fails("logging_off", task(usual, enabled=False)),
            fails("logging_off", with_logging(EnableLogging=False)),
            fails("sparse", with_logging(EnableLogging=True, LogComponents=[])),
            cannot_tell(with_logging(EnableLogging=True)),
            cannot_tell(with_logging(EnableLogging="yes", LogComponents=[])),
            cannot_tell(task({**usual, second: "LOGGER_SEVERITY_ALL"})),
            *(fails("sparse", task({**usual, name: level})) for name in usual for level in SPARSE),
            *(fails("sparse", task({name: LOGGED[0]})) for name in usual),
        ],
    )
    def test(of: ReplicationTask) -> Faults:
        logging = logging_of(of.replication_task_settings)
        if not logging["EnableLogging"]:
            yield fault("logging_off")
            return
        levels = {each["Id"]: each["Severity"] for each in logging["LogComponents"]}
        for name in chosen(usual, lambda name: is_sparse(levels.get(name, ABSENT))):
            yield fault("sparse", component=name, level=levels.get(name, ABSENT))

    return test


@lru_cache(maxsize=1024)
def logging_of(settings: str) -> Mapping[str, Any]:
    """How a task logs, by its settings; what is not in the form that AWS documents is unseen."""
    try:
        logging = json.loads(settings)["Logging"]
        if not isinstance(logging["EnableLogging"], bool):
            raise TypeError
        if not logging["EnableLogging"]:  # then its components do not matter
            return {"EnableLogging": False}
        components = [
            {key: str(each[key]) for key in ("Id", "Severity")} for each in logging["LogComponents"] or ()
        ]
    except (KeyError, TypeError):
        raise Unseen("ReplicationTask.replication_task_settings Logging", NOT_IN_ANSWER) from None
    except ValueError:
        raise Unseen("ReplicationTask.replication_task_settings", UNDECODABLE) from None
    return {"EnableLogging": True, "LogComponents": components}


def is_sparse(level: str) -> bool:
    if level not in (*LOGGED, *SPARSE, ABSENT):
        raise Unseen(f"ReplicationTask.replication_task_settings {level}", UNKNOWN_VALUE)
    return level not in LOGGED


ENDPOINT = Endpoint(engine_name="postgres", ssl_mode="require")
NEPTUNE = Endpoint(engine_name="neptune", ssl_mode="none", neptune_iam_auth=True)
MONGODB = Endpoint(engine_name="mongodb", ssl_mode="none", mongodb_auth_type="password")
REDIS = Endpoint(engine_name="redis", ssl_mode="none", redis_security_protocol="ssl-encryption")


@control(
    "DMS.9",
    examples=[
        *(passes(replace(ENDPOINT, ssl_mode=mode)) for mode in ("require", "verify-ca", "verify-full")),
        fails("no_ssl", replace(ENDPOINT, ssl_mode="none")),
        fails("no_ssl", REDIS),
    ],
)
def uses_ssl(endpoint: Endpoint) -> Faults:
    """An endpoint of any engine has an SSL mode other than none; TLS that is set elsewhere does not count."""
    if endpoint.ssl_mode == "none":
        yield fault("no_ssl", engine=endpoint.engine_name)


@control(
    "DMS.10",
    where=lambda endpoint: endpoint.engine_name == "neptune",
    examples=[
        passes(NEPTUNE),
        fails("no_iam", replace(NEPTUNE, neptune_iam_auth=False)),
        ignores(replace(ENDPOINT, neptune_iam_auth=False)),
    ],
)
def authorizes_by_iam(endpoint: Endpoint) -> Faults:
    """An endpoint of Neptune signs its requests with a role of IAM."""
    if not endpoint.neptune_iam_auth:
        yield fault("no_iam")


@control(
    "DMS.11",
    where=lambda endpoint: endpoint.engine_name == "mongodb",
    examples=[
        passes(MONGODB),
        fails("no_authentication", replace(MONGODB, mongodb_auth_type="no")),
        ignores(replace(ENDPOINT, engine_name="docdb")),
    ],
)
def authenticates(endpoint: Endpoint) -> Faults:
    """An endpoint of MongoDB signs in with a password, by whatever mechanism; DocumentDB is another engine."""
    if endpoint.mongodb_auth_type == "no":
        yield fault("no_authentication")


@control(
    "DMS.12",
    where=lambda endpoint: endpoint.engine_name == "redis",
    examples=[
        passes(REDIS),
        fails("plaintext", replace(REDIS, redis_security_protocol="plaintext")),
        ignores(ENDPOINT),
    ],
)
def encrypts_redis(endpoint: Endpoint) -> Faults:
    """An endpoint of Redis OSS connects by TLS."""
    if endpoint.redis_security_protocol == "plaintext":
        yield fault("plaintext")


@control(
    "DMS.13",
    examples=[passes(INSTANCE), fails("one_zone", replace(INSTANCE, multi_az=False))],
)
def has_standby(instance: ReplicationInstance) -> Faults:
    """A replication instance has a standby in another Availability Zone."""
    if not instance.multi_az:
        yield fault("one_zone")


CONTROLS = (
    is_private,
    upgrades_by_itself,
    logs(
        "DMS.7",
        "TARGET_APPLY",
        "TARGET_LOAD",
        "A task logs what it does to its target, at the level DEFAULT or a more detailed one.",
    ),
    logs(
        "DMS.8",
        "SOURCE_CAPTURE",
        "SOURCE_UNLOAD",
        "A task logs what it reads from its source, at the level DEFAULT or a more detailed one.",
    ),
    uses_ssl,
    authorizes_by_iam,
    authenticates,
    encrypts_redis,
    has_standby,
)
