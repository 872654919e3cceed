"""What is kept: snapshots (what AWS said), findings of each scan, and the ledger of when things were first seen."""
