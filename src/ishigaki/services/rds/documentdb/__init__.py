"""Amazon DocumentDB, whose clusters are clusters of RDS to AWS."""
