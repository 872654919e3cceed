"""Amazon CloudFront: where distributions get their content from."""
