"""EMR: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen
from ishigaki.services.emr.resources import BlockPublicAccess, EmrSettings, PortRange


def _permitting(*ranges: tuple[int, int], on: bool = True) -> EmrSettings:
    permitted = tuple(PortRange(min_range=first, max_range=last) for first, last in ranges)
    return EmrSettings(
        block_public_access=BlockPublicAccess(
            block_public_security_group_rules=on, permitted_public_security_group_rule_ranges=permitted
        )
    )


def _is_more_than_ssh(permitted: PortRange) -> bool:
    return permitted.min_range != 22 or permitted.max_range != 22


@control(
    "EMR.2",
    examples=[
        passes(_permitting()),
        passes(_permitting((22, 22))),
        fails("setting_off", _permitting((22, 22), on=False)),
        fails("port_permitted", _permitting((22, 22), (443, 443))),
        fails("port_permitted", _permitting((22, 23))),
        fails("port_permitted", _permitting((21, 22))),
        fails("port_permitted", _permitting((0, 65535))),
    ],
)
def blocks_public_access(emr: EmrSettings) -> Faults:
    """EMR block public access is on in the Region and makes an exception for no port but 22."""
    block = emr.block_public_access
    if not block.block_public_security_group_rules:
        yield fault("setting_off")
        return
    for permitted in chosen(block.permitted_public_security_group_rule_ranges, _is_more_than_ssh):
        first = permitted.min_range
        last = permitted.seen().get("max_range", first)  # the API requires the first port alone
        yield fault("port_permitted", ports=str(first) if first == last else f"{first}-{last}")


CONTROLS = (blocks_public_access,)
