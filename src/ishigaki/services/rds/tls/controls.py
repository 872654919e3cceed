"""RDS: what is required of encryption on the way."""

from __future__ import annotations

import re
from collections.abc import Callable

from ishigaki.core.control import Control, cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, UNKNOWN_VALUE, Unseen
from ishigaki.services.rds.resources import (
    AppliedGroup,
    DBInstance,
    DBProxy,
    Parameter,
    ParameterGroup,
    value_of,
)

IN_SYNC = "in-sync"
ON = ("1", "ON")
FORCE_SSL, SECURE_TRANSPORT = "rds.force_ssl", "require_secure_transport"
APPLIED = AppliedGroup(db_parameter_group_name="strict", parameter_apply_status=IN_SYNC)
INSTANCE = DBInstance(
    engine="postgres",
    engine_version="16.4",
    db_cluster_identifier=None,
    db_parameter_groups=(APPLIED,),
)


def strict(parameter: str, value: str = "1") -> ParameterGroup:
    """As AWS shows a group with this value of the parameter (for examples)."""
    shown = Parameter(parameter_name=parameter, parameter_value=value)
    return ParameterGroup(
        id="arn:aws:rds:ap-northeast-1:111122223333:pg:strict",
        name="strict",
        db_parameter_group_name="strict",
        tls_parameters=(shown,),
    )


def is_on(group: ParameterGroup, parameter: str) -> bool:
    """Whether a group switches the parameter on."""
    return value_of(group.tls_parameters, parameter).upper() in ON


def group_of(instance: DBInstance, groups: Given[ParameterGroup], name: str) -> ParameterGroup:
    """A group of the instance by its name. Raises `Unseen` where it was not listed."""
    for group in groups.by("db_parameter_group_name")[name]:
        return group
    raise Unseen(f"ParameterGroup {name} of {instance.name}", NOT_IN_ANSWER)


def _insists(
    id: str, engine: str, parameter: str, asks: Callable[[DBInstance], bool], *others: DBInstance
) -> Control:
    """The control that instances of one engine insist on TLS; `others` are not asked."""
    good = replace(INSTANCE, engine=engine)
    waiting = replace(APPLIED, parameter_apply_status="pending-reboot")

    @control(
        id,
        where=lambda instance: instance.is_alone and asks(instance),
        doc=f"An instance runs with a parameter group in which {parameter} is on, as the group now is.",
        examples=[
            passes(good, strict(parameter)),
            passes(good, strict(parameter, "ON")),
            fails("tls_not_required", good, strict(parameter, "0")),
            fails("tls_not_required", good, strict(parameter, "")),
            fails("not_in_sync", replace(good, db_parameter_groups=(waiting,)), strict(parameter)),
            cannot_tell(replace(good, db_parameter_groups=()), strict(parameter)),
            cannot_tell(good),
            ignores(replace(good, db_cluster_identifier="cluster"), strict(parameter, "0")),
            ignores(replace(good, engine="oracle-ee"), strict(parameter, "0")),
            *(ignores(other, strict(parameter, "0")) for other in others),
        ],
    )
    def insists_on_tls(instance: DBInstance, groups: Given[ParameterGroup]) -> Faults:
        if not instance.db_parameter_groups:
            raise Unseen("DBInstance.db_parameter_groups", NOT_IN_ANSWER)
        for applied in instance.db_parameter_groups:
            name, status = applied.db_parameter_group_name, applied.parameter_apply_status
            if status != IN_SYNC:
                yield fault("not_in_sync", group=name, status=status)
            if not is_on(group_of(instance, groups, name), parameter):
                yield fault("tls_not_required", group=name, parameter=parameter)

    return insists_on_tls


def _is_mariadb_with_switch(instance: DBInstance) -> bool:
    """Whether it is MariaDB 10.5 or later: no earlier one has the parameter."""
    if instance.engine != "mariadb":
        return False
    found = re.match(r"(\d+)\.(\d+)", instance.engine_version)
    if found is None:
        raise Unseen("DBInstance.engine_version", UNKNOWN_VALUE)
    return (int(found[1]), int(found[2])) >= (10, 5)


MARIADB = replace(INSTANCE, engine="mariadb", engine_version="10.4.34")
PROXY = DBProxy(require_tls=True)


@control(
    "RDS.43",
    examples=[passes(PROXY), fails("tls_not_required", replace(PROXY, require_tls=False))],
)
def proxy_requires_tls(proxy: DBProxy) -> Faults:
    """A proxy refuses connections without TLS."""
    if not proxy.require_tls:
        yield fault("tls_not_required")


CONTROLS = (
    _insists("RDS.38", "postgres", FORCE_SSL, lambda each: each.engine == "postgres"),
    _insists("RDS.39", "mysql", SECURE_TRANSPORT, lambda each: each.engine == "mysql"),
    _insists("RDS.41", "sqlserver-se", FORCE_SSL, lambda each: each.engine.startswith("sqlserver-")),
    proxy_requires_tls,
    _insists("RDS.44", "mariadb", SECURE_TRANSPORT, _is_mariadb_with_switch, MARIADB),
)
