"""What IAM users, groups and roles are allowed."""
