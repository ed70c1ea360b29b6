"""One module for each command of the service; each has `run(args)`, which gives the exit status."""
