-- en: IAM and root users with a console password and without MFA
-- ja: コンソールのパスワードがあり MFA が未設定の IAM ユーザーとルートユーザー
SELECT account, account_name, user_name, used_by, admin, idle_days
FROM people
WHERE date = (SELECT max(date) FROM accounts) AND what <> 'sso_user' AND console AND NOT mfa
ORDER BY what DESC, admin DESC NULLS LAST, account, user_name
