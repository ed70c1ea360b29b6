"""What the service talks about: frozen dataclasses without behaviour beyond small derived values.

words             the closed vocabularies: roles, media rights, statuses, kinds of feedback
accounts          companies, users, memberships, sessions, API keys, idempotency
catalogue         films and distributor profiles as stored, around the recommender's Film and Distributor
rights            what an agent holds and what is sold
clashes           grants that exclude each other
avails            held minus sold
territory_groups  Benelux, Latin America, ... as countries
deals             deals, their private terms and their outcomes
feedback          what happened between a distributor and a film
matching          recorded match runs, vectors, the log of changes
bundles           trained bundles and which one is in force
imports           files, runs, row problems, proposed merges
jobs              background work as people see it
audit             who changed what
paging            one page of a list

Ids are the public text ids everywhere; row numbers stay inside the store. Unknown text is "", an unknown
number or date None, an unknown list (). Times are aware and in UTC, amounts Decimal.
"""
