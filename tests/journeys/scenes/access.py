"""Scenes of who gets in without IAM Identity Center: an account that knows no provider and has no such role."""

from __future__ import annotations

from collections.abc import Mapping

from tests.journeys.workshop import Furnish, Workshop


def untouched(_: Workshop) -> None:
    """As it is."""


OF_DIRECTORY = "what it aims at has ids that only a directory gives: test_access.py shows it, there and back"
SCENES: Mapping[str, Furnish] = {
    "make_access_role": untouched,
    "register_oidc_provider": untouched,
    "register_saml_provider": untouched,
}
CANNOT: Mapping[str, str] = dict.fromkeys(
    ("give_access", "make_permission_set", "widen_access", "withdraw_access"), OF_DIRECTORY
)
