"""Amazon Relational Database Service."""
