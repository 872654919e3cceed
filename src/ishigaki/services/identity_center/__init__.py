"""IAM Identity Center: who of the company gets into which account, with which permissions."""
