-- en: Active access keys that were not used for more than 90 days
-- ja: 90 日を超えて使われていない有効なアクセスキー
SELECT account, account_name, user_name, used_by, key_id, idle_days, used_service
FROM keys
WHERE date = (SELECT max(date) FROM accounts) AND status = 'Active' AND idle_days > 90
ORDER BY idle_days DESC, account, user_name
