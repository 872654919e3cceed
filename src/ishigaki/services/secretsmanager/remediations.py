"""Secrets Manager: what can be put right."""

from __future__ import annotations

from datetime import datetime, timedelta

from ishigaki.core.call import call
from ishigaki.core.change import Changes, Disruption, change, deletes, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.secretsmanager.controls import STATIC, Usage, ago
from ishigaki.services.secretsmanager.resources import Secret

WINDOW = 30  # days, AWS's longest: so long a deleted secret can be restored
FORGOTTEN = replace(STATIC, created_date=ago(400), owning_service=None, primary_region=None)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(FORGOTTEN),
        mends(replace(FORGOTTEN, last_accessed_date=ago(91))),
        mends(replace(FORGOTTEN, last_accessed_date=ago(3)), asked=Usage(unused_for_days=2)),
        leaves(replace(FORGOTTEN, last_accessed_date=ago(90))),
        leaves(replace(FORGOTTEN, last_accessed_date=ago(91)), asked=Usage(unused_for_days=91)),
        leaves(replace(FORGOTTEN, created_date=ago(3))),
        leaves(replace(FORGOTTEN, owning_service="rds"), skip="secret_of_service"),
        leaves(replace(FORGOTTEN, primary_region="ap-northeast-1"), skip="secret_with_replicas"),
        leaves(replace(FORGOTTEN, primary_region="eu-west-1"), skip="secret_with_replicas"),
    ],
)
def delete_unused_secret(secret: Secret, asked: Usage, now: datetime) -> Changes:
    """Schedules a secret that nobody retrieves for deletion; for thirty days it can be restored."""
    last = secret.last_accessed_date or secret.created_date
    if now - last <= timedelta(days=asked.unused_for_days):
        return
    if secret.owning_service is not None:
        yield skip("secret_of_service", service=secret.owning_service)
        return
    if secret.primary_region is not None:
        yield skip("secret_with_replicas", region=secret.primary_region)
        return
    yield change(
        deletes(secret),
        steps=[
            step(
                "delete",
                call("secretsmanager", "DeleteSecret", SecretId=secret.id, RecoveryWindowInDays=WINDOW),
                undo=call("secretsmanager", "RestoreSecret", SecretId=secret.id),
            )
        ],
        notes=(note("secret_restorable", days=WINDOW),),
    )


REMEDIATIONS = {"SecretsManager.3": delete_unused_secret}
