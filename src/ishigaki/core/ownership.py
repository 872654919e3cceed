"""Who a thing belongs to by its tags: a tool that would put back what is changed under it."""

from __future__ import annotations

from collections.abc import Mapping

from ishigaki.core.change import Note, note
from ishigaki.core.resource import Resource

STACK = "aws:cloudformation:stack-name"
# No tag of Terraform's own exists: these are the names that its users' modules give.
TERRAFORM_KEYS = ("terraform", "tf_module", "terraform_workspace", "terraform-workspace")
MANAGED_KEYS = ("managedby", "managed-by", "managed_by", "createdby", "provisioner")
TOOLS = ("terraform", "opentofu", "pulumi", "cloudformation", "cdk")


def owner(resource: Resource) -> Note | None:
    """The tool that owns a thing, None where its tags name none. Raises `Unseen` where the tags were not seen."""
    if resource.listed_by is None:
        return None  # the account itself has no tags
    return owner_by(resource.tags)


def owner_by(tags: Mapping[str, str]) -> Note | None:
    if STACK in tags:
        return note("owned_by_cloudformation", stack=tags[STACK])
    for key, value in tags.items():
        name, says = key.lower(), value.lower()
        if name in TERRAFORM_KEYS and says not in ("false", "no"):
            return note("owned_by_tool", tool="Terraform", tag=f"{key}={value}")
        if name.replace(" ", "") in MANAGED_KEYS and any(tool in says for tool in TOOLS):
            return note("owned_by_tool", tool=value, tag=f"{key}={value}")
    return None
