"""A first response policy of one's own, with every key explained."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from ishigaki.texts import Language

TEMPLATE: Mapping[Language, str] = {
    "en": """\
# The response policy: what is tracked until it is fixed, told once, or left alone. Your rows add to the shipped ones.
# `ishigaki policy check` proves this file, `ishigaki policy preview` shows what it changes, `ishigaki policy explain`
# says of any finding which row decided.
#
# Once this file is there, what the policy tells once or leaves alone (by the shipped rows, too) counts as suppressed:
# it leaves the score as in Security Hub. The honest score goes on counting it.
#
# Of the rows that fit, the one decides that names the thing most closely: resource, tag, account, control, category.
# A row has a decision (track, notify_once, leave), a reason, and as many of these conditions as you like:
#   category      essential, availability, logging, in_transit, at_rest, nuisance, operating_system, threat
#   environment   production, non-production
#   severity      CRITICAL, HIGH, MEDIUM, LOW
#   control, account, resource: exact ids, one or a list; tag: "Key=value"
#
# [[rows]]
# name = "flow_logs"
# control = "EC2.6"
# environment = "production"
# decision = "track"
# within = "14 days"                       # or "24 hours" (urgent), "5 business days"; default "7 days"
# reason = "We agreed to have flow logs in production by the end of the year."
#
# [[rows]]
# name = "playground"
# account = "111122223333"
# category = ["logging", "in_transit"]
# decision = "leave"
# reason = "The account is emptied every night."
#
# [people]                                  # whom escalation reaches after the owner
# lead = "lead@example.com"
# security = "security@example.com"
#
# [reminders]
# overdue_every = "3 days"
#
# [digest]
# weekday = "monday"                       # in the estate's time zone; on the next working day where it is none
# at = "09:00"
#
# [first_summary]
# above = 10                               # a first look at more than this is told in one message
#
# A cause of detections that is legitimate, reviewed and limited in time; there is no cut-off by severity.
# [[suppressions]]
# kind = "Recon:EC2/Portscan"
# resource = "arn:aws:ec2:ap-northeast-1:111122223333:instance/i-0123456789abcdef0"
# reason = "Our own scanner."
# owner = "web@example.com"
# approver = "security@example.com"        # somebody else; not needed with one_person = true in estate.toml
# approved = {today}
# expires = {half_year}                     # the last day, at most 366 days after approved
""",
    "ja": """\
# 対応方針: 検出結果ごとに、是正まで追跡 (track)、通知のみ (notify_once)、対応しない (leave) を決めます。
# ここに書いた行は、標準の対応方針に追加されます。`ishigaki policy check` でこのファイルを確認し、
# `ishigaki policy preview` で適用前に影響を試し、`ishigaki policy explain` で適用される行を確認できます。
#
# このファイルを作成すると、通知のみ・対応しないとした検出結果 (標準の行によるものを含む) は抑制済みとして扱い、
# Security Hub と同じくスコアから外れます。実質スコアでは引き続き失敗として数えます。
#
# 複数の行が該当する場合は、対象を最も細かく指定した行 (resource、tag、account、control、category の順) に従います。
# 各行には decision と reason (理由) を書き、次の条件を必要なだけ指定します。
#   category      essential (必須サービス・設定)、availability (可用性確保)、logging (ロギング)、
#                 in_transit (転送時の暗号化)、at_rest (保管時の暗号化)、nuisance (負担に見合わないもの)、
#                 operating_system (OS 以上)、threat (脅威検知)
#   environment   production (本番)、non-production (本番以外)
#   severity      CRITICAL (重大)、HIGH (高)、MEDIUM (中)、LOW (低)
#   control、account、resource は ID をそのまま指定します (リスト可)。tag は "キー=値" の形です
#
# [[rows]]
# name = "flow_logs"
# control = "EC2.6"
# environment = "production"
# decision = "track"
# within = "14 days"                       # "24 hours" (至急) や "5 business days" (営業日) も可。デフォルトは "7 days"
# reason = "本番のフローログは年内に有効にすると決めたため"
#
# [[rows]]
# name = "playground"
# account = "111122223333"
# category = ["logging", "in_transit"]
# decision = "leave"
# reason = "毎晩すべてのリソースを削除する検証用アカウントのため"
#
# [people]                                  # 担当者の次にエスカレーションする相手
# lead = "lead@example.com"                # アカウント管理者
# security = "security@example.com"        # セキュリティチーム
#
# [reminders]
# overdue_every = "3 days"                 # 期限超過後のリマインドの間隔
#
# [digest]
# weekday = "monday"                       # 週次まとめの曜日 (休業日の場合は次の営業日)。estate.toml のタイムゾーンで判定
# at = "09:00"
#
# [first_summary]
# above = 10                               # 初回の検出結果がこれより多い場合は、1 通の初回まとめで通知
#
# 問題のない原因による脅威検知は、理由と期限を付けた抑制ルールとして登録します (重要度による一律の除外はできません)。
# [[suppressions]]
# kind = "Recon:EC2/Portscan"
# resource = "arn:aws:ec2:ap-northeast-1:111122223333:instance/i-0123456789abcdef0"
# reason = "自社の脆弱性スキャナーによる通信のため"
# owner = "web@example.com"                # 担当者
# approver = "security@example.com"        # 承認者 (担当者とは別の方)。estate.toml で one_person = true の場合は不要
# approved = {today}
# expires = {half_year}                     # 有効期限 (この日まで有効。承認日から 366 日以内)
""",
}


def template(language: Language, today: date) -> str:
    """A first policy, all of it commented out."""
    return TEMPLATE[language].format(today=today, half_year=today + timedelta(days=180))
