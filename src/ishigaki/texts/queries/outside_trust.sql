-- en: Who may come in by a role from outside the estate, and trust policies that let anyone in
-- ja: 管理対象の外からロールを引き受けられる相手と、誰でも入れてしまう信頼ポリシー
SELECT account, account_name, role_name, principal, conditions, faults
FROM trust
WHERE date = (SELECT max(date) FROM accounts) AND (outside OR len(faults) > 0)
ORDER BY len(faults) DESC, account, role_name, principal
