"""The `reelmatch` command.

app        the entry: runs a command, turns errors into one line and an exit status
parser     commands and their arguments
commands   one module for each command: `run(args)` asks the package, prints, and gives the exit status
inputs     the data folder and the encoder that commands begin with
answers    matches, suggestions and similar films as text
figures    held-out figures as text
documents  answers as JSON
words      text for a terminal: widths, wrapping, chances in words

Nothing but the parser is imported before a command is known: `reelmatch --help` starts at once.
"""

from recommender.cli.app import main

__all__ = ["main"]
