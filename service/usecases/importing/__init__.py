"""The parts of an import.

cells, columns     what a cell may hold, and which columns a list has
mapping            which column of a file is which of ours
rows               a file's cells as values, with what is wrong
films, distributors, deals, rights
                   what a row would do to what is stored
items              what those four have in common
named_films        which film is meant where one was merged into another
companies_of       which company a distributor that is only named belongs to
corrections        the refused rows as a file
exchanges          rows that others of the file are in the way of
apply              all good rows, or a preview of them
run                one run, from its file to its end
"""
