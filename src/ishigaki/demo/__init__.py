"""The embedded estate: an AWS emulator on loopback, furnished as an invented company."""
