"""RDS: who signs in to databases, and how."""
