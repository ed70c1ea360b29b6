"""The service: the matching core for sales agents, distributors and organisers, over PostgreSQL.

settings   every setting, read from the environment
clock      the time, so that tests can set it
errors     every error a caller can cause or must handle, as one tree
domain     what the service talks about: frozen dataclasses and their enums
store      PostgreSQL: tables, migrations, repositories, the unit of work, the embedded server
security   who is asking and what they may do
usecases   what can be done; the only place where permission, decision and commit meet
api        HTTP: parse, call one use case, render
jobs       background work on PostgreSQL
cli        the `reelmatch` command, with the recommender's commands in it

api, jobs and cli -> usecases -> domain, security, store. The recommender is called by its public names and
knows nothing of the service.
"""
