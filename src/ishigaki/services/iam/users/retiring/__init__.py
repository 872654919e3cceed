"""IAM users on their way out."""
