"""IAM users and their credentials."""
