"""KMS: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, Source, facet, resource

KEY_SPECS = (
    "SYMMETRIC_DEFAULT",
    "HMAC_224",
    "HMAC_256",
    "HMAC_384",
    "HMAC_512",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "SM2",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
    "ECC_NIST_EDWARDS25519",
    "ML_DSA_44",
    "ML_DSA_65",
    "ML_DSA_87",
    "ML_KEM_512",
    "ML_KEM_768",
    "ML_KEM_1024",
)

OF_CUSTOMERS = {"KeyManager": "CUSTOMER"}  # no control is about the keys that AWS manages itself
ROTATABLE = {**OF_CUSTOMERS, "KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS"}  # KMS refuses the others


@resource(
    "AWS::KMS::Key",
    listed_by=call("kms", "ListKeys", Limit=1000),
    at="Keys",
    id="{KeyArn}",
    name="{KeyId}",
    owner="{KeyArn!account}",
    detail=Source(call("kms", "DescribeKey", KeyId="{KeyArn}"), "KeyMetadata"),
)
class Key(Resource):
    """A KMS key of the account. The listing does not tell AWS managed ones (aws/s3 …) from the customer's."""

    key_manager: str = member(values=("AWS", "CUSTOMER"))
    key_spec: str = member(
        absent="",
        values=KEY_SPECS,
        why="AWS's own examples show keys with CustomerMasterKeySpec alone: both have the same value",
    )
    customer_master_key_spec: str = member(values=KEY_SPECS)
    origin: str = member(values=("AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"))
    key_state: str = member(
        values=(
            "Creating",
            "Enabled",
            "Disabled",
            "PendingDeletion",
            "PendingImport",
            "PendingReplicaDeletion",
            "Unavailable",
            "Updating",
        )
    )
    primary: str = member(
        at="MultiRegionConfiguration.PrimaryKey.Arn",
        absent="",
        why="MultiRegionConfiguration is present only when the key is a multi-Region key",
    )
    rotation_enabled: bool = facet(
        call("kms", "GetKeyRotationStatus", KeyId="{KeyArn}"), at="KeyRotationEnabled", only=ROTATABLE
    )
    policy: str = facet(
        call("kms", "GetKeyPolicy", KeyId="{KeyArn}", PolicyName="default"), at="Policy", only=OF_CUSTOMERS
    )

    @property
    def spec(self) -> str:
        """What the key is made of, by whichever of its two names KMS shows it."""
        return self.key_spec or self.customer_master_key_spec

    @property
    def is_replica(self) -> bool:
        """Whether it takes its material, and its rotation, from a primary key in another Region."""
        return self.primary not in ("", self.id)
