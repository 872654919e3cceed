"""Server certificates stored in IAM."""
