"""Amazon OpenSearch Service: domains that run Elasticsearch."""
