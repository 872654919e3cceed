"""What other watchers of AWS saw, as values of ours."""
