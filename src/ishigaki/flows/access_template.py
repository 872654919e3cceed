"""A first access file, with every key explained."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from ishigaki.texts import Language

TEMPLATE: Mapping[Language, str] = {
    "en": """\
# Who gets into which account. `ishigaki access show` tells how it is now, `ishigaki access plan` proves this file and
# plans what it changes; nothing changes before `ishigaki access apply`.
#
# By which way people come in: identity_center (the default), saml, oidc, or jump, where there is no organization.
# way = "identity_center"
#
# [identity_center]                      # where it is not the account that this runs in, or not the home Region
# administrator = "111122223333"
# region = "ap-northeast-1"
#
# [saml]                                 # way = "saml": a role in each account, for all whom the provider lets in
# name = "company"
# metadata = "metadata.xml"
#
# [oidc]                                 # way = "oidc"; an assignment names the `subjects` of tokens
# url = "https://idp.example.com"
# audience = "aws"
#
# [jump]                                 # way = "jump": the account with the IAM users; `users` or `roles` by their ARNs
# account = "111122223333"
#
# Four permission sets are shipped: Admin, PowerUser, ReadOnly, Billing. Change single values, leave one out, add yours.
# [permission_sets.Admin]
# session_duration = "PT1H"              # one to twelve hours
# take_over = true                       # one of this name that others made becomes what this file says
#
# [permission_sets.Billing]
# on = false
#
# [permission_sets.Network]
# description = "Networks: for those who run them"
# policies = ["job-function/NetworkAdministrator"]
# session_duration = "PT4H"
#
# Who gets which of them, in which accounts: by id or "all", by environment, or by OU path.
# [[assignments]]
# permission_set = "ReadOnly"
# group = "developers"
# accounts = ["all"]
#
# [[assignments]]
# permission_set = "PowerUser"
# group = "developers"
# environments = ["non-production"]
#
# [[assignments]]
# permission_set = "Admin"
# group = "cloud-team"
# accounts = ["111122223333", "444455556666"]
#
# [[assignments]]                        # a single person: for a reason and until a day
# permission_set = "Admin"
# user = "hanako@example.com"
# reason = "Migration of the order system"
# expires = {quarter}
# accounts = ["444455556666"]
""",
    "ja": """\
# 誰がどのアカウントを使えるかを書くファイルです。`ishigaki access show` で現在の状態を表示し、`ishigaki access plan` で
# このファイルの確認と変更計画の作成を行います。`ishigaki access apply` を実行するまで、何も変更されません。
#
# アクセスの方式: identity_center (既定)、saml、oidc、jump (組織がない場合)
# way = "identity_center"
#
# [identity_center]                      # 実行するアカウントやホームリージョンと異なる場合に指定
# administrator = "111122223333"
# region = "ap-northeast-1"
#
# [saml]                                 # way = "saml": プロバイダーが認めた人が使うロールを各アカウントに作成
# name = "company"
# metadata = "metadata.xml"
#
# [oidc]                                 # way = "oidc": 割り当てにはトークンの subjects を指定
# url = "https://idp.example.com"
# audience = "aws"
#
# [jump]                                 # way = "jump": IAM ユーザーを置くアカウント。users または roles を ARN で指定
# account = "111122223333"
#
# 許可セットは Admin、PowerUser、ReadOnly、Billing の 4 つが用意されています。値の変更、除外、追加ができます。
# [permission_sets.Admin]
# session_duration = "PT1H"              # 1〜12 時間
# take_over = true                       # 同名の既存の許可セットを、このファイルの内容で管理する
#
# [permission_sets.Billing]
# on = false
#
# [permission_sets.Network]
# description = "ネットワークの管理者向け"
# policies = ["job-function/NetworkAdministrator"]
# session_duration = "PT4H"
#
# 誰に、どの許可セットを、どのアカウントで使えるようにするか (アカウント ID または "all"、環境、OU のパスで指定)
# [[assignments]]
# permission_set = "ReadOnly"
# group = "developers"
# accounts = ["all"]
#
# [[assignments]]
# permission_set = "PowerUser"
# group = "developers"
# environments = ["non-production"]
#
# [[assignments]]
# permission_set = "Admin"
# group = "cloud-team"
# accounts = ["111122223333", "444455556666"]
#
# [[assignments]]                        # 個人への割り当て (理由と有効期限が必要)
# permission_set = "Admin"
# user = "hanako@example.com"
# reason = "受注システムの移行"
# expires = {quarter}
# accounts = ["444455556666"]
""",
}


def template(language: Language, today: date) -> str:
    """A first access file, all of it commented out."""
    return TEMPLATE[language].format(quarter=today + timedelta(days=90))
