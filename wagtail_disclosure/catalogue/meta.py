"""Meta tags of the national rules for government websites (国办发〔2017〕47号), and schema.org data."""

import json
import re

from django.conf import settings
from django.utils.safestring import mark_safe

from .. import conf
from ..rules.profiles import get_profile
from .header import keywords, moment

ESCAPES = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def site_tags(scope):
    """SiteName, SiteDomain, SiteIDCode: required on every page."""
    return tags_of_site(scope.directory.agency, scope.root_url, scope.language)


def tags_of_site(agency, root_url, language):
    """As ``site_tags``, for pages without a scope; nothing without an agency."""
    if agency is None:
        return []
    domain = re.sub(r"^https?://", "", root_url)
    return _filled(
        ("SiteName", agency.local_name(language)),
        ("SiteDomain", domain),
        ("SiteIDCode", agency.site_id_code),
    )


def column_type(code):
    """The value of ColumnType for a column type of the jurisdiction profile, in the agency's language."""
    language = conf.get("CONTENT_LANGUAGE") or settings.LANGUAGE_CODE
    found = [
        item.label(language)
        for item in get_profile(conf.get("JURISDICTION")).column_types
        if item.code == code
    ]
    return found[0] if found else ""


def column_tags(scope, name, description="", keywords="", column_type=""):
    """The tags of a list page: those of the site and its column."""
    return site_tags(scope) + _filled(
        ("ColumnName", name),
        ("ColumnDescription", description or name),
        ("ColumnKeywords", keywords or name),
        ("ColumnType", column_type),
    )


def article_tags(page, published, scope, url, validity=None):
    """The tags of a document: those of the site, its column and the article, and its validity if it is not in force."""
    node = scope.directory.category_by_id.get(page.category_id)
    column = (
        _filled(("ColumnName", node.local_name()), ("ColumnType", column_type("catalogue"))) if node else []
    )
    return (
        site_tags(scope)
        + column
        + _filled(
            ("ArticleTitle", page.title),
            ("PubDate", moment(published.date_published)),
            ("ContentSource", page.source or page.issuing_body),
            ("Keywords", ",".join(keywords(page))),
            ("Author", page.issuing_body),
            ("Description", page.summary[:200]),
            ("Url", url),
            ("Validity", _marked(validity)),
        )
    )


def _filled(*pairs):
    return [(name, value) for name, value in pairs if value]


def _marked(validity):
    return validity["label"] if validity and validity["status"] != "valid" else ""


def structured_data(page, published, scope, url, validity=None):
    """The document as a schema.org ``DigitalDocument`` in JSON that is safe inside a script element."""
    agency = scope.directory.agency
    data = {
        "@context": "https://schema.org",
        "@type": "DigitalDocument",
        "name": page.title,
        "identifier": published.index_number,
        "url": url,
        "inLanguage": published.language,
        "datePublished": published.date_published.isoformat(),
        "dateModified": published.date_updated.isoformat(),
        "dateCreated": (page.date_signed or page.date_generated.date()).isoformat(),
        "description": page.summary,
        "keywords": keywords(page),
        "creativeWorkStatus": _marked(validity),
        "expires": _expires(validity),
        "author": {"@type": "GovernmentOrganization", "name": page.issuing_body}
        if page.issuing_body
        else None,
        "publisher": {"@type": "GovernmentOrganization", "name": agency.local_name(scope.language)}
        if agency
        else None,
    }
    return script_json({key: value for key, value in data.items() if value})


def _expires(validity):
    """The day from which the document is not in force, announced days included."""
    if not validity:
        return ""
    found = validity if not validity["in_force"] else validity.get("announced") or {}
    return found["date"].isoformat() if found.get("date") and not found.get("in_force") else ""


def script_json(data):
    """``data`` as JSON without a character that could end the element or begin a comment."""
    text = json.dumps(data, ensure_ascii=False)
    return mark_safe("".join(ESCAPES.get(char, char) for char in text))
