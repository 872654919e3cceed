-- en: IAM users without a console password
-- ja: コンソールのパスワードがない IAM ユーザー
SELECT account, account_name, user_name, used_by, active_keys, used_service, idle_days
FROM people
WHERE date = (SELECT max(date) FROM accounts) AND what = 'iam_user' AND NOT console
ORDER BY idle_days DESC NULLS LAST, account, user_name
