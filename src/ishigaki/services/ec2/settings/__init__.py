"""What is set for EC2 and EBS in a Region as a whole."""
