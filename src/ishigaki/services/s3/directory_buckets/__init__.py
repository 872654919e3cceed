"""S3 directory buckets (S3 Express One Zone)."""
