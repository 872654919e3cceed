"""Where an answer may hold secrets: members that AWS marks sensitive, or whose names say so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

SENSITIVE = re.compile(
    r"password|passphrase|secretstring|secretbinary|secretaccesskey|privatekey|userdata|authtoken|sharedkey"
    r"|presharedkey|clientsecret|^environment$|environmentvariables|connectionstring|certificateprivate",
    re.IGNORECASE,
)
# Members whose name or mark suggests a secret while AWS documents them as something that may be read.
NOT_SECRET: Mapping[str, str] = {
    "KMSMasterKeyID": "the id of a key is not the key (s3:GetBucketEncryption marks it sensitive)",
    "MlUserDataEncryptionMode": "a mode, whose name happens to hold `UserData`",
    "adminUsername": "a name: whether it is the default one is what RedshiftServerless.5 asks",
}
# What AWS marks sensitive because it is about people, and what the product asks it for.
ASKED_FOR: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("identitystore", "ListGroups"): {"Groups[].DisplayName": "the access file calls groups by their names"},
    ("identitystore", "ListUsers"): {
        "Users[].UserName": "whoever gets into an account is told by this name",
        "Users[].DisplayName": "how people know each other",
        "Users[].Emails[].Value": "by which a directory export tells who has left",
    },
}


def secret_paths(shape: Any, *, any_name: bool = False) -> Iterator[str]:
    """The paths of a botocore output shape that may hold secrets: marked sensitive, or named like one.

    With `any_name` every path of the shape, so that a declaration can be checked to exist.
    """
    if shape is not None:
        yield from _paths(shape, "", any_name, ())


def _paths(shape: Any, path: str, any_name: bool, above: tuple[str, ...]) -> Iterator[str]:
    if shape.name in above or len(above) > 12:
        return
    above = (*above, shape.name)
    for name, inner in shape.members.items() if shape.type_name == "structure" else ():
        here = f"{path}.{name}".lstrip(".")
        while inner.type_name == "list":
            here, inner = f"{here}[]", inner.member
        telling = name not in NOT_SECRET and (inner.metadata.get("sensitive") or SENSITIVE.search(name))
        leaf = inner.type_name not in ("structure", "map", "boolean", "integer", "long", "timestamp")
        if any_name:
            yield here
        elif telling and (leaf or inner.type_name == "map"):
            yield f"{here}.*" if inner.type_name == "map" else here
            continue
        if inner.type_name == "map":
            if any_name:
                yield f"{here}.*"
            inner, here = inner.value, f"{here}.*"
        if inner.type_name == "structure":
            yield from _paths(inner, here, any_name, above)
