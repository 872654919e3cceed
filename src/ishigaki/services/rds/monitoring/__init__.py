"""RDS: logs and metrics of databases."""
