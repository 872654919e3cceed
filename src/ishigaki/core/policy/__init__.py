"""IAM policies: parsed, matched against requests in three-valued logic, and asked static questions."""

from ishigaki.core.policy.context import ABSENT, UNKNOWN, Context, Present, context
from ishigaki.core.policy.document import Policy, Statement, parse
from ishigaki.core.policy.evaluate import Request, allows, denies, matches
from ishigaki.core.policy.glob import Glob, glob
from ishigaki.core.policy.principals import (
    ANONYMOUS,
    ANYONE,
    Caller,
    federated,
    federated_user,
    member,
    role_session,
    root,
    service,
    user,
)
from ishigaki.core.policy.questions import (
    Proof,
    decrypts_any_key,
    denies_plain_http,
    grants_all,
    grants_to_other_accounts,
    grants_whole_service,
    open_to_everyone,
    open_to_service,
)
from ishigaki.core.policy.template import PolicyError
from ishigaki.core.policy.truth import FALSE, TRUE, Truth, unknown

__all__ = [
    "ABSENT",
    "ANONYMOUS",
    "ANYONE",
    "FALSE",
    "TRUE",
    "UNKNOWN",
    "Caller",
    "Context",
    "Glob",
    "Policy",
    "PolicyError",
    "Present",
    "Proof",
    "Request",
    "Statement",
    "Truth",
    "allows",
    "context",
    "decrypts_any_key",
    "denies",
    "denies_plain_http",
    "federated",
    "federated_user",
    "glob",
    "grants_all",
    "grants_to_other_accounts",
    "grants_whole_service",
    "matches",
    "member",
    "open_to_everyone",
    "open_to_service",
    "parse",
    "role_session",
    "root",
    "service",
    "unknown",
    "user",
]
