"""VPN connections, Client VPN endpoints and transit gateways."""
