"""RDS: whom databases and their snapshots are open to."""
