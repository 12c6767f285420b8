"""The index of hooks: pulls in each domain's hooks."""
