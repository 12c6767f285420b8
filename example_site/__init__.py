"""A whole agency: the site that shows what wagtail_disclosure does."""
