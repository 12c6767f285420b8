"""The list of consultations and surveys: those that are open first, then those to come, then those that are over."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Site

from .. import conf
from ..casework.wizard.addresses import way_to
from ..catalogue import meta
from ..catalogue.feeds import FORMATS, printable
from ..departments.models import Agency
from ..publishing.evidence import first_public_at
from ..publishing.verification.withholding import visible
from .models import ConsultationPage, SurveyPage
from .models.periods import Phase

TYPES = (ConsultationPage, SurveyPage)
FEED_ITEMS = 30


def pages(*, locale=None, root=None, kinds=TYPES):
    """The public pages of these ``kinds`` in a language and below ``root`` (the root page of a site), the newest first."""
    found = []
    for model in kinds:
        rows = visible(model.objects.live().public().select_related("department"))
        if locale is not None:
            rows = rows.filter(locale=locale)
        if root is not None:
            rows = rows.descendant_of(root)
        found += rows
    return sorted(found, key=lambda page: (page.closes_on, page.pk), reverse=True)


def entry(page, request=None):
    """A page for a list."""
    return {
        "title": page.title,
        "url": page.get_url(request),
        "kind": page.kind,
        "kind_label": page._meta.verbose_name,
        "phase": page.phase,
        "phase_label": Phase(page.phase).label,
        "opens_on": page.opens_on,
        "closes_on": page.closes_on,
        "department": page.department_name,
        "has_feedback": getattr(page, "has_feedback", False),
        "shows_results": getattr(page, "shows_results", False),
    }


def groups(request=None, *, locale=None, root=None, kinds=TYPES, only=()):
    """``[{"phase", "label", "entries"}]`` in order, those that are soonest over first; empty groups left out."""
    labels = {
        Phase.OPEN: _("Open now"),
        Phase.PLANNED: _("Not open yet"),
        Phase.CLOSED: _("Over"),
    }
    found = [entry(page, request) for page in pages(locale=locale, root=root, kinds=kinds)]
    made = []
    for phase, label in labels.items():
        entries = [each for each in found if each["phase"] == phase]
        if phase != Phase.CLOSED:
            entries.reverse()
        if entries and (not only or phase in only):
            made.append({"phase": phase, "label": label, "entries": entries})
    return made


def root_of(page, request=None):
    """The root page of the site in which ``page`` stands."""
    site = page.get_site() if page is not None and page.pk else None
    site = site or (Site.find_for_request(request) if request is not None else None)
    if site is None:
        return None
    root = site.root_page
    return root.get_translation_or_none(page.locale) or root if page is not None else root


def context_of(page, request):
    """The context of the list page. What is over is paged through; ``?kind=`` leaves one kind."""
    wanted = request.GET.get("kind", "") if request is not None else ""
    kinds = [model for model in TYPES if model.kind == wanted] or TYPES
    made = groups(request, locale=page.locale, root=root_of(page, request), kinds=kinds)
    listed = None
    for group in made:
        if group["phase"] == Phase.CLOSED:
            over = request.GET.get("over") if request is not None else 1
            listed = Paginator(group["entries"], conf.get("PAGE_SIZE")).get_page(over)
            group["entries"] = listed.object_list
    url = page.get_url(request) or ""
    site = page.get_site() if page.pk else None
    agency = Agency.for_site(site) if site is not None else None
    tags = meta.tags_of_site(agency, site.root_url if site is not None else "", page.locale.language_code)
    column = [
        ("ColumnName", page.title),
        ("ColumnDescription", page.search_description or page.title),
        ("ColumnKeywords", page.title),
        ("ColumnType", meta.column_type("survey")),
    ]
    return {
        "breadcrumbs": way_to(page, request) if page.pk else [],
        "groups": made,
        "over": listed,
        "kinds": [
            {"name": model.kind, "label": model._meta.verbose_name_plural, "current": model.kind == wanted}
            for model in TYPES
        ],
        "wanted": wanted,
        "feeds": {name: f"{url}feed/{name}/" for name in FORMATS},
        "meta_tags": [*tags, *column],
    }


def feed(page, request, name):
    """Atom or RSS of the list, the latest published first; it has what the list has, and nothing that people sent."""
    language = page.locale.language_code
    made = FORMATS[name](
        title=printable(page.title),
        link=page.get_full_url(request),
        description=printable(page.search_description or page.title),
        language=language,
        feed_url=request.build_absolute_uri(),
    )
    dated = [(first_public_at(each), each) for each in pages(locale=page.locale, root=root_of(page, request))]
    dated = sorted(
        ((at, each) for at, each in dated if at is not None), key=lambda pair: pair[0], reverse=True
    )
    for at, each in dated[:FEED_ITEMS]:
        address = each.get_full_url(request)
        made.add_item(
            title=printable(each.title),
            link=address,
            description=printable(_period(each)),
            pubdate=timezone.localtime(at),
            unique_id=address,
            author_name=printable(each.department_name) or None,
            categories=[str(each._meta.verbose_name)],
        )
    response = HttpResponse(content_type=made.content_type)
    made.write(response, "utf-8")
    return response


def _period(page):
    return f"{Phase(page.phase).label} · {page.opens_on.isoformat()} – {page.closes_on.isoformat()}"
