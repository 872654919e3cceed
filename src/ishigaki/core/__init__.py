"""The pure core: nouns and verbs over values. Nothing here performs a call or reads a clock."""
