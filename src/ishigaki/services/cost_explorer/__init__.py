"""Cost Explorer: unusual spending, and who is told of it."""
