"""What each account of the company holds, as steps."""
