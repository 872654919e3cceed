"""Code as it lies on a disk and in git: read, never run and never changed."""
