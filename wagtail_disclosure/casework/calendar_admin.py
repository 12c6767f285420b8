"""The working-day calendar in the admin: days decided by hand, announced years, and what a change moves."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from ..departments import menu
from . import reprojection
from .models import CalendarDay, CalendarYear

CHANGE = "wagtail_disclosure.change_calendarday"
PREVIEW = "wagtail_disclosure_reproject"


class CalendarDayViewSet(ModelViewSet):
    model = CalendarDay
    name = "disclosure_calendar_days"
    icon = "calendar"
    menu_label = gettext_lazy("Days decided by hand")
    add_to_reference_index = False
    copy_view_enabled = False
    form_fields = ["date", "is_working", "reason"]
    list_display = ["date", "is_working", "reason"]
    ordering = ["-date"]


class CalendarYearViewSet(ModelViewSet):
    model = CalendarYear
    name = "disclosure_calendar_years"
    icon = "calendar-check"
    menu_label = gettext_lazy("Announced years")
    add_to_reference_index = False
    copy_view_enabled = False
    form_fields = ["year"]
    list_display = ["year"]


class CalendarGroup(menu.InDisclosureMenu, ModelViewSetGroup):
    items = (CalendarDayViewSet, CalendarYearViewSet)
    menu_label = gettext_lazy("Working days")
    menu_icon = "calendar"
    menu_order = menu.REQUESTS + 20


class ReprojectView(WagtailAdminTemplateMixin, TemplateView):
    """Open cases whose due dates the calendar in force moves; storing them writes an event on each."""

    template_name = "wagtail_disclosure/casework/reproject.html"
    page_title = gettext_lazy("Changed calendar")
    header_icon = "calendar"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def cases(self):
        for model in reprojection.models():
            yield from model.objects.visible_to(self.request.user).open().order_by("due_on", "pk")

    def get_context_data(self, **kwargs):
        return super().get_context_data(moved=list(reprojection.preview(cases=self.cases())), **kwargs)

    def post(self, request, *args, **kwargs):
        number = reprojection.apply(actor=request.user, cases=list(self.cases()))
        text = ngettext("%(count)d due date moved.", "%(count)d due dates moved.", number)
        messages.success(request, text % {"count": number})
        return redirect(reverse(PREVIEW))


def addresses():
    return [path("disclosure/calendar/preview/", ReprojectView.as_view(), name=PREVIEW)]


def menu_item():
    return menu.MenuItemFor(
        _("Changed calendar"),
        reverse(PREVIEW),
        open_to=lambda user: user.has_perm(CHANGE),
        name="disclosure-reproject",
        icon_name="calendar",
        order=menu.REQUESTS + 30,
    )
