"""Messages in the form of each channel, and their sending."""
