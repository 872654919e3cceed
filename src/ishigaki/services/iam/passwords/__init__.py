"""The password policy of an account."""
