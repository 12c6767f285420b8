"""The panel on the start page of the admin: comments and texts that wait, reports that are missing."""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.ui.components import Component

from . import reports
from .models import Comment, SurveyText
from .policy import is_open_to
from .survey_admin import NAME


class ParticipationPanel(Component):
    name = "disclosure_participation"
    template_name = "wagtail_disclosure/participation/admin/panel.html"
    order = 118

    class Media:
        css = {"all": ["wagtail_disclosure/admin.css"]}

    def __init__(self, user):
        self.user = user

    def get_context_data(self, parent_context):
        if not is_open_to(self.user):
            return {"rows": []}
        comments = Comment.objects.visible_to(self.user).filter(state=Comment.State.PENDING).count()
        texts = SurveyText.objects.visible_to(self.user).filter(state=SurveyText.State.PENDING).count()
        missing = reports.without_report(user=self.user)
        index = reverse("disclosure_comments:index")
        rows = [
            {"label": _("comments to be looked at"), "count": comments, "url": f"{index}?state=pending"},
            {"label": _("texts of surveys to be looked at"), "count": texts, "url": reverse(NAME)},
        ]
        return {
            "rows": rows if comments or texts or missing else [],
            "missing": [
                {"page": page, "url": reverse("wagtailadmin_pages:edit", args=[page.pk])} for page in missing
            ],
        }


@hooks.register("construct_homepage_panels")
def add_panel(request, panels):
    panels.append(ParticipationPanel(request.user))
