"""Breadcrumbs of screens that are no form and no list of records."""


class Titled:
    """Names the screen itself, after those above it."""

    def above(self):
        return []

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, *self.above(), {"url": "", "label": self.get_page_title()}]
