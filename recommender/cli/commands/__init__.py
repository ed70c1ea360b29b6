"""One module for each command of `reelmatch`, named like it: `run(args)` returns the exit status."""
