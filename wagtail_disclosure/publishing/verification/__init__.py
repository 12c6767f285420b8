"""Verification: everything that is public against what was approved, and the ledger against itself.

Code that never saves a row is not stopped by the gate: raw SQL, ``QuerySet.update``, bytes changed in storage. Here
it is found, and named in words.
"""
