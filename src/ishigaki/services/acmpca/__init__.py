"""AWS Private Certificate Authority."""
