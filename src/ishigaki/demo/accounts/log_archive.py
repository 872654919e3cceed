"""ログアーカイブ (log archive): where every account's trail and Config deliver to."""

from __future__ import annotations

from ishigaki.demo.accounts.landing_zone import (
    CONFIG_BUCKET,
    LOG_BUCKET,
    analyzers,
    closed_defaults,
    identity,
    recorders,
    security_contact,
    threat_detection,
    trail,
)
from ishigaki.demo.accounts.storage import kept_bucket
from ishigaki.demo.steps import TOKYO, Member

ID = "222233334444"
ACCESS_LOGS = "aomine-foods-access-logs"


LOG_ARCHIVE = Member(
    id=ID,
    name="ログアーカイブ log-archive",
    environment="production",
    owner="CSIRT <csirt@aomine-foods.example>",
    root_mfa="hardware",
    steps=(
        *kept_bucket(ACCESS_LOGS, written_by=("logging.s3",)),
        *kept_bucket(LOG_BUCKET, logs_to=ACCESS_LOGS, written_by=("cloudtrail",)),
        *kept_bucket(CONFIG_BUCKET, logs_to=ACCESS_LOGS, written_by=("config",)),
        *trail(ID),
        *recorders(ID),
        *threat_detection(),
        *closed_defaults(ID),
        *identity(ID),
        *security_contact(),
        *analyzers(regions=(TOKYO,)),
    ),
)
