"""From the translation editor of wagtail-localize into the review: its texts are taken over into a draft."""

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from .. import actions
from ..errors import GateRefused
from ..guard import is_guarded
from ..translations import translation_of
from .access import may_edit

SUBMIT = "submit"


class TakeOverView(WagtailAdminTemplateMixin, TemplateView):
    """The translated texts become the draft of the translation, which may be submitted at once."""

    template_name = "wagtail_disclosure/publishing/take_over.html"
    page_title = gettext_lazy("Take over the translation")
    header_icon = "wagtail-localize-language"

    def setup(self, request, *args, translation_id, **kwargs):
        super().setup(request, *args, **kwargs)
        if not apps.is_installed("wagtail_localize"):
            raise Http404
        model = apps.get_model("wagtail_localize", "Translation")
        self.translation = get_object_or_404(model, pk=translation_id, enabled=True)
        try:
            self.item = self.translation.get_target_instance()
        except ObjectDoesNotExist as error:
            raise Http404 from error
        if not is_guarded(type(self.item)) or not may_edit(request.user, self.item):
            raise Http404

    def get_page_subtitle(self):
        return str(self.item)

    def get_breadcrumbs_items(self):
        editor = {"url": self.get_success_url(), "label": self.get_page_subtitle()}
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, editor, here]

    def get_success_url(self):
        return AdminURLFinder(self.request.user).get_edit_url(self.item) or reverse("wagtailadmin_home")

    def post(self, request, *args, **kwargs):
        lock = self.item.get_lock()
        if lock is not None and lock.for_user(request.user):
            messages.error(request, lock.get_message(request.user))
            return redirect(self.get_success_url())
        try:
            self.translation.save_target(user=request.user, publish=False)
        except ValidationError as error:
            # The editor marks the texts that do not fit.
            messages.error(request, " ".join(error.messages))
            return redirect(self.get_success_url())
        messages.success(
            request, _("The translation of “%(title)s” is saved as a draft.") % {"title": self.item}
        )
        if SUBMIT in request.POST:
            self.submit()
        return redirect(self.get_success_url())

    def submit(self):
        try:
            actions.submit(type(self.item).objects.get(pk=self.item.pk), self.request.user)
        except GateRefused as error:
            reasons = str(error)
        except ValidationError as error:
            reasons = " ".join(error.messages)
        else:
            text = _("“%(title)s” was submitted for review.") % {"title": self.item}
            messages.success(self.request, text)
            return
        text = _("The draft is saved but was not submitted: %(reasons)s") % {"reasons": reasons}
        messages.error(self.request, text)


# Before the hook by which wagtail-localize puts its editor in the place of Wagtail's.
@hooks.register("before_edit_page", order=-10)
@hooks.register("before_edit_snippet", order=-10)
def lead_to_the_review(request, item):
    """wagtail-localize publishes what is translated; of a guarded item its texts are taken over into a draft."""
    translation = translation_of(item) if is_guarded(type(item)) else None
    if translation is None or "localize-restart-translation" in request.POST:
        return None
    address = reverse("wagtail_disclosure_review:take_over", args=[translation.pk])
    if request.method == "POST" and request.POST.get("action") == "publish":
        return redirect(address)
    if request.method == "GET":
        text = _(
            "What is translated here reaches the public by review. Take it over into the draft when it is ready."
        )
        messages.info(request, text, buttons=[messages.button(address, _("Take over the translation"))])
    return None
