"""AWS Budgets: limits on what is spent, and who is told when they are passed."""
