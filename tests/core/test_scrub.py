"""What looks like a secret is taken out of text, wherever it stands; what does not stays."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.scrub import HIDDEN, scrub, scrubbed

KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
HOOK = "T01234567/B01234567/aBcDeFgHiJkLmNoPqRsTuVwX"

SECRETS = (
    (f"aws_secret_access_key = {KEY}", KEY),
    (f"the key {KEY} was used", KEY),
    (f'{{"SecretAccessKey": "{KEY}"}}', KEY),
    (f"https://hooks.slack.com/services/{HOOK}", HOOK),
    (
        f"HTTPSConnectionPool(host='hooks.slack.com', port=443): Max retries exceeded with url: /services/{HOOK}",
        HOOK,
    ),
    (
        "https://example.webhook.office.com/webhookb2/0a1b2c3d@9f/IncomingWebhook/77aa/88bb failed",
        "0a1b2c3d@9f/IncomingWebhook/77aa/88bb",
    ),
    (
        "https://prod-1.japaneast.logic.azure.com:443/workflows/0a1b2c/triggers/manual/paths/invoke?sp=x&sig=S3cr-t_x",
        "S3cr-t_x",
    ),
    ("https://discord.com/api/webhooks/123456/abc-DEF_ghi", "123456/abc-DEF_ghi"),
    ("https://x.backlog.com/api/v2/issues?apiKey=abcd1234&projectId=1", "abcd1234"),
    ("https://bucket.s3.amazonaws.com/o?X-Amz-Signature=0f0f0f&X-Amz-Date=20261122T000000Z", "0f0f0f"),
    ("postgresql://ishigaki:hunter2@db.example.com/store", "hunter2"),
    ("smtps://mailer:p%40ss@mail.example.com:465", "p%40ss"),
    ("Authorization: Bearer abcdef.ghijkl", "abcdef.ghijkl"),
    ("{'Authorization': 'Basic dXNlcjpwYXNz'}", "dXNlcjpwYXNz"),
    ("X-ChatWorkToken: 0123456789abcdef", "0123456789abcdef"),
    ("sent with xoxb-1234567890-abcdefghij", "1234567890-abcdefghij"),
    ("password='hunter two'", "hunter"),
    ("SLACK_BOT_TOKEN=abc123", "abc123"),
    (f"token IQoJb3JpZ2luX2Vj{'Ab1/' * 40}== expired", "Ab1/" * 40),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----", "MIIEabc"),
    ("-----BEGIN PRIVATE KEY-----\nMIIEabc and the end is lost", "MIIEabc"),
)

HARMLESS = (
    "arn:aws:iam::111122223333:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty",
    "arn:aws:s3:::my-bucket/services/report.html and https://example.com/services/list?page=2&order=desc",
    "The security token included in the request is invalid.",
    "AKIAIOSFODNN7EXAMPLE was created by arn:aws:sts::111122223333:assumed-role/Admin/taro@example.com",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709 is a digest of 40 characters",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8",
    "IAM.22: password last used 91 days ago, 3 tokens left, サインインに失敗しました",
    "FATAL:  password authentication failed for user taro",
)


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_secret_is_hidden(text: str, secret: str) -> None:
    hidden = scrub(text)
    assert secret not in hidden
    assert HIDDEN in hidden
    assert scrub(hidden).count(HIDDEN) == hidden.count(HIDDEN)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_is_not_touched(text: str) -> None:
    assert scrub(text) == text


def test_a_value_under_a_name_that_says_secret_is_hidden_whole() -> None:
    value = {
        "destination": "slack",
        "slackToken": "short",
        "db_password": {"a": 1},
        "headers": [{"authorization": "abc"}, "Bearer abcdefghij"],
        "token_type": "bot",
        "cookie": "",
        "count": 3,
        "access_key": "AKIAIOSFODNN7EXAMPLE",
    }
    assert scrubbed(value) == {
        "destination": "slack",
        "slackToken": HIDDEN,
        "db_password": HIDDEN,
        "headers": [{"authorization": HIDDEN}, f"Bearer {HIDDEN}"],
        "token_type": "bot",
        "cookie": "",
        "count": 3,
        "access_key": "AKIAIOSFODNN7EXAMPLE",
    }


@given(
    st.text(max_size=30),
    st.text(alphabet=string.ascii_letters + string.digits + "/", min_size=4),
    st.text(max_size=30),
)
def test_a_known_secret_is_hidden_wherever_it_stands(before: str, secret: str, after: str) -> None:
    assert secret not in scrub(f"{before}{secret}{after}", [secret]).replace(HIDDEN, "")


@given(st.text(alphabet="aB1-_=:/?&@. \n", max_size=400))
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(scrub(text * 20), str)
