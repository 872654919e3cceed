"""The only room that acts on AWS, and the only importer of botocore."""
