"""Addresses outside the page tree, for sites that want them: ``path("", include("wagtail_disclosure.urls"))``.

The catalogue works without them. They add ``/robots.txt``, ``/sitemap-disclosure.xml``, ``/number/…/``, an address of
index numbers that outlives a move of the catalogue, ``/request-form/…/`` and ``/mailbox/…/`` for forms that no page shows,
``/case/…/`` for following a case with number and code, with ``/case-file/…/`` and ``/case-letter/…/`` for its files and
letters, ``/consultation/…/`` for those who are consulted, ``/participation/…/`` for comments on drafts and answers to
surveys, and ``/upward/…/`` at which upper platforms fetch and report.
"""

from django.urls import path, re_path

from .required_apps import missing

app_name = "wagtail_disclosure"
urlpatterns = []
if not missing():
    from .casework.consultation.pages import consultation
    from .casework.downloads import download
    from .casework.following.views import any_language, follow_url
    from .casework.letters import serving
    from .catalogue import stable
    from .interchange.upward import fetching
    from .mailboxes.wizard import answer_url as mailbox
    from .participation.visits import at_address as participation
    from .portal.robots import robots
    from .requests.wizard import answer_url

    urlpatterns += [
        path("robots.txt", robots, name="robots"),
        path("sitemap-disclosure.xml", stable.sitemap, name="sitemap"),
        path("number/", stable.number, name="number_form"),
        path("number/<path:number>/", stable.number, name="number"),
        path("case/", any_language, name="follow_any"),
        re_path(r"^case/(?P<language>[\w-]+)/(?P<rest>(?:[\w-]+/)*)$", follow_url, name="follow"),
        path("case-file/<uuid:key>/", download, name="case_file"),
        path("consultation/<str:token>/", consultation, name="consultation"),
        path("consultation/<str:token>/<slug:step>/", consultation, name="consultation_step"),
        re_path(
            r"^upward/(?P<code>[a-z0-9-]{1,40})/items\.(?P<kind>json|xml)$",
            fetching.items,
            name="upward_items",
        ),
        re_path(r"^upward/(?P<code>[a-z0-9-]{1,40})/statuses/$", fetching.statuses, name="upward_statuses"),
        re_path(r"^upward/schema\.(?P<kind>json|xml)$", fetching.schema, name="upward_schema"),
        path("case-letter/<uuid:key>/", serving.show, name="case_letter"),
        path("case-letter/<uuid:key>.pdf", serving.show_pdf, name="case_letter_pdf"),
        re_path(
            r"^request-form/(?P<language>[\w-]+)/(?P<code>[\w-]+)/(?P<rest>(?:[\w-]+/)*)$",
            answer_url,
            name="request_form",
        ),
        re_path(
            r"^mailbox/(?P<language>[\w-]+)/(?P<code>[\w-]+)/(?P<rest>(?:[\w-]+/)*)$", mailbox, name="mailbox"
        ),
        re_path(
            r"^participation/(?P<pk>[0-9]{1,18})/(?P<rest>(?:[\w-]+/)+)$", participation, name="participation"
        ),
    ]
