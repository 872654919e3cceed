"""S3: whom a bucket's policy and ACL let in, and how."""
