"""Regional settings of EC2 and EBS: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Until, alters, change, note, skip, step
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.core.remediation import Wanted, leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.ec2.settings.resources import (
    NO_DEFAULTS,
    EbsSettings,
    ImageBlockPublicAccess,
    LaunchSettings,
    MetadataDefaults,
    SerialConsole,
    SnapshotBlockPublicAccess,
)
from ishigaki.services.ec2.storage.resources import PublicSnapshot

AWS_KEY = "alias/aws/ebs"
OWN_KEY = "arn:aws:kms:ap-northeast-1:111122223333:key/0a1b2c3d-example"
PLAIN = EbsSettings(encryption_by_default=False, default_key=AWS_KEY)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(PLAIN),
        mends(replace(PLAIN, default_key=OWN_KEY)),
        leaves(replace(PLAIN, encryption_by_default=True)),
    ],
)
def encrypt_volumes_by_default(ebs: EbsSettings) -> Changes:
    """Switches on EBS encryption by default in the Region, with the key that is the default there.

    With the AWS managed key every principal of the account may launch; with one of the account's own only
    those may that its key policy lets in, the Auto Scaling service-linked role among them.
    """
    if ebs.encryption_by_default:
        return
    key = ebs.default_key
    is_own = key != AWS_KEY
    yield change(
        alters(ebs, encryption_by_default=True),
        steps=[
            step(
                "encrypt",
                call("ec2", "EnableEbsEncryptionByDefault"),
                undo=call("ec2", "DisableEbsEncryptionByDefault"),
            )
        ],
        disruption=Disruption.HIGH if is_own else None,
        notes=(note("launches_use_key", key=key),) if is_own else (),
    )


UNBLOCKED = EbsSettings(
    snapshot_block_public_access=SnapshotBlockPublicAccess(state="unblocked", managed_by="account")
)


def _sharing(state: str, by: str = "account") -> EbsSettings:
    block = SnapshotBlockPublicAccess(state=state, managed_by=by)
    return replace(UNBLOCKED, snapshot_block_public_access=block)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(UNBLOCKED),
        mends(UNBLOCKED, PublicSnapshot(name="snap-1")),
        mends(_sharing("block-new-sharing")),
        leaves(_sharing("block-all-sharing")),
        leaves(_sharing("unblocked", "declarative-policy"), skip="declared_by_organization"),
    ],
)
def block_public_snapshots(ebs: EbsSettings, listed: Given[PublicSnapshot]) -> Changes:
    """Blocks all public sharing of EBS snapshots in the Region, of those that are public now, too.

    The block lies over the snapshots' own permissions, which stay: lifting it shows them again.
    """
    block = ebs.snapshot_block_public_access
    if block.state == "block-all-sharing":
        return
    if block.is_declared:
        yield skip("declared_by_organization")
        return
    public = sorted(snapshot.name for snapshot in listed)
    after = {**said(ebs, "snapshot_block_public_access"), "State": "block-all-sharing"}
    yield change(
        alters(ebs, snapshot_block_public_access=after),
        steps=[step("block", _block_sharing("block-all-sharing"), undo=_block_sharing(block.state))],
        disruption=Disruption.HIGH if public else None,
        notes=(note("snapshots_hidden", snapshots=", ".join(public)),) if public else (),
    )


def _block_sharing(state: str) -> Call:
    if state == "unblocked":
        return call("ec2", "DisableSnapshotBlockPublicAccess")
    return call("ec2", "EnableSnapshotBlockPublicAccess", State=state)


def _images(state: str, by: str = "account") -> LaunchSettings:
    block = ImageBlockPublicAccess(image_block_public_access_state=state, managed_by=by)
    return LaunchSettings(image_block_public_access=block)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(_images("unblocked")),
        leaves(_images("block-new-sharing")),
        leaves(_images("unblocked", "declarative-policy"), skip="declared_by_organization"),
    ],
)
def block_public_images(settings: LaunchSettings) -> Changes:
    """Blocks new public sharing of images (AMIs) in the Region; what is public already stays so."""
    block = settings.image_block_public_access
    if block.image_block_public_access_state == "block-new-sharing":
        return
    if block.is_declared:
        yield skip("declared_by_organization")
        return
    blocked: dict[str, Any] = {"ImageBlockPublicAccessState": "block-new-sharing"}
    shows = Until(
        call("ec2", "GetImageBlockPublicAccessState"),
        at="ImageBlockPublicAccessState",
        values=("block-new-sharing",),
        seconds=600,
    )
    yield change(
        alters(
            settings, image_block_public_access={**said(settings, "image_block_public_access"), **blocked}
        ),
        steps=[
            step(
                "block",
                call("ec2", "EnableImageBlockPublicAccess", **blocked),
                undo=call("ec2", "DisableImageBlockPublicAccess"),
                until=shows,
            )
        ],
    )


class MetadataRules(Wanted, frozen=True):
    """What instances get that say nothing of their metadata. Source: AWS's advice, so that containers reach it."""

    hop_limit: int = 2


def _metadata(**chosen: Any) -> LaunchSettings:
    return LaunchSettings(metadata_defaults=replace(NO_DEFAULTS, managed_by="account", **chosen))


REQUIRED = _metadata(http_tokens="required", http_put_response_hop_limit=2)
BY_POLICY = MetadataDefaults(
    http_tokens="optional", http_put_response_hop_limit=2, managed_by="declarative-policy"
)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(LaunchSettings(metadata_defaults=NO_DEFAULTS)),
        mends(_metadata(http_tokens="optional")),
        mends(_metadata(http_tokens="optional", http_put_response_hop_limit=1)),
        mends(_metadata(http_tokens="required")),
        leaves(REQUIRED),
        leaves(_metadata(http_tokens="required", http_put_response_hop_limit=1)),
        leaves(LaunchSettings(metadata_defaults=BY_POLICY), skip="declared_by_organization"),
    ],
)
def require_imdsv2_by_default(settings: LaunchSettings, wanted: MetadataRules) -> Changes:
    """Makes IMDSv2 the Region's default for instances that are launched without metadata options of their own.

    A hop limit that somebody chose stays; without one it becomes what is wanted.
    """
    defaults = settings.metadata_defaults
    raised: dict[str, Any] = {}
    if defaults.http_tokens != "required":
        raised["HttpTokens"] = "required"
    if defaults.http_put_response_hop_limit is None:
        raised["HttpPutResponseHopLimit"] = wanted.hop_limit
    if not raised:
        return
    if defaults.managed_by == "declarative-policy":
        yield skip("declared_by_organization")
        return
    before = said(settings, "metadata_defaults") or {}
    yield change(
        alters(settings, metadata_defaults={**before, "ManagedBy": "account", **raised}),
        steps=[
            step(
                "default",
                call("ec2", "ModifyInstanceMetadataDefaults", **raised),
                undo=call("ec2", "ModifyInstanceMetadataDefaults", **_as_before(before, raised)),
            )
        ],
    )


def _as_before(before: Mapping[str, Any], raised: Mapping[str, Any]) -> dict[str, Any]:
    """What was set before, or no preference (-1 for a number), of what is raised."""
    nothing = {"HttpTokens": "no-preference", "HttpPutResponseHopLimit": -1}
    return {name: before.get(name, nothing[name]) for name in raised}


def _console(*, on: bool, by: str = "account") -> LaunchSettings:
    return LaunchSettings(serial_console=SerialConsole(serial_console_access_enabled=on, managed_by=by))


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(_console(on=True)),
        leaves(_console(on=False)),
        leaves(_console(on=True, by="declarative-policy"), skip="declared_by_organization"),
    ],
)
def close_serial_console(settings: LaunchSettings) -> Changes:
    """Switches off access to the serial console of every instance of the account in the Region."""
    console = settings.serial_console
    if not console.serial_console_access_enabled:
        return
    if console.is_declared:
        yield skip("declared_by_organization")
        return
    yield change(
        alters(
            settings, serial_console={**said(settings, "serial_console"), "SerialConsoleAccessEnabled": False}
        ),
        steps=[
            step(
                "close",
                call("ec2", "DisableSerialConsoleAccess"),
                undo=call("ec2", "EnableSerialConsoleAccess"),
            )
        ],
    )


REMEDIATIONS = {
    "EC2.7": encrypt_volumes_by_default,
    "EC2.182": block_public_snapshots,
}
