"""RDS: encryption on the way."""
