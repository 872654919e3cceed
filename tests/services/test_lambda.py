"""Lambda: policies that AWS calls public, and those it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ishigaki.core.control import EXAMPLE_NOW, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.finding import Status
from ishigaki.core.redact import redact
from ishigaki.services import controls
from ishigaki.services.lambda_.resources import Function
from ishigaki.services.lambda_.secret_names import says_secret

URL = {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
# What AWS writes beside it for a function URL since October 2025.
INVOKED_BY_URL = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
S3 = {"Service": "s3.amazonaws.com"}


def faults(*statements: dict[str, Any]) -> list[str] | Status:
    whole = [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*", **s} for s in statements]
    policy = json.dumps({"Version": "2012-10-17", "Statement": whole})
    example = Example(Function(policy=policy), (), None)
    finding = judge_example(controls()["Lambda.1"], example, now=EXAMPLE_NOW)
    assert finding is not None
    return [fault.code for fault in finding.faults] or finding.status


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([{"Principal": {"AWS": ["*"]}}], ["open_to_everyone"]),
        ([{"Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Condition": URL}], ["open_to_everyone"]),
        ([{"Principal": "*", "Condition": INVOKED_BY_URL}], ["open_to_everyone"]),
        ([{"Principal": "*"}, {"Principal": S3}], ["open_to_everyone", "open_to_any_bucket"]),
        ([{"Principal": "*"}, {"Effect": "Deny", "Principal": "*", "Action": "*"}], Status.PASSED),
        (
            [{"Principal": S3, "Condition": {"StringLike": {"AWS:SourceAccount": "*"}}}],
            ["open_to_any_bucket"],
        ),
        (
            [{"Principal": S3, "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}],
            Status.PASSED,
        ),
        ([{"Principal": {"Service": ["sns.amazonaws.com", "s3.amazonaws.com"]}}], ["open_to_any_bucket"]),
        ([{"Principal": {"Service": "apigateway.amazonaws.com"}}], Status.PASSED),
        ([{"Principal": "*", "Condition": {"OddOperator": {"a": "b"}}}], Status.NOT_AVAILABLE),
    ],
)
def test_a_function_policy(statements: list[dict[str, Any]], expected: list[str] | Status) -> None:
    assert faults(*statements) == expected


@pytest.mark.parametrize(
    "name",
    [
        *(
            "PASSWORD",
            "DB_PASSWORD",
            "dbPassword",
            "DBPassword",
            "db_password",
            "dbpassword",
            "PASSWORD_PROD",
        ),
        *("MYSQL_PASSWD", "GPG_PASSPHRASE", "SMTP_PASS", "DB_PWD", "LDAP_CREDENTIAL", "CREDENTIALS_JSON"),
        *("SECRET", "clientSecret", "CLIENT_SECRET_1", "APP_SECRETS", "JWT_SECRET_KEY", "SECRET_VALUE"),
        *("TOKEN", "GITHUB_TOKEN", "slackToken", "authtoken", "API_TOKENS", "REFRESH_TOKEN_PROD"),
        *("API_KEY", "apiKey", "X_APIKEY", "OPENAI_API_KEY", "STORAGE_ACCESS_KEY", "SSH_PRIVATE_KEY"),
        *(
            "CONNECTION_STRING",
            "sqlConnectionString",
            "DATABASE_URL",
            "DB_URI",
            "MONGODB_URI",
            "POSTGRES_URL",
        ),
    ],
)
def test_a_name_that_says_secret(name: str) -> None:
    assert says_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "DB_PASSWORD_ARN",
            "SECRET_NAME",
            "secretArn",
            "CLIENT_SECRET_ID",
            "PRIVATE_KEY_PATH",
            "TOKEN_FILE",
        ),
        *("API_KEY_PARAMETER", "DB_PASSWORD_PARAMETER_NAME", "SECRET_ARNS", "ACCESS_KEY_ID", "SecretId"),
        *("TOKEN_TTL", "TOKEN_ENDPOINT", "PASSWORD_LENGTH", "TOKEN_EXPIRY", "SECRET_ROTATION_DAYS"),
        *("MAX_TOKENS", "LLM_MAX_OUTPUT_TOKENS", "TOKENIZER", "PASSWORDLESS", "SECRETARY", "BYPASS", "PWD"),
        *("SECRETS_MANAGER_TTL", "SECRETS_MANAGER_TIMEOUT_MILLIS", "SECRETS_EXTENSION_HTTP_PORT"),
        *(
            "PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED",
            "STAGE",
            "TABLE",
            "KMS_KEY",
            "API_URL",
            "BASE_URL",
            "",
        ),
    ],
)
def test_a_name_that_says_no_secret(name: str) -> None:
    assert not says_secret(name)


def test_only_the_names_of_variables_are_collected() -> None:
    assert Function.listed_by is not None
    page = {"Functions": [{"Environment": {"Variables": {"DB_PASSWORD": "planted-secret"}}}]}
    kept = redact(page, Function.listed_by.secret, salt="s")
    assert "planted-secret" not in json.dumps(kept)
    assert kept["Functions"][0]["Environment"]["Variables"].keys() == {"DB_PASSWORD"}
