"""Admin of mailboxes and of canned answers."""

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.snippets.views.snippets import SnippetViewSet

from .. import compat
from ..casework import policy
from ..departments import menu
from .forms import CannedAnswerForm, MailboxForm, RowsPanel
from .models import CannedAnswer, Mailbox


class MailboxViewSet(menu.InDisclosureMenu, SnippetViewSet):
    model = Mailbox
    icon = "mail"
    menu_label = _("Mailboxes")
    menu_order = menu.MAILBOXES + 10
    add_to_admin_menu = True
    # Whether it is public at all stands beside whether it takes letters: an open draft takes none.
    list_display = [
        "title",
        "code",
        "agency",
        "department",
        Column("get_opening_display", label=_("Opening"), sort_key="opening"),
        LiveStatusTagColumn(label=pgettext_lazy("mailbox", "Publication")),
    ]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                ["title", "code", "addressee_kind", "addressee", "agency", "department"], heading=_("Mailbox")
            ),
            RowsPanel("types", heading=_("What may be sent to it"), min_num=1),
            RowsPanel(
                "leaders",
                heading=pgettext_lazy("mailbox", "Leaders"),
                help_text=_(
                    "They see everything that is addressed to them, what is late and what is rated badly."
                ),
            ),
            MultiFieldPanel(["notice", "opening", "closed_notice"], heading=_("Opening")),
            MultiFieldPanel(
                [FieldPanel("real_name"), FieldPanel("optional_fields"), "takes_files"],
                heading=pgettext_lazy("disclosure", "Fields"),
                help_text=_("Type, title and letter are always asked."),
            ),
            MultiFieldPanel(["offers_consent", "consent_text"], heading=_("Consent to publication")),
        ],
        base_form_class=MailboxForm,
    )


class CannedAnswerPolicy(BasePermissionPolicy):
    """Whoever registers letters for a department keeps its canned answers; those of the agency are kept by all of them."""

    def user_has_permission(self, user, action):
        return user.is_authenticated and user.is_active and self._departments(user).exists()

    def user_has_any_permission(self, user, actions):
        return self.user_has_permission(user, "")

    def user_has_permission_for_instance(self, user, action, instance):
        return self.instances_user_has_any_permission_for(user, [action]).filter(pk=instance.pk).exists()

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return self.user_has_permission_for_instance(user, "", instance)

    def instances_user_has_any_permission_for(self, user, actions):
        departments = self._departments(user).order_by()
        own = self.model.objects.filter(department__in=departments.values("pk"))
        shared = self.model.objects.filter(department=None, agency__in=departments.values("agency"))
        return (own | shared).distinct()

    def users_with_any_permission(self, actions):
        from django.contrib.auth import get_user_model

        users = get_user_model().objects.filter(is_active=True)
        return users.filter(pk__in=[each.pk for each in users if self.user_has_permission(each, "")])

    def _departments(self, user):
        return policy.departments_to_register_for(user)


class OwnAnswers:
    """Views have the answers that their user may keep, and no others (P7)."""

    def get_base_queryset(self):
        return self.permission_policy.instances_user_has_any_permission_for(self.request.user, ["change"])

    def get_queryset(self):
        return self.get_base_queryset()

    def get_object(self, queryset=None):
        found = self.get_base_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found


class AnswerIndexView(generic.IndexView):
    def get_base_queryset(self):
        return self.permission_policy.instances_user_has_any_permission_for(self.request.user, ["change"])


class AnswerEditView(OwnAnswers, generic.EditView):
    pass


class AnswerDeleteView(OwnAnswers, generic.DeleteView):
    pass


@compat.asks(CannedAnswerPolicy(CannedAnswer))
class CannedAnswerViewSet(menu.InDisclosureMenu, ModelViewSet):
    model = CannedAnswer
    name = "disclosure_canned_answers"
    icon = "list-ul"
    menu_label = _("Canned answers")
    menu_order = menu.MAILBOXES + 20
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = [
        "title",
        "department",
        Column("type_label", label=pgettext_lazy("mailbox", "type of letter"), sort_key="letter_type"),
    ]
    index_view_class = AnswerIndexView
    edit_view_class = AnswerEditView
    delete_view_class = AnswerDeleteView

    def get_form_class(self, for_update=False):
        return CannedAnswerForm

    def get_urlpatterns(self):
        # History and usage would show answers of others.
        shown = {"index", "index_results", "add", "edit", "delete"}
        return [each for each in super().get_urlpatterns() if each.name in shown]

    def get_common_view_kwargs(self, **kwargs):
        found = super().get_common_view_kwargs(**kwargs)
        for name in ("history_url_name", "usage_url_name", "inspect_url_name"):
            found[name] = None
        return found
