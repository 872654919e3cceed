"""Secure AWS accounts: built, checked, fixed and kept."""

__version__ = "0.1.0"
