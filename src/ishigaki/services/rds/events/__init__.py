"""RDS: what is told of events."""
