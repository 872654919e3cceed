"""Elastic Load Balancing: classic, application, network and gateway load balancers."""
