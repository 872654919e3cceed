"""The root user of an account."""
