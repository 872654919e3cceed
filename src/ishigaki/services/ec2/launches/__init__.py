"""What instances are launched from: launch templates and Spot Fleet requests."""
