"""Use cases: pure verbs wired to effects. No logic of their own."""
