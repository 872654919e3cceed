"""S3 access points, of one Region and of several."""
