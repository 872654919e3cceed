"""Amazon Neptune, whose clusters are clusters of RDS to AWS."""
