"""S3: what is open to everyone, and what blocks it."""
