"""What an inspection would find in mailboxes, on the start page of the admin and on that of a leader."""

from wagtail import hooks
from wagtail.admin.ui.components import Component

from . import monitors


class MonitorsPanel(Component):
    """The findings about the mailboxes of one person; nothing where there are none."""

    name = "disclosure_mailboxes"
    template_name = "wagtail_disclosure/mailboxes/monitors.html"
    order = 118

    class Media:
        css = {"all": ["wagtail_disclosure/admin.css"]}

    def __init__(self, user):
        self.user = user

    def get_context_data(self, parent_context):
        return {"findings": monitors.findings(monitors.mailboxes_for(self.user))}


@hooks.register("construct_homepage_panels")
def add_panel(request, panels):
    panels.append(MonitorsPanel(request.user))
