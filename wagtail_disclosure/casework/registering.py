"""The view in which the office enters a case that came on paper, orally or by telephone: the same for every kind."""

import uuid

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.text import capfirst
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from ..rules.errors import RuleError


class CaseRegisterView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """The form, and once it is sent the number and the code for who wrote.

    A kind of case names ``model``, ``form_class``, its templates, and how a valid form becomes a case: ``register``.
    """

    permission_required = "add"
    registered_template_name = None
    index_url_name = inspect_url_name = None

    def register(self, form):
        """Make the valid ``form`` a case, once, and return its receipt. Raises ``RuleError``."""
        raise NotImplementedError

    def told_of(self, case):
        """What the page with number and code says of ``case`` besides, as context of its template."""
        return {}

    def get_breadcrumbs_items(self):
        index = {"url": reverse(self.index_url_name), "label": capfirst(self.model._meta.verbose_name_plural)}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.get_page_title()}]

    def get_initial(self):
        return {"token": uuid.uuid4().hex}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form):
        try:
            receipt = self.register(form)
        except RuleError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        if not self.model.objects.visible_to(self.request.user).filter(pk=receipt.case.pk).exists():
            raise PermissionDenied
        response = TemplateResponse(
            self.request,
            self.registered_template_name,
            {
                **self.get_context_data(form=form),
                **self.told_of(receipt.case),
                "receipt": receipt,
                "case_url": reverse(self.inspect_url_name, args=[receipt.case.pk]),
            },
        )
        add_never_cache_headers(response)
        return response
