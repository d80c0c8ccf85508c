"""`python -m rag`: the reader's commands."""

from rag.cli import cli

if __name__ == "__main__":
    cli(prog_name="python -m rag")
