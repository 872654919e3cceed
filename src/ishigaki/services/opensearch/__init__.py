"""Amazon OpenSearch Service: domains that run OpenSearch."""
