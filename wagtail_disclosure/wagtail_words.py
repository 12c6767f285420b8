"""Words of Wagtail's own screens that stand on ours, or beside them, and that its Chinese translation lacks.

They are named here so that they are collected with our messages: one catalogue serves all apps. What Wagtail has
translated meanwhile is taken out; a test says so.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

WORDS = (
    # Breadcrumbs and headings of every form that makes something.
    gettext_noop("New: %(model_name)s"),
    # Start page.
    gettext_noop("Search all pages…"),
    gettext_noop("Wagtail %(current_version)s editor guide"),
    ngettext_lazy(
        '%(total)s Page <span class="w-sr-only">created in %(site_name)s</span>',
        '%(total)s Pages <span class="w-sr-only">created in %(site_name)s</span>',
    ),
    ngettext_lazy(
        '%(total)s Image <span class="w-sr-only">created in %(site_name)s</span>',
        '%(total)s Images <span class="w-sr-only">created in %(site_name)s</span>',
    ),
    ngettext_lazy(
        '%(total)s Document <span class="w-sr-only">created in %(site_name)s</span>',
        '%(total)s Documents <span class="w-sr-only">created in %(site_name)s</span>',
    ),
    # Listings and reports.
    gettext_noop("No %(model_name)s match your query."),
    gettext_noop("Sort by '%(label)s' in ascending order."),
    gettext_noop("Sort by '%(label)s' in descending order."),
    gettext_noop("More bulk actions"),
    gettext_noop("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s"),
    gettext_noop("Your pages and snippets in a workflow"),
    gettext_noop("Go to the first error"),
    gettext_noop("Page type"),
    gettext_noop("Date updated"),
    gettext_noop("Edited by"),
    gettext_noop("Has child pages"),
    gettext_noop("Any"),
    # Editor.
    gettext_noop("Locked by workflow"),
    gettext_noop("Autosave is paused"),
    gettext_noop("Saved"),
    gettext_noop("Checks"),
)
