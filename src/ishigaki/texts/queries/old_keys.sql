-- en: Active access keys older than 90 days
-- ja: 作成から 90 日を超えた有効なアクセスキー
SELECT account, account_name, user_name, used_by, key_id, age_days, idle_days
FROM keys
WHERE date = (SELECT max(date) FROM accounts) AND status = 'Active' AND age_days > 90
ORDER BY age_days DESC, account, user_name
