"""開発サンドボックス (sandbox): a non-production account where everybody may do everything."""

from __future__ import annotations

import base64

from ishigaki.demo.accounts.identities import ADMINISTRATOR, in_group, machine, person, second_factor
from ishigaki.demo.accounts.landing_zone import plain_trail, threat_detection
from ishigaki.demo.accounts.storage import bucket
from ishigaki.demo.steps import TOKYO, VIRGINIA, Do, Member, Of, trust

ID = "333344445555"
EMPTY_ZIP = base64.b64decode("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==")
RUNBOOK = """{"schemaVersion": "2.2", "description": "Restart", "mainSteps": [
  {"action": "aws:runShellScript", "name": "restart", "inputs": {"runCommand": ["systemctl restart app"]}}]}"""

FUNCTION = (
    Do(
        VIRGINIA,
        "iam:CreateRole",
        {"RoleName": "hello", "AssumeRolePolicyDocument": trust("lambda")},
        "role",
    ),
    Do(
        VIRGINIA,
        "lambda:CreateFunction",
        {
            "FunctionName": "slack-echo",
            "Runtime": "python3.9",
            "Role": Of("role", "Role.Arn"),
            "Handler": "main.handler",
            "Code": {"ZipFile": EMPTY_ZIP},
            "Environment": {"Variables": {"DB_PASSWORD": "hunter2-hunter2", "STAGE": "dev"}},
        },
    ),
)

SANDBOX = Member(
    id=ID,
    name="開発サンドボックス sandbox",
    environment="sandbox",
    owner="開発部 <dev@aomine-foods.example>",
    root_mfa="virtual",
    steps=(
        *plain_trail(),
        *threat_detection(),
        *FUNCTION,
        *person("sato", made=500, signed_in=1),
        *second_factor("sato"),
        *in_group("sato", "everybody", ADMINISTRATOR),
        *person("intern-2024", made=420, signed_in=300),
        *machine("terraform", made=200, used=0),
        bucket("aomine-sandbox-tmp"),
        Do(
            TOKYO,
            "ssm:CreateDocument",
            {"Name": "restart-app", "Content": RUNBOOK, "DocumentType": "Command"},
        ),
        Do(
            TOKYO,
            "ssm:ModifyDocumentPermission",
            {"Name": "restart-app", "PermissionType": "Share", "AccountIdsToAdd": ["all"]},
        ),
        Do(VIRGINIA, "kinesis:CreateStream", {"StreamName": "clicks", "ShardCount": 1}),
    ),
)
