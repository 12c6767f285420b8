"""The ``WAGTAIL_DISCLOSURE`` settings, read lazily so that tests and late settings changes are seen."""

from django.conf import settings

DEFAULTS = {
    # Page or snippet models of the site that join the gate, as "app_label.Model".
    "GUARDED_MODELS": [],
    # Template that wagtail_disclosure/base.html extends.
    "BASE_TEMPLATE": "base.html",
    # Jurisdiction profile of the rules package.
    "JURISDICTION": "cn",
    # Key that authenticates ledger entries; None derives one from SECRET_KEY.
    "LEDGER_KEY": None,
    # Items on one list page.
    "PAGE_SIZE": 20,
    # Answer a reader who has the current page of a list or document already with 304.
    "CONDITIONAL_REQUESTS": True,
    # Longest summary (内容概述) in characters; local rules cap it between 100 and 500.
    "SUMMARY_MAX_LENGTH": 500,
    # Who is named on the public review record: "role" or "name".
    "RECEIPT_SHOWS": "role",
    # Largest text of an item, its body included, in bytes.
    "TEXT_MAX_BYTES": 2 * 1024 * 1024,
    # Largest text field an import accepts, in bytes.
    "IMPORT_MAX_FIELD_BYTES": 2 * 1024 * 1024,
    # Largest attachment or Word document an import accepts, in bytes.
    "IMPORT_MAX_FILE_BYTES": 20 * 1024 * 1024,
    # Largest manifest and archive of files that may be uploaded for an import, in bytes; unpacked four times that.
    "IMPORT_MAX_UPLOAD_BYTES": 64 * 1024 * 1024,
    # Content language of the agency's own names and documents.
    "CONTENT_LANGUAGE": None,
}


def get(name):
    """Return the setting ``name`` from ``WAGTAIL_DISCLOSURE`` or its default.

    Raises ``KeyError`` for a name that does not exist.
    """
    default = DEFAULTS[name]
    return (getattr(settings, "WAGTAIL_DISCLOSURE", None) or {}).get(name, default)
