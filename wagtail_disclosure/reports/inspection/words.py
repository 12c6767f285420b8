"""Names of what is missing, for the sentences of findings."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NAMES = {
    "site_name": "SiteName",
    "site_domain": "SiteDomain",
    "site_id_code": _("site identification code (SiteIDCode)"),
    "keywords": _("keywords (ColumnKeywords)"),
    "description": _("description (ColumnDescription)"),
    "summary": _("summary"),
    "index_number": _("index number"),
    "date_generated": _("date generated"),
    "issuing_body": _("issuing body (ContentSource)"),
}
SEPARATOR = pgettext_lazy("between the names of a list", ", ")


def field_names(codes):
    return str(SEPARATOR).join(str(NAMES.get(code, code)) for code in codes)
