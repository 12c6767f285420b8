"""Full-text search over the published register, exact for Chinese: every part of a text finds it.

``documents`` writes what is searchable when an item enters the register, ``engine`` answers queries, and one
module for each database finds candidates by an index of its own.
"""
