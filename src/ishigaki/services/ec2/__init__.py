"""Amazon EC2, Amazon VPC and Amazon EBS: the rooms below share one API."""
