"""AWS Service Catalog."""
