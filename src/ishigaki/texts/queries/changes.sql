-- en: Users that came and went since the stock-take before, in accounts that were seen both times
-- ja: 前回の棚卸しから増えたユーザーと減ったユーザー (2 回とも確認できたアカウントのみ)
WITH days AS (
    SELECT max(date) AS today, max(date) FILTER (WHERE date < (SELECT max(date) FROM accounts)) AS before FROM accounts
),
both_times AS (
    SELECT account FROM accounts, days WHERE seen AND date IN (days.today, days.before)
    GROUP BY account HAVING count(DISTINCT date) = 2
),
rows AS (
    SELECT p.date = days.today AS is_new, p.account, p.account_name, p.user_name, p.user_id, p.used_by, p.created_at
    FROM people p, days
    WHERE p.what = 'iam_user' AND p.date IN (days.today, days.before) AND p.account IN (SELECT account FROM both_times)
)
SELECT CASE WHEN bool_or(is_new) THEN 'new' ELSE 'gone' END AS change, account, any_value(account_name) AS account_name,
    any_value(user_name) AS user_name, any_value(used_by) AS used_by, any_value(created_at) AS created_at
FROM rows
GROUP BY account, user_id
HAVING count(*) = 1
ORDER BY change DESC, account, user_name
