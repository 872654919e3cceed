"""Launch templates and Spot Fleet requests: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.services.ec2.launches.resources import (
    DefaultVersion,
    Ebs,
    Interface,
    Launch,
    LaunchTemplate,
    Mapping,
    SpotFleet,
)

TEMPLATE = LaunchTemplate(launch_template_id="lt-1")
PRIVATE, PUBLIC, UNSAID = (Interface(associate_public_ip_address=value) for value in (False, True, None))
INHERITING, PLAIN, ENCRYPTED = (Mapping(ebs=Ebs(encrypted=value)) for value in (None, False, True))
INSTANCE_STORE = Mapping(ebs=None)
VERSION = DefaultVersion(
    launch_template_id="lt-1",
    version_number=1,
    network_interfaces=(PRIVATE,),
    http_tokens="required",
    block_device_mappings=(ENCRYPTED,),
)
OTHER = replace(
    VERSION,
    launch_template_id="lt-2",
    network_interfaces=(PUBLIC,),
    http_tokens="optional",
    block_device_mappings=(PLAIN,),
)


def default_of(template: LaunchTemplate, versions: Given[DefaultVersion]) -> DefaultVersion:
    """The template's default version: every template has one, so one that is not listed is unseen."""
    for version in versions.by("launch_template_id")[template.launch_template_id]:
        return version
    raise Unseen("LaunchTemplate, its default version", NOT_IN_ANSWER)


@control(
    "EC2.25",
    examples=[
        passes(TEMPLATE, VERSION, OTHER),
        passes(TEMPLATE, replace(VERSION, network_interfaces=())),
        passes(TEMPLATE, replace(VERSION, network_interfaces=(UNSAID,))),
        fails("assigns_address", TEMPLATE, replace(VERSION, network_interfaces=(PUBLIC,))),
        fails("assigns_address", TEMPLATE, replace(VERSION, network_interfaces=(PRIVATE, PUBLIC))),
    ],
)
def assigns_no_public_address(template: LaunchTemplate, versions: Given[DefaultVersion]) -> Faults:
    """The default version of the template assigns no public IPv4 address to a network interface.

    Where it does not say, the subnet decides, which is EC2.15's question.
    """
    if some(default_of(template, versions).network_interfaces, assigns_address):
        yield fault("assigns_address")


def assigns_address(interface: Interface) -> bool:
    return interface.associate_public_ip_address is True


@control(
    "EC2.170",
    examples=[
        passes(TEMPLATE, VERSION, OTHER),
        fails("tokens_optional", TEMPLATE, replace(VERSION, http_tokens="optional")),
        fails("tokens_optional", TEMPLATE, replace(VERSION, http_tokens=None)),
    ],
)
def requires_imdsv2(template: LaunchTemplate, versions: Given[DefaultVersion]) -> Faults:
    """The default version of the template requires tokens of the metadata service (IMDSv2).

    One that does not say fails: AWS's rule asks that version 2 is specified.
    """
    if default_of(template, versions).http_tokens != "required":
        yield fault("tokens_optional")


def is_plain(mapping: Mapping) -> bool:
    """Whether it says that an EBS volume is not encrypted."""
    return mapping.ebs is not None and mapping.ebs.encrypted is False


@control(
    "EC2.181",
    examples=[
        passes(TEMPLATE, VERSION, OTHER),
        passes(TEMPLATE, replace(VERSION, block_device_mappings=(INHERITING, INSTANCE_STORE))),
        passes(TEMPLATE, replace(VERSION, block_device_mappings=())),
        fails("not_encrypted", TEMPLATE, replace(VERSION, block_device_mappings=(PLAIN,))),
        fails("not_encrypted", TEMPLATE, replace(VERSION, block_device_mappings=(ENCRYPTED, PLAIN))),
    ],
)
def encrypts_volumes(template: LaunchTemplate, versions: Given[DefaultVersion]) -> Faults:
    """No block device mapping of the template's default version says that an EBS volume is not encrypted.

    What is not said is inherited from the snapshot or the account's default, which AWS does not ask about here.
    """
    if some(default_of(template, versions).block_device_mappings, is_plain):
        yield fault("not_encrypted")


def says_whether_encrypted(mapping: Mapping) -> bool:
    return mapping.ebs is not None and mapping.ebs.encrypted is not None


def _fleet(*mappings: Mapping) -> SpotFleet:
    return SpotFleet(
        launches=(Launch(block_device_mappings=()), Launch(block_device_mappings=mappings)),
    )


@control(
    "EC2.173",
    where=lambda fleet: some(
        fleet.launches, lambda launch: some(launch.block_device_mappings, says_whether_encrypted)
    ),
    examples=[
        passes(_fleet(ENCRYPTED)),
        passes(_fleet(ENCRYPTED, INHERITING)),
        fails("not_encrypted", _fleet(PLAIN)),
        fails("not_encrypted", _fleet(ENCRYPTED, PLAIN)),
        ignores(_fleet(INHERITING)),
        ignores(_fleet(INSTANCE_STORE)),
        ignores(SpotFleet(launches=())),
    ],
)
def launches_encrypted(fleet: SpotFleet) -> Faults:
    """No launch specification of the fleet says that an EBS volume is not encrypted.

    Fleets of launch templates, and those that do not say whether volumes are encrypted, are not judged.
    """
    plain = chosen(fleet.launches, lambda launch: some(launch.block_device_mappings, is_plain))
    if next(plain, None) is not None:
        yield fault("not_encrypted")


CONTROLS = (assigns_no_public_address, requires_imdsv2, encrypts_volumes, launches_encrypted)
