"""The `reelmatch` command: the recommender's commands on files, and those of the service.

app       the entry: errors of the service are told like those of the recommender
parser    the service's commands and their arguments, added to the recommender's
opening   the database and the settings that most commands begin with
commands  one module for each command: `run(args)` calls use cases, prints, and gives the exit status

Commands act as the system itself: whoever may run them on the server may do everything.
"""

from service.cli.app import main

__all__ = ["main"]
