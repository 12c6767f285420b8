"""Setting up an agency on a site: groups, review, catalogue, categories, departments. Safe to repeat."""
