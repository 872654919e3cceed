"""Instances, their network interfaces and what launches them."""
