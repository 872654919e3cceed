"""Launch templates: what can be put right. A Spot Fleet request cannot be changed in this."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import (
    Change,
    Changes,
    Disruption,
    Ref,
    Skip,
    alters,
    change,
    note,
    skip,
    step,
)
from ishigaki.core.population import Given, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.resource import Source
from ishigaki.core.verbatim import said, said_of
from ishigaki.services.ec2.launches.controls import (
    INHERITING,
    INSTANCE_STORE,
    OTHER,
    PLAIN,
    PRIVATE,
    PUBLIC,
    TEMPLATE,
    VERSION,
    assigns_address,
    default_of,
    is_plain,
)
from ishigaki.services.ec2.launches.resources import DefaultVersion, LaunchTemplate

OWN = replace(TEMPLATE, latest_version_number=3, managed=False)
LOOSE = replace(OTHER, launch_template_id="lt-1", version_number=2, user_data=None)
FINE = replace(VERSION, user_data=None)
WITH_DATA = replace(LOOSE, user_data="redacted:str:8:0123456789abcdef")
MANAGED = replace(OWN, managed=True)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(OWN, LOOSE),
        mends(OWN, replace(FINE, network_interfaces=(PRIVATE, PUBLIC))),
        leaves(OWN, FINE),
        leaves(MANAGED, LOOSE, skip="template_managed"),
        leaves(OWN, WITH_DATA, skip="template_with_user_data"),
    ],
)
def assign_no_public_address(template: LaunchTemplate, versions: Given[DefaultVersion]) -> Changes:
    """Makes a default version that assigns no public IPv4 addresses, like the present one in everything else."""
    version = default_of(template, versions)
    if not some(version.network_interfaces, assigns_address):
        return
    after = [
        _asked(each, AssociatePublicIpAddress=False) if each.get("AssociatePublicIpAddress") else _asked(each)
        for each in said(version, "network_interfaces")
    ]
    yield from _renewed(template, version, data={"NetworkInterfaces": after}, network_interfaces=after)


def _asked(interface: dict[str, Any], **becomes: Any) -> dict[str, Any]:
    """An interface as it is asked for: AWS shows of an IPv6 address more than it takes."""
    asked = {**interface, **becomes}
    if "Ipv6Addresses" in asked:
        asked["Ipv6Addresses"] = [{"Ipv6Address": each["Ipv6Address"]} for each in asked["Ipv6Addresses"]]
    return asked


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(OWN, LOOSE),
        mends(OWN, replace(FINE, http_tokens=None)),
        leaves(OWN, FINE),
        leaves(MANAGED, LOOSE, skip="template_managed"),
        leaves(OWN, WITH_DATA, skip="template_with_user_data"),
    ],
)
def require_imdsv2_in_template(template: LaunchTemplate, versions: Given[DefaultVersion]) -> Changes:
    """Makes a default version that requires tokens of the metadata service; its other options stay."""
    version = default_of(template, versions)
    if version.http_tokens == "required":
        return
    now = said_of(version).item.get("LaunchTemplateData", {}).get("MetadataOptions", {})
    options = {**{k: v for k, v in now.items() if k != "State"}, "HttpTokens": "required"}
    yield from _renewed(template, version, data={"MetadataOptions": options}, http_tokens="required")


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(OWN, LOOSE),
        mends(OWN, replace(FINE, block_device_mappings=(INSTANCE_STORE, INHERITING, PLAIN))),
        leaves(OWN, FINE),
        leaves(MANAGED, LOOSE, skip="template_managed"),
        leaves(OWN, WITH_DATA, skip="template_with_user_data"),
    ],
)
def encrypt_template_volumes(template: LaunchTemplate, versions: Given[DefaultVersion]) -> Changes:
    """Makes a default version that encrypts the EBS volumes which the present one says are not encrypted."""
    version = default_of(template, versions)
    if not some(version.block_device_mappings, is_plain):
        return
    after = [
        {**each, "Ebs": {**each["Ebs"], "Encrypted": True}}
        if each.get("Ebs", {}).get("Encrypted") is False
        else each
        for each in said(version, "block_device_mappings")
    ]
    yield from _renewed(template, version, data={"BlockDeviceMappings": after}, block_device_mappings=after)


def _renewed(
    template: LaunchTemplate, version: DefaultVersion, *, data: dict[str, Any], **becomes: Any
) -> Iterator[Change | Skip]:
    """A new version made of the default one, and made the default. Versions are numbered on from the latest.

    AWS answers with all that the new version holds: one with user data, which may hold secrets, is left to a person.
    """
    if template.managed:
        yield skip("template_managed")
        return
    if version.user_data is not None:
        yield skip("template_with_user_data", template=template.name, version=version.version_number)
        return
    number = max(template.latest_version_number, version.version_number) + 1
    id, now, made = template.launch_template_id, str(version.version_number), f"ishigaki-{number}"
    create = call(
        "ec2",
        "CreateLaunchTemplateVersion",
        LaunchTemplateId=id,
        SourceVersion=now,
        VersionDescription=made,
        LaunchTemplateData=data,
        secret=("LaunchTemplateVersion.LaunchTemplateData.UserData",),
    )
    ours = Ref("create", "to_string(LaunchTemplateVersion.VersionNumber)")
    gone = call("ec2", "DeleteLaunchTemplateVersions", LaunchTemplateId=id, Versions=[ours])
    yield change(
        alters(version, version_number=number, **becomes),
        steps=[
            step("create", create, undo=gone, found=_latest(template, made)),
            step("choose", _default(template, ours), undo=_default(template, now)),
        ],
        notes=(note("template_has_new_version", template=template.name),),
    )


def _latest(template: LaunchTemplate, description: str) -> Source:
    """The latest version where it is the one that the step makes, in the form of the step's own answer."""
    shown = call(
        "ec2",
        "DescribeLaunchTemplateVersions",
        LaunchTemplateId=template.launch_template_id,
        Versions=["$Latest"],
        secret=("LaunchTemplateVersions[].LaunchTemplateData.UserData",),
    )
    ours = f"LaunchTemplateVersions[?VersionDescription=='{description}'] | [0]"
    return Source(shown, f"{ours}.{{LaunchTemplateVersion: {{VersionNumber: VersionNumber}}}}")


def _default(template: LaunchTemplate, number: str | Ref) -> Call:
    return call(
        "ec2",
        "ModifyLaunchTemplate",
        LaunchTemplateId=template.launch_template_id,
        DefaultVersion=number,
    )


REMEDIATIONS = {
    "EC2.25": assign_no_public_address,
    "EC2.170": require_imdsv2_in_template,
    "EC2.181": encrypt_template_volumes,
}
