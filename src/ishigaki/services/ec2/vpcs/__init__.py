"""VPCs, subnets, flow logs and VPC endpoints."""
