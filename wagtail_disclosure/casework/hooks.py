"""Hooks of casework: the addresses by which officers have files and letters, texts of letters, and the working-day calendar."""

from django.urls import path
from wagtail import hooks

from ..departments import menu
from . import asking, calendar_admin, case_sections, task_list  # noqa: F401
from .consultation import section  # noqa: F401  (registers its section)
from .desk import bulk, panels, supervision  # noqa: F401  (register themselves)
from .downloads import download
from .letters import panels as letter_panels  # noqa: F401  (registers what the page of a case shows)
from .letters import serving, text_admin


@hooks.register("register_admin_urls")
def file_address():
    return [path("disclosure/case-file/<uuid:key>/", download, name="wagtail_disclosure_admin_case_file")]


@hooks.register("register_admin_urls")
def letter_addresses():
    return [
        path("disclosure/case-letter/<uuid:key>/", serving.show, name="wagtail_disclosure_admin_case_letter"),
        path(
            "disclosure/case-letter/<uuid:key>.pdf",
            serving.show_pdf,
            name="wagtail_disclosure_admin_case_letter_pdf",
        ),
    ]


hooks.register("register_admin_urls", text_admin.addresses)
hooks.register("register_admin_urls", calendar_admin.addresses)
hooks.register("register_admin_urls", task_list.addresses)


@hooks.register("register_admin_viewset")
def working_days():
    return calendar_admin.CalendarGroup()


menu.register(calendar_admin.menu_item)
menu.register(task_list.menu_item)
menu.register(text_admin.menu_item)
