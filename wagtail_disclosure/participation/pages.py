"""What the pages of a consultation and of a survey show besides their own words."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.utils import timezone

from .. import conf
from ..casework.wizard.addresses import way_to
from ..catalogue import meta
from ..catalogue.entry import describe_file
from ..departments.models import Agency
from ..publishing.evidence import first_public_at
from . import addresses, tallies, vocabularies
from .models import Comment, ConsultationPage
from .models.periods import Phase

COLUMN_TYPE = "survey"


def context_of(page, request):
    """The context of the page's template, for the public page and for the preview of a draft."""
    of_kind = consultation if isinstance(page, ConsultationPage) else survey
    return {
        "breadcrumbs": way_to(page, request) if page.pk else [],
        "phase": page.phase,
        "phase_label": Phase(page.phase).label,
        "days_left": (page.closes_on - timezone.localdate()).days,
        **_meta(page, request),
        **of_kind(page, request),
    }


def _meta(page, request):
    """The national meta tags, and schema.org data."""
    if not page.live or getattr(request, "is_preview", False):
        return {}
    parts = page.get_url_parts(request)
    agency = Agency.objects.filter(site=parts[0]).first() if parts else None
    published, url = first_public_at(page), page.get_full_url(request)
    language = page.locale.language_code
    tags = [
        *meta.tags_of_site(agency, parts[1] if parts else "", language),
        ("ColumnType", meta.column_type(COLUMN_TYPE)),
        ("ArticleTitle", page.title),
        ("PubDate", f"{timezone.localtime(published):%Y-%m-%d %H:%M}" if published else ""),
        ("ContentSource", page.department_name),
        ("Url", url),
    ]
    data = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "name": page.title,
        "url": url,
        "inLanguage": language,
        "datePublished": published.isoformat() if published else None,
        "expires": page.closes_on.isoformat(),
        "publisher": {"@type": "GovernmentOrganization", "name": agency.local_name(language)}
        if agency
        else None,
    }
    return {
        "meta_tags": [(name, value) for name, value in tags if value],
        "canonical_url": url,
        "structured_data": meta.script_json({key: value for key, value in data.items() if value}),
    }


# Consultations


def consultation(page, request):
    comments = shown_comments(page)
    counts = dict(comments.order_by().values_list("paragraph").annotate(number=Count("pk")))
    about = page.paragraph(request.GET.get("about", "")[:36]) if request is not None else None
    if about is not None:
        comments = comments.filter(paragraph=about.id)
    listed = Paginator(comments, conf.get("PAGE_SIZE")).get_page(
        request.GET.get("comments") if request is not None else 1
    )
    comment_url = addresses.address_of(page, addresses.COMMENT, request)
    return {
        "draft_kind_label": vocabularies.draft_kinds().label_of(page.draft_kind, page.draft_kind),
        "blocks": _blocks(page, counts),
        "attachments": [describe_file(each.document, each.title) for each in page.draft_files.all()],
        "comment_url": comment_url,
        "status_url": addresses.address_of(page, addresses.STATUS, request),
        "comments": listed,
        "about": about,
        "statistics": statistics(page),
        "report": report(page),
        "feedback_items": page.feedback_items.all() if page.has_feedback else [],
        "contact": {
            "office_name": page.contact or page.department_name,
            "phone": page.phone,
            "email": page.email,
            "address": page.address,
        },
    }


def _blocks(page, counts):
    """Headings and paragraphs of the draft in order, each paragraph with how many comments on it are shown."""
    paragraphs = {each.id: each for each in page.paragraphs}
    return [
        {
            "paragraph": paragraphs.get(str(block.id)),
            "count": counts.get(str(block.id), 0),
            "text": block.value,
        }
        for block in page.draft
    ]


def shown_comments(page):
    """The comments that the public sees, in all languages of the page, the latest first."""
    return Comment.objects.filter(key=page.key, state=Comment.State.SHOWN, consent_to_publish=True).only(
        "pk", "public_text", "paragraph", "paragraph_label", "submitted_at"
    )


def statistics(page):
    """How many comments came and are shown: ``{"received", "shown", "adopted", "later"}``.

    Once there is a report, ``received`` and ``adopted`` are its numbers, and ``later`` is how many were entered after
    it was counted. ``adopted`` is None while there is none.
    """
    found = Comment.objects.filter(key=page.key).aggregate(
        received=Count("pk"), shown=Count("pk", filter=Q(state=Comment.State.SHOWN, consent_to_publish=True))
    )
    if not (page.has_feedback and page.feedback_figures):
        return {**found, "adopted": None, "later": 0}
    reported = page.feedback_figures["received"]
    later = max(found["received"] - reported, 0)
    return {**found, "received": reported, "adopted": page.feedback_figures["adopted"], "later": later}


def report(page):
    """The numbers of the report as they were approved, or None: ``{"channels", "outcomes", "remaining", "counted_on"}``."""
    figures = page.feedback_figures
    if not (page.has_feedback and figures):
        return None
    adoptions, channels = vocabularies.adoptions(), vocabularies.comment_channels()
    return {
        "channels": [
            {"label": channels.label_of(code, code), "number": number}
            for code, number in in_order(channels, figures["channels"])
        ],
        "outcomes": [
            {"label": adoptions.label_of(code, code), "number": number}
            for code, number in in_order(adoptions, figures["adoptions"])
        ],
        "remaining": figures["remaining"],
        "counted_on": timezone.localdate(tallies.counted_at(page)),
    }


def in_order(vocabulary, numbers):
    """The ``numbers`` by code as the vocabulary orders them: a database may return them in another."""
    codes = [each.code for each in vocabulary]
    return sorted(numbers.items(), key=lambda pair: codes.index(pair[0]) if pair[0] in codes else len(codes))


# Surveys


def survey(page, request):
    from . import once, results

    answered = request is not None and once.has_answered(request, page)
    return {
        "answer_url": addresses.address_of(page, addresses.ANSWER, request),
        "answered": answered,
        "number": results.number_of(page) if page.phase != Phase.PLANNED else 0,
        "results": results.public(page) if page.shows_results else None,
    }
