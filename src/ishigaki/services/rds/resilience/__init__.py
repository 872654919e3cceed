"""RDS: backups, second zones, and what guards against loss."""
