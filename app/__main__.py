"""`python -m app`: the `footnote` command, where it is not installed as one."""

from app.cli import main

main(prog_name="python -m app")
