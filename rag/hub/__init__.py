"""Models by name: which are known, where whole copies of them lie, how they come here."""
