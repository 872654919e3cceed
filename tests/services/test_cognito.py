"""Cognito: what an update sends again, so that nothing is reset."""

from __future__ import annotations

from typing import Any

from ishigaki.core.change import Change, Skip
from ishigaki.core.record import decode, replace
from ishigaki.core.verbatim import Said, keep
from ishigaki.services.cognito.remediations import protect_user_pool, refuse_guests
from ishigaki.services.cognito.resources import IdentityPool, UserPool

POOL: dict[str, Any] = {
    "Id": "ap-northeast-1_Example01",
    "Name": "customers",
    "Arn": "arn:aws:cognito-idp:ap-northeast-1:111122223333:userpool/ap-northeast-1_Example01",
    "Policies": {
        "PasswordPolicy": {"MinimumLength": 8, "TemporaryPasswordValidityDays": 7},
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
    },
    "DeletionProtection": "INACTIVE",
    "MfaConfiguration": "OPTIONAL",
    "UserPoolTier": "ESSENTIALS",
    "SchemaAttributes": [],
    "UserPoolTags": {"team": "shop", "aws:cloudformation:stack-name": "shop"},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True, "UnusedAccountValidityDays": 7},
    "AcrConfiguration": {"level1": "one"},
    "LambdaConfig": {"PreSignUp": "arn:aws:lambda:ap-northeast-1:111122223333:function:check"},
}


def pool(**changed: Any) -> UserPool:
    item = {**POOL, **changed}
    made = replace(decode(UserPool, item), name=item["Id"])
    keep(made, Said(item))
    return made


def update(subject: UserPool | IdentityPool) -> Change:
    remedy = protect_user_pool if isinstance(subject, UserPool) else refuse_guests
    (planned,) = remedy.plan(subject)
    assert isinstance(planned, Change)
    return planned


def sent(subject: UserPool | IdentityPool) -> dict[str, Any]:
    return dict(update(subject).steps[0].call.params)


def test_all_settings_are_sent_again_and_one_is_changed() -> None:
    params = sent(pool())
    assert params["DeletionProtection"] == "ACTIVE"
    assert (params["UserPoolId"], params["PoolName"]) == (POOL["Id"], POOL["Name"])
    for name in ("Policies", "MfaConfiguration", "UserPoolTier", "AcrConfiguration", "LambdaConfig"):
        assert params[name] == POOL[name]
    assert not {"Id", "Name", "Arn", "SchemaAttributes"} & params.keys()


def test_undoing_sends_what_was_there() -> None:
    made = update(pool())
    assert made.steps[0].undo[0].params == {**made.steps[0].call.params, "DeletionProtection": "INACTIVE"}


def test_tags_of_aws_are_not_written() -> None:
    assert sent(pool())["UserPoolTags"] == {"team": "shop"}


def test_the_validity_of_temporary_passwords_is_sent_once() -> None:
    assert sent(pool())["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    old = pool(Policies={"PasswordPolicy": {"MinimumLength": 8}})
    assert sent(old)["AdminCreateUserConfig"] == POOL["AdminCreateUserConfig"]


def test_the_lite_tier_is_not_sent_what_it_does_not_take() -> None:
    params = sent(pool(UserPoolTier="LITE"))
    assert "AcrConfiguration" not in params
    assert params["Policies"] == {"PasswordPolicy": POOL["Policies"]["PasswordPolicy"]}


def test_a_setting_that_would_be_reset_leaves_the_pool_to_a_person() -> None:
    (left,) = protect_user_pool.plan(pool(SettingOfTheFuture="on"))
    assert isinstance(left, Skip)
    assert (left.note.code, left.note.facts) == (
        "pool_has_newer_settings",
        {"settings": "SettingOfTheFuture"},
    )


IDENTITIES = {
    "IdentityPoolId": "ap-northeast-1:11111111-2222-3333-4444-555555555555",
    "IdentityPoolName": "app",
    "AllowUnauthenticatedIdentities": True,
    "AllowClassicFlow": False,
    "CognitoIdentityProviders": [{"ProviderName": "p", "ClientId": "c", "ServerSideTokenCheck": True}],
    "IdentityPoolTags": {"team": "shop", "aws:cloudformation:stack-name": "shop"},
}


def identities(**changed: Any) -> IdentityPool:
    item = {**IDENTITIES, **changed}
    made = replace(decode(IdentityPool, item), name=item["IdentityPoolId"])
    keep(made, Said(item))
    return made


def test_all_settings_of_an_identity_pool_are_sent_again() -> None:
    expected = {**IDENTITIES, "AllowUnauthenticatedIdentities": False, "IdentityPoolTags": {"team": "shop"}}
    assert sent(identities()) == expected
    (left,) = refuse_guests.plan(identities(SettingOfTheFuture="on"))
    assert isinstance(left, Skip)
    assert left.note.code == "pool_has_newer_settings"
