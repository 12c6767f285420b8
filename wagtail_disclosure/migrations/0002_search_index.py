"""The index over the tokens of search documents: what each database does best, the same models for all.

SQLite: an FTS5 table that refers to the documents and is kept by triggers. PostgreSQL: a GIN index over the array of
tokens. Other databases have none and search by comparing texts (``catalogue.search.scan``).

A later migration that alters the table of search documents must, on SQLite, drop the triggers before and make them
again afterwards: Django rebuilds a table that it alters, and its triggers go with it.
"""

from django.db import migrations

DOCUMENTS = "wagtail_disclosure_searchdocument"
INDEX = "wagtail_disclosure_searchindex"
ADD = f"INSERT INTO {INDEX}(rowid, tokens) VALUES (new.position, new.tokens);"
REMOVE = f"INSERT INTO {INDEX}({INDEX}, rowid, tokens) VALUES ('delete', old.position, old.tokens);"

CREATE = {
    "sqlite": [
        f"CREATE VIRTUAL TABLE {INDEX} USING fts5(tokens, content='{DOCUMENTS}', content_rowid='position', "
        "detail=none, columnsize=0, tokenize='ascii')",
        f"CREATE TRIGGER {INDEX}_insert AFTER INSERT ON {DOCUMENTS} BEGIN {ADD} END",
        f"CREATE TRIGGER {INDEX}_delete AFTER DELETE ON {DOCUMENTS} BEGIN {REMOVE} END",
        f"CREATE TRIGGER {INDEX}_update AFTER UPDATE ON {DOCUMENTS} BEGIN {REMOVE} {ADD} END",
        f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')",
    ],
    "postgresql": [
        f"CREATE INDEX {INDEX} ON {DOCUMENTS} USING gin (string_to_array(tokens, ' ')) WITH (fastupdate = off)",
    ],
}
DROP = {
    "sqlite": [
        f"DROP TRIGGER IF EXISTS {INDEX}_insert",
        f"DROP TRIGGER IF EXISTS {INDEX}_delete",
        f"DROP TRIGGER IF EXISTS {INDEX}_update",
        f"DROP TABLE IF EXISTS {INDEX}",
    ],
    "postgresql": [f"DROP INDEX IF EXISTS {INDEX}"],
}


def create_index(apps, schema_editor):
    for statement in CREATE.get(schema_editor.connection.vendor, ()):
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    for statement in DROP.get(schema_editor.connection.vendor, ()):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("wagtail_disclosure", "0001_initial")]

    operations = [migrations.RunPython(create_index, drop_index)]
