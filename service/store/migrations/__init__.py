"""Alembic's environment; `service.store.migrate` runs it.

versions  one module per revision
sql       the statements of the revisions, as PostgreSQL reads them
"""
