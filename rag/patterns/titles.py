"""What stands before the name of a person, or may be left out there: "Dr.", "Frau", "Captain"."""

from __future__ import annotations

# How people are spoken to: a text may have it before a name or not.
ADDRESSES = frozenset(
    "mr mrs ms miss dr doctor prof professor cllr councillor councilor rev reverend".split()
)
RANKS = frozenset(
    """sir dame lord lady president king queen prince princess pope st saint captain general judge
    coach mayor governor senator minister nurse uncle aunt""".split()
)
# Of other languages that are read.
FOREIGN = frozenset("herr herrn frau mme monsieur madame señor señora".split())


def either(titles: frozenset[str]) -> str:
    """A pattern for one of some titles as they are written before a name, with a capital."""
    return "|".join(sorted(title.capitalize() for title in titles))
