"""PostgreSQL: the only database, and everything that speaks to it.

tables        what is stored
migrations    how it came to be; migrate runs them
engine        connections: pool, time limits, how a URL is read
embedded      a PostgreSQL that starts by itself where none is configured
constraints   what each rule of the database means to a person
repositories  one per topic: explicit methods, frozen dataclasses in and out
unit_of_work  one transaction; nothing is kept unless `commit()` is written
"""
