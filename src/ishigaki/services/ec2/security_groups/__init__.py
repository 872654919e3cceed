"""Security groups and the prefix lists that their rules refer to."""
