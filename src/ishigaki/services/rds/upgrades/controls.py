"""RDS: what is required of the versions of engines."""

from __future__ import annotations

import re

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.rds.resources import DBCluster, DBInstance, GlobalCluster

INSTANCE = DBInstance(auto_minor_version_upgrade=True)


@control(
    "RDS.13",
    examples=[passes(INSTANCE), fails("not_automatic", replace(INSTANCE, auto_minor_version_upgrade=False))],
)
def instance_upgrades_minor_versions(instance: DBInstance) -> Faults:
    """An instance takes minor versions of its engine by itself. Members of clusters are judged by themselves, too."""
    if not instance.auto_minor_version_upgrade:
        yield fault("not_automatic")


CLUSTER = DBCluster(engine="aurora-mysql", auto_minor_version_upgrade=True)


@control(
    "RDS.35",
    where=lambda cluster: cluster.engine not in ("docdb", "neptune"),
    examples=[
        passes(CLUSTER),
        fails("not_automatic", replace(CLUSTER, auto_minor_version_upgrade=False)),
        fails("not_automatic", replace(CLUSTER, engine="postgres", auto_minor_version_upgrade=False)),
        ignores(replace(CLUSTER, engine="docdb", auto_minor_version_upgrade=False)),
        ignores(replace(CLUSTER, engine="neptune", auto_minor_version_upgrade=False)),
    ],
)
def cluster_upgrades_minor_versions(cluster: DBCluster) -> Faults:
    """An Aurora or Multi-AZ DB cluster takes minor versions of its engine by itself."""
    if not cluster.auto_minor_version_upgrade:
        yield fault("not_automatic")


VERSION = re.compile(r"(\d+)\.(\d+)\.mysql_aurora\.(\d+)\.(\d+)\.(\d+)")
# RDS.51's own parameters, which nobody can change.
LEAST = "8.0.mysql_aurora.3.08.0"
LONG_TERM = tuple(f"8.0.mysql_aurora.3.04.{patch}" for patch in range(4))
GLOBAL = GlobalCluster(engine="aurora-mysql", engine_version=LEAST)


@control(
    "RDS.51",
    where=lambda cluster: cluster.engine in ("aurora", "aurora-mysql"),
    examples=[
        passes(GLOBAL),
        passes(replace(GLOBAL, engine_version="8.0.mysql_aurora.3.10.1")),
        passes(replace(GLOBAL, engine_version="8.4.mysql_aurora.8.4.0")),
        passes(replace(GLOBAL, engine_version="8.0.mysql_aurora.3.04.3")),
        fails("not_supported", replace(GLOBAL, engine_version="8.0.mysql_aurora.3.04.4")),
        fails("not_supported", replace(GLOBAL, engine_version="8.0.mysql_aurora.3.07.1")),
        fails("not_supported", replace(GLOBAL, engine_version="5.7.mysql_aurora.2.12.5")),
        fails("not_supported", replace(GLOBAL, engine="aurora", engine_version="5.7.mysql_aurora.2.12.5")),
        cannot_tell(replace(GLOBAL, engine="aurora", engine_version="5.6.10a")),
        ignores(replace(GLOBAL, engine="aurora-postgresql", engine_version="11.9")),
    ],
)
def runs_supported_version(cluster: GlobalCluster) -> Faults:
    """An Aurora MySQL global database runs version 3.08.0 or a later one, or one of the long-term versions that
    Security Hub names."""
    version = cluster.engine_version
    if version not in LONG_TERM and _numbers(version) < _numbers(LEAST):
        yield fault("not_supported", version=version, least=LEAST)


def _numbers(version: str) -> tuple[int, ...]:
    """The MySQL version and Aurora's own, to be compared."""
    found = VERSION.fullmatch(version)
    if found is None:
        raise Unseen("GlobalCluster.engine_version", UNKNOWN_VALUE)
    return tuple(int(number) for number in found.groups())


CONTROLS = (instance_upgrades_minor_versions, cluster_upgrades_minor_versions, runs_supported_version)
