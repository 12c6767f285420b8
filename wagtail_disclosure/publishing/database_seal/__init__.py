"""The database seal: optional triggers that let only the gate write to what is public. See docs/database-seal.md.

``window`` is what the gate opens for the item that it writes, ``kinds`` what models say about their rows, ``rules``
what follows for each table, ``triggers`` puts it into the database.
"""
