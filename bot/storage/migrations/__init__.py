"""Alembic's folder: the changes of the tables from release to release, add-only."""
