"""Writing search documents: the words of each field, and the facets, as tokens."""

from django.utils import timezone

from ...publishing.signals import register_entered
from ...rules.text import bare, tokens_for_index
from ..filters import ENDED, IN_FORCE
from ..models import SearchDocument

# The first character of a token says which field it stands in.
TITLE, BODY, NUMBER, ISSUER, FACET = "t", "b", "n", "i", "f"


def install():
    register_entered.connect(_entered, dispatch_uid="wagtail_disclosure.search")


def _entered(sender, published, item, **kwargs):
    write(published, item)


def plain_text(page):
    """The text of all rich text and StreamFields of ``page``, one block a line: tables and clauses included."""
    found = []
    for field in page._meta.get_fields():
        # Fields with a text of their own: StreamField, RichTextField.
        if hasattr(field, "get_searchable_content") and getattr(field, "concrete", False):
            found += field.get_searchable_content(getattr(page, field.attname))
    return "\n".join(filter(None, (str(each).strip() for each in found)))


def date_forms(day):
    """How people write a day when they look for a document by its date."""
    return f"{day.isoformat()} {day.year}年{day.month}月{day.day}日"


def write(published, item):
    """Write the search document of ``item`` (specific instance) for its row in the register."""
    _title, body = item.search_text()
    row = document_for(published, body, categories_of(published))
    SearchDocument.objects.filter(pk=published.pk).delete()
    row.save(force_insert=True)


def categories_of(published):
    return published.categories.values_list("category_id", flat=True)


def numbers_of(published):
    """The numbers of a register row as they are searched: the document number without its brackets as well."""
    written = published.document_number
    return " ".join(filter(None, [published.index_number, written, bare(written)]))


def document_for(published, body, categories, today=None):
    """The unsaved document of a register row, as it is written on the day ``today``."""
    fields = {
        TITLE: published.title,
        BODY: body,
        NUMBER: numbers_of(published),
        ISSUER: published.issuing_body,
    }
    tokens = [mark + token for mark, text in fields.items() for token in tokens_for_index(text)]
    tokens += facets_of(published, categories, today)
    return SearchDocument(
        item_id=published.pk, position=published.position, body=body, tokens=" ".join(tokens)
    )


def facet(axis, value):
    """The token of a facet value. Hexadecimal, so that any code is made of letters and digits."""
    return f"{FACET}{axis}{str(value).encode().hex()}"


def validity_of(published, today=None):
    """By the day on which it is written; ``disclosure_escalate`` writes it anew when an announced day has come."""
    day = published.ended_on
    return ENDED if day is not None and day <= (today or timezone.localdate()) else IN_FORCE


def place(site_id, language):
    return facet("s", f"{site_id}/{language}")


def facets_of(published, categories, today=None):
    """The tokens of everything a search can be limited to."""
    local = timezone.localtime(published.date_published)
    yield place(published.site_id, published.language)
    yield facet("d", published.department_id)
    yield facet("y", local.year)
    yield facet("m", f"{local.year}-{local.month}")
    yield facet("a", published.attribute)
    yield facet("g", published.genre)
    yield facet("v", validity_of(published, today))
    for category in categories:
        yield facet("c", category)
