"""Amazon Elastic File System."""
