"""RDS: what can be put right of encryption on the way."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, Skip, Until, alters, change, skip, step
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.rds.parameters import OF_INSTANCES, is_default, setting
from ishigaki.services.rds.resources import DBInstance, DBProxy, Parameter, ParameterGroup
from ishigaki.services.rds.tls.controls import (
    APPLIED,
    FORCE_SSL,
    IN_SYNC,
    INSTANCE,
    SECURE_TRANSPORT,
    group_of,
    is_on,
)

SECONDS = 300
SWITCHES = {"mariadb": SECURE_TRANSPORT, "mysql": SECURE_TRANSPORT, "postgres": FORCE_SSL}


def _group(
    parameter: str, value: str = "0", *, name: str = "strict", source: str = "user", type: str = "dynamic"
) -> ParameterGroup:
    """As AWS shows a group with this value of the parameter (for examples)."""
    shown = Parameter(parameter_name=parameter, parameter_value=value, source=source, apply_type=type)
    arn = f"arn:aws:rds:ap-northeast-1:111122223333:pg:{name}"
    return ParameterGroup(id=arn, name=name, db_parameter_group_name=name, tls_parameters=(shown,))


WAITING = replace(INSTANCE, db_parameter_groups=(replace(APPLIED, parameter_apply_status="pending-reboot"),))
BY_DEFAULT = replace(
    INSTANCE, db_parameter_groups=(replace(APPLIED, db_parameter_group_name="default.postgres16"),)
)
OTHER = replace(INSTANCE, id="arn:aws:rds:ap-northeast-1:111122223333:db:other", name="other")


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(INSTANCE, _group(FORCE_SSL)),
        mends(INSTANCE, _group(FORCE_SSL, source="system")),
        mends(replace(INSTANCE, engine="mysql"), _group(SECURE_TRANSPORT, "OFF")),
        mends(replace(INSTANCE, engine="mariadb"), _group(SECURE_TRANSPORT, "", source="engine-default")),
        leaves(INSTANCE, _group(FORCE_SSL, "1")),
        leaves(WAITING, _group(FORCE_SSL, "1"), skip="tls_after_restart"),
        leaves(WAITING, _group(FORCE_SSL), skip="tls_after_restart"),
        leaves(INSTANCE, _group(FORCE_SSL, type="static"), skip="tls_after_restart"),
        leaves(INSTANCE, _group(FORCE_SSL), OTHER, skip="tls_group_is_shared"),
        leaves(BY_DEFAULT, _group(FORCE_SSL, name="default.postgres16"), skip="tls_group_is_default"),
    ],
)
def require_tls_of_instance(
    instance: DBInstance, groups: Given[ParameterGroup], instances: Given[DBInstance]
) -> Changes:
    """Switches on, in the instance's own parameter group, the parameter that refuses connections without TLS.

    A group that other instances use, too, is left alone, as is what only a restart would bring about: SQL Server
    takes the parameter over in no other way, so its instances are a person's.
    """
    parameter = SWITCHES[instance.engine]
    for applied in instance.db_parameter_groups:
        group = group_of(instance, groups, applied.db_parameter_group_name)
        on, current = is_on(group, parameter), applied.parameter_apply_status == IN_SYNC
        if not (on and current):
            yield _left(instance, group, parameter, instances, current=current) or _switched(
                instance, group, parameter
            )


def _left(
    instance: DBInstance,
    group: ParameterGroup,
    parameter: str,
    instances: Given[DBInstance],
    *,
    current: bool,
) -> Skip | None:
    """Why a group is left to a person; None where it can be changed."""
    facts = {"instance": instance.name, "group": group.name, "parameter": parameter}
    if is_default(group.name):
        return skip("tls_group_is_default", **facts)
    if not current or not _is_dynamic(group, parameter):
        return skip("tls_after_restart", **facts)
    if others := [each.name for each in instances if each.id != instance.id and _uses(each, group)]:
        return skip("tls_group_is_shared", **facts, others=", ".join(sorted(others)))
    return None


def _is_dynamic(group: ParameterGroup, parameter: str) -> bool:
    """Whether a parameter takes effect without a restart."""
    return any(p.apply_type == "dynamic" for p in group.tls_parameters if p.parameter_name == parameter)


def _uses(instance: DBInstance, group: ParameterGroup) -> bool:
    return any(each.db_parameter_group_name == group.name for each in instance.db_parameter_groups)


def _switched(instance: DBInstance, group: ParameterGroup, parameter: str) -> Change:
    made = setting(OF_INSTANCES, group.name, said(group, "tls_parameters"), {parameter: "1"})
    look = call("rds", "DescribeDBInstances", DBInstanceIdentifier=instance.name)
    applied = f"DBParameterGroups[?DBParameterGroupName=='{group.name}'] | [0].ParameterApplyStatus"
    return change(
        alters(group, tls_parameters=made.after),
        steps=[
            step(
                "require",
                made.call,
                undo=made.undo,
                until=Until(look, f"DBInstances[0].{applied}", (IN_SYNC,), SECONDS),
            )
        ],
    )


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(DBProxy(require_tls=False)), leaves(DBProxy(require_tls=True))],
)
def require_tls_of_proxy(proxy: DBProxy) -> Changes:
    """Lets a proxy refuse connections without TLS."""
    if not proxy.require_tls:
        yield change(
            alters(proxy, require_tls=True),
            steps=[step("require", _require(proxy, tls=True), undo=_require(proxy, tls=False))],
        )


def _require(proxy: DBProxy, *, tls: bool) -> Call:
    return call(
        "rds",
        "ModifyDBProxy",
        DBProxyName=proxy.name,
        RequireTLS=tls,
        secret=("DBProxy.Auth[].ClientPasswordAuthType",),
    )


REMEDIATIONS = {
    "RDS.38": require_tls_of_instance,
    "RDS.39": require_tls_of_instance,
    "RDS.43": require_tls_of_proxy,
    "RDS.44": require_tls_of_instance,
}
