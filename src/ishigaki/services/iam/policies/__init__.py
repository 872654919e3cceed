"""Customer managed policies of IAM."""
