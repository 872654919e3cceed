"""Amazon DynamoDB, and DynamoDB Accelerator (DAX)."""
