-- en: Administrators: IAM users and permission sets of IAM Identity Center
-- ja: 管理者権限を持つ IAM ユーザーと IAM Identity Center の割り当て
SELECT account, account_name, user_name, used_by, mfa, admin_by, boundary
FROM people
WHERE date = (SELECT max(date) FROM accounts) AND what = 'iam_user' AND admin
UNION ALL
SELECT account, account_name, user_name, 'human', NULL, [permission_set], ''
FROM assignments
WHERE date = (SELECT max(date) FROM accounts) AND admin AND user_name <> ''
ORDER BY account, user_name
