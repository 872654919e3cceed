-- en: Who has which permission set in which account (IAM Identity Center; last sign-ins are known to CloudTrail alone)
-- ja: 誰がどのアカウントでどの許可セットを使えるか (IAM Identity Center。最終サインインは CloudTrail でのみ確認できます)
SELECT account, account_name, permission_set, admin, user_name, group_name
FROM assignments
WHERE date = (SELECT max(date) FROM accounts)
ORDER BY account, permission_set, user_name
