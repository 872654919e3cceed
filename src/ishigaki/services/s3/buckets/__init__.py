"""S3 general purpose buckets."""
