"""Security Hub: the parameters of its controls."""
