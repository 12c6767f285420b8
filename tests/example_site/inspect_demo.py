"""Looks at a loaded example agency from outside and prints what there is as JSON. Run by ``test_demo``."""

import io
import json
from collections import Counter
from html import unescape

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from wagtail.models import Page, TaskState, WorkflowState  # noqa: E402

from example_site.logins import LOGINS, PASSWORD  # noqa: E402
from wagtail_disclosure.casework import record  # noqa: E402
from wagtail_disclosure.catalogue.models import Category, FiledItem, IndexNumber  # noqa: E402
from wagtail_disclosure.departments.models import Agency, Department  # noqa: E402
from wagtail_disclosure.mailboxes import clusters  # noqa: E402
from wagtail_disclosure.mailboxes.models import (  # noqa: E402
    CitizenLetter,
    Mailbox,
    SelectedLetterPage,
)
from wagtail_disclosure.portal.models import ColumnPage, GuidePage, SubsitePage  # noqa: E402
from wagtail_disclosure.publishing.models import LedgerEntry, PublishedItem, Seal, Withdrawal  # noqa: E402
from wagtail_disclosure.publishing.models.decisions import withdrawal_reasons  # noqa: E402
from wagtail_disclosure.reports.figures.report import figures_of, findings_of  # noqa: E402
from wagtail_disclosure.reports.models import AnnualReport  # noqa: E402
from wagtail_disclosure.requests.models import DisclosureRequest, RequestEvent, RequestForm  # noqa: E402

LISTS = (
    "catalogue/",
    "catalogue/on-request/",
    "catalogue/search/?q=信息公开",
    "catalogue/sitemap/",
    "catalogue/feed/atom/",
)


def register():
    out = io.StringIO()
    try:
        call_command("disclosure_register", "check", stdout=out)
    except CommandError as error:
        return f"{error} {out.getvalue()}"
    return "clean"


def secret_titles():
    """Titles that no visitor may read: of drafts and of withheld documents; on-request ones are public as titles."""
    public = set(PublishedItem.objects.values_list("title", flat=True))
    public |= set(FiledItem.objects.filter(attribute="on_request").values_list("title", flat=True))
    drafts = Page.objects.filter(live=False, depth__gt=2)
    # Their titles are words that stand elsewhere as well, such as "Complaints".
    drafts = drafts.exclude(content_type__model__in=("departmentfolderpage", "mailboxpage"))
    return set(drafts.values_list("draft_title", flat=True)) - public - named_withdrawals()


def named_withdrawals():
    """Titles that a tombstone may show: what was withdrawn for a reason that does not hide them."""
    hidden = {reason.code for reason in withdrawal_reasons() if reason.fact("hides_title")}
    return set(Withdrawal.objects.exclude(reason__in=hidden).values_list("title", flat=True))


def context_of(page, site):
    """What the page's template is given for a visitor."""
    path = page.get_url_parts()[2]
    request = RequestFactory(SERVER_NAME=site.hostname, SERVER_PORT=str(site.port)).get(path)
    return page.get_context(request)


def empty_columns(site):
    """Public columns of the Chinese site that list nothing and hold no columns either."""
    pages = ColumnPage.objects.live().filter(locale=site.root_page.locale)
    found = [(page.slug, context_of(page, site)) for page in pages]
    return [slug for slug, context in found if not context["items"] and not context["sections"]]


def visit(site):
    """Every public address with its status, and the secret titles that were shown."""
    client = Client(SERVER_NAME=site.hostname, SERVER_PORT=str(site.port))
    pages = Page.objects.live().filter(path__startswith=site.root_page.path[:4], depth__gt=1)
    paths = [page.get_url_parts()[2] for page in pages.specific() if page.get_url_parts()]
    roots = [path for path in ("/", "/en/")]
    paths += [root + name for root in roots for name in LISTS]
    paths += list(PublishedItem.objects.values_list("path", flat=True))
    titles, wrong, leaks = secret_titles(), {}, []
    for path in dict.fromkeys(paths):
        response = client.get(path)
        if response.status_code != 200:
            wrong[path] = response.status_code
        content = b"".join(response) if response.streaming else response.content
        text = unescape(content.decode())
        leaks += [f"{title} at {path}" for title in titles if title in text]
    return {"visited": len(set(paths)), "wrong": wrong, "leaks": leaks, "secret": len(titles)}


def waiting():
    states = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).select_related("task")
    return Counter(state.task.specific._meta.model_name for state in states)


def login_works(username):
    client = Client()
    return client.login(username=username, password=PASSWORD) and client.get("/admin/").status_code == 200


def requests():
    """What the load made of the requests, and whether their caches are what their events say."""
    every = DisclosureRequest.objects.all()
    cases, events = every.filter(case_kind="request"), RequestEvent.objects.filter(case__case_kind="request")
    corrections = every.filter(case_kind="correction")
    return {
        "corrections": Counter(corrections.values_list("state", flat=True)),
        "correction_numbers": sorted({case.number[:2] for case in corrections}),
        "held": cases.filter(legal_hold=True).count(),
        "states": Counter(cases.values_list("state", flat=True)),
        "actions": sorted(set(events.values_list("type", flat=True))),
        "supervised": cases.open().filter(is_supervised=True).count(),
        "overdue": cases.overdue().count(),
        "provisional": cases.open().filter(due_is_provisional=True).count(),
        "files": cases.filter(attachments__released_at__isnull=False).distinct().count(),
        "forms": sorted(
            " ".join(each)
            for each in RequestForm.objects.filter(live=True).values_list(
                "case_kind", "locale__language_code"
            )
        ),
        "wrong": [case.number for case in every if record.rebuild(case)],
    }


def letters():
    """What the load made of the letters."""
    every = CitizenLetter.objects.all()
    leader = get_user_model().objects.get(username="ruan.tingyun")
    selected = SelectedLetterPage.objects.live()
    return {
        "mailboxes": sorted(Mailbox.objects.filter(live=True).values_list("code", flat=True)),
        "states": Counter(every.values_list("state", flat=True)),
        "ratings": Counter(every.values_list("rating", flat=True)),
        "overdue": every.overdue().count(),
        "supervised": every.open().filter(is_supervised=True).count(),
        "consenting": every.filter(consent_to_publish=True).count(),
        "clusters": sorted(each.number for each in clusters.of_all(leader) if each.kind == clusters.TEXT),
        "selected": selected.count(),
        "frequent": sum(each.is_frequent for each in selected),
        "waiting_for_approval": DisclosureRequest.objects.filter(
            state="drafted", department__code="05"
        ).count(),
        "wrong": [case.number for case in every if record.rebuild(case)],
    }


def reports():
    """The states of the annual reports by year, and what is wrong with their numbers."""
    found = AnnualReport.objects.order_by("year")
    return {
        "states": {str(each.year): each.state for each in found},
        "errors": [
            str(finding)
            for each in found
            for finding in findings_of(each, figures_of(each), {})
            if finding.severity == "error"
        ],
    }


def facts():
    site = Agency.objects.get().site
    columns = ColumnPage.objects.live().filter(locale=site.root_page.locale)
    guides = columns.filter(slug__startswith="guide-")
    years = PublishedItem.objects.filter(language="zh-hans").values_list("year", flat=True)
    return {
        "columns": columns.child_of(site.root_page).in_menu().exclude(pk__in=guides).count(),
        "guides": [ColumnPage.objects.child_of(guide).live().count() for guide in guides],
        "subsites": SubsitePage.objects.live().filter(locale=site.root_page.locale).count(),
        "english_subsites": SubsitePage.objects.live().exclude(locale=site.root_page.locale).count(),
        "withdrawn": Withdrawal.objects.filter(carried_out_at__isnull=False).count(),
        "form": GuidePage.objects.live().filter(locale=site.root_page.locale).get().application_form.filename,
        "root_url": site.root_url,
        "empty": empty_columns(site),
        "notices": context_of(site.root_page.specific, site)["notices_title"],
        "categories": [
            Category.objects.filter(scheme__kind="agency", parent__isnull=top).count()
            for top in (True, False)
        ],
        "waiting": waiting(),
        "returned": WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES).count(),
        "years": Counter(map(str, years)),
        "languages": Counter(PublishedItem.objects.values_list("language", flat=True)),
        "kinds": Counter(PublishedItem.objects.values_list("kind", flat=True)),
        "validity": Counter(PublishedItem.objects.values_list("validity", flat=True)),
        "filed": Counter(FiledItem.objects.values_list("attribute", flat=True)),
        "merged": Department.objects.filter(status="merged", successors__isnull=False).count(),
        "register": register(),
        "in_order": is_in_order(),
        "installed": Seal.objects.filter(authority="setup").count(),
        "entries": LedgerEntry.objects.count(),
        "pages": Page.objects.count(),
        "logins": {name: login_works(name) for name, _role, _hint in LOGINS},
        "inactive_password": get_user_model().objects.filter(password="").count(),
        "requests": requests(),
        "letters": letters(),
        "reports": reports(),
        **visit(site),
    }


def is_in_order():
    """Whether serial numbers of a year rise with the time of publication."""
    rows = IndexNumber.objects.filter(serial__isnull=False, state="issued").order_by("scope", "serial")
    found = list(rows.values_list("scope", "issued_at"))
    return found == sorted(found)


if __name__ == "__main__":
    print(json.dumps(facts(), ensure_ascii=False))
