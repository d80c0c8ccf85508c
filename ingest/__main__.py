"""`python -m ingest`: the commands of `footnote ingest`."""

from ingest.cli import ingest

ingest(prog_name="python -m ingest")
