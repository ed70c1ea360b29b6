"""What a sales agent works with.

films.py        my films: the list, adding, changing, deleting one
film.py         one film: avails, rights, deals, what buyers answered
imports.py      spreadsheets: mapping, dry run, applying (uploads.py takes the file)
matches.py      who should see a film: map, list, reasons
what_ifs.py     distributors side by side, and what would change if the film did
board.py        the follow-up of all films
"""
