"""What a scan costs, measured against answers that wait on loopback."""
