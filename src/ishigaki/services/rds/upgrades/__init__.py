"""RDS: versions of engines."""
