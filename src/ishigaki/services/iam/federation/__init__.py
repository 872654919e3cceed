"""Roles that people of an identity provider or of a jump account take, without IAM Identity Center."""
