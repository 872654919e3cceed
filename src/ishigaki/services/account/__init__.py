"""AWS accounts themselves."""
