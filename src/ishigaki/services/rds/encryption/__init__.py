"""RDS: encryption at rest."""
