-- en: Users and keys by account; where an account was not seen its numbers are missing, and last_good is its last date
-- ja: アカウント別のユーザー数とキー数 (確認できなかったアカウントの数は空欄で、last_good は最後に確認できた日)
WITH today AS (SELECT max(date) AS day FROM accounts),
users AS (
    SELECT account, count(*) AS users, count(*) FILTER (WHERE console AND NOT mfa) AS without_mfa,
        count(*) FILTER (WHERE admin) AS admins, count(*) FILTER (WHERE idle_days > 90) AS unused_90
    FROM people, today WHERE date = today.day AND what = 'iam_user' GROUP BY account
),
active AS (
    SELECT account, count(*) AS keys, count(*) FILTER (WHERE age_days > 90) AS old_keys
    FROM keys, today WHERE date = today.day AND what = 'iam_user' AND status = 'Active' GROUP BY account
)
SELECT a.account, a.account_name,
    CASE WHEN a.seen THEN coalesce(u.users, 0) END AS users,
    CASE WHEN a.seen THEN coalesce(k.keys, 0) END AS keys, CASE WHEN a.seen THEN coalesce(k.old_keys, 0) END AS old_keys,
    CASE WHEN a.seen THEN coalesce(u.unused_90, 0) END AS unused_90,
    CASE WHEN a.seen THEN coalesce(u.without_mfa, 0) END AS without_mfa,
    CASE WHEN a.seen THEN coalesce(u.admins, 0) END AS admins, a.last_good
FROM accounts a
JOIN today ON a.date = today.day
LEFT JOIN users u ON u.account = a.account
LEFT JOIN active k ON k.account = a.account
ORDER BY users DESC NULLS LAST, a.account
