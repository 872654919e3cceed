"""The password policy: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource


class PasswordPolicy(Value):
    """What the passwords of IAM users must be like."""

    minimum_password_length: int
    require_uppercase_characters: bool
    require_lowercase_characters: bool
    require_numbers: bool
    require_symbols: bool
    max_password_age: int = member(
        absent=0, why="passwords do not expire where MaxPasswordAge is 0 or not present, says ExpirePasswords"
    )
    hard_expiry: bool = member(
        absent=False, why="false, the default of UpdateAccountPasswordPolicy: users set a new one themselves"
    )
    password_reuse_prevention: int = member(
        absent=0, why="0, the default of UpdateAccountPasswordPolicy: no previous password is prevented"
    )


@resource("AWS::::Account", scope="global")
class Passwords(Resource):
    """What the account demands of its IAM users' passwords."""

    policy: PasswordPolicy | None = facet(
        call("iam", "GetAccountPasswordPolicy"),
        at="PasswordPolicy",
        absent={"NoSuchEntity": None},
        why="GetAccountPasswordPolicy answers NoSuchEntity for an account that never set a policy",
    )
