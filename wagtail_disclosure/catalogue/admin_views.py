"""Screens of the catalogue's admin that are more than a form of a record."""

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import FormView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from . import attribute, forms, numbers, scheme_files, sheets
from .models import (
    AttributeDetermination,
    CategoryScheme,
    DisclosurePage,
    FiledItem,
    IndexNumber,
    NumberScheme,
)

NAMESPACE = "wagtail_disclosure_catalogue"
VOID = "wagtail_disclosure.void_indexnumber"
RESERVE = "wagtail_disclosure.add_indexnumber"
CLOSE = "wagtail_disclosure.change_fileditem"
CHANGE_CATEGORIES = ("wagtail_disclosure.add_category", "wagtail_disclosure.change_category")


def url(name, *args):
    return reverse(f"{NAMESPACE}:{name}", args=args)


class ActionView(WagtailAdminTemplateMixin, FormView):
    """A form that does one thing. Subclasses say what in ``act`` and where to go in ``get_success_url``."""

    template_name = "wagtail_disclosure/admin/action.html"
    submit_label = gettext_lazy("Save")
    warning = ""
    permission = None

    def dispatch(self, request, *args, **kwargs):
        if self.permission and not request.user.has_perm(self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, *self.above(), here]

    def above(self):
        return []

    def form_valid(self, form):
        try:
            with transaction.atomic():
                done = self.act(form)
        except IntegrityError:
            # Between the look of the form and the writing: a second click, or somebody else.
            form.add_error(
                None, _("The same was entered at this moment. Look at what is there, and try again.")
            )
            done = None
        except ValidationError as error:
            form.add_error(None, error if not hasattr(error, "error_dict") else error.messages)
            done = None
        if done is None:
            return self.form_invalid(form)
        messages.success(self.request, done)
        return redirect(self.get_success_url())

    def act(self, form):
        """Do it and return a sentence about it; None when ``form`` holds what is wrong."""
        return None


class ItemView(ActionView):
    """An action on a disclosed item, for those who may work on it; for others it does not exist."""

    def setup(self, request, *args, page_id, **kwargs):
        super().setup(request, *args, **kwargs)
        self.page = get_object_or_404(DisclosurePage, pk=page_id).specific
        self.page = self.page.get_latest_revision_as_object()
        self.may = attribute.may_determine(request.user, self.page)
        if not self.may and not self.page.permissions_for_user(request.user).can_edit():
            raise Http404

    def get_page_subtitle(self):
        return self.page.get_admin_display_title()

    def above(self):
        return [{"url": self.get_success_url(), "label": self.page.get_admin_display_title()}]

    def get_success_url(self):
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk])


class DetermineView(ItemView):
    """Determining the disclosure attribute (属性审核), with the history of it."""

    page_title = gettext_lazy("Disclosure attribute")
    header_icon = "clipboard-list"
    template_name = "wagtail_disclosure/admin/determine.html"
    form_class = forms.DeterminationForm
    submit_label = gettext_lazy("Determine")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "page": self.page, "user": self.request.user}

    def post(self, request, *args, **kwargs):
        if not self.may:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def act(self, form):
        row = form.save()
        return row and _("The disclosure attribute is determined: %(attribute)s.") % {"attribute": row}

    def get_context_data(self, **kwargs):
        history = AttributeDetermination.objects.filter(translation_key=self.page.translation_key)
        return super().get_context_data(
            history=history, may=self.may, page=self.page, public=self.page.live, **kwargs
        )


class ReserveView(ItemView):
    """Reserving an index number for a draft."""

    page_title = gettext_lazy("Reserve an index number")
    header_icon = "tag"
    form_class = Form
    submit_label = gettext_lazy("Reserve")
    warning = gettext_lazy("The number stays with this document for ever, even if it is never published.")

    def act(self, form):
        if not self.may:
            raise PermissionDenied
        row = numbers.reserve(self.page)
        return _("The index number %(number)s is reserved for this document.") % {"number": row.number}


class ReserveBlankView(ActionView):
    permission = RESERVE
    page_title = gettext_lazy("Reserve a number without a document")
    header_icon = "tag"
    form_class = forms.ReserveBlankForm
    submit_label = gettext_lazy("Reserve")

    def above(self):
        return [{"url": self.get_success_url(), "label": _("Index numbers")}]

    def get_success_url(self):
        return reverse("disclosure_index_numbers:index")

    def act(self, form):
        row = form.save()
        return row and _("The index number %(number)s is reserved.") % {"number": row.number}


class VoidView(ActionView):
    permission = VOID
    page_title = gettext_lazy("Make void")
    header_icon = "cross"
    form_class = forms.ReasonForm
    submit_label = gettext_lazy("Make void")
    warning = gettext_lazy("A void number is never used again. This cannot be undone.")

    def setup(self, request, *args, pk, **kwargs):
        super().setup(request, *args, **kwargs)
        self.number = get_object_or_404(IndexNumber, pk=pk)

    def get_page_subtitle(self):
        return self.number.number

    def above(self):
        return [{"url": self.get_success_url(), "label": _("Index numbers")}]

    def get_success_url(self):
        return reverse("disclosure_index_numbers:index")

    def act(self, form):
        numbers.void(self.number, self.request.user, reason=form.cleaned_data["reason"])
        return _("The index number %(number)s is void.") % {"number": self.number}


class CloseView(ActionView):
    permission = CLOSE
    page_title = gettext_lazy("Close the entry")
    header_icon = "cross"
    form_class = forms.ReasonForm
    submit_label = pgettext_lazy("disclosure", "Close")
    warning = gettext_lazy(
        "The entry leaves the on-request list at once. It stays in the register, with the reason."
    )

    def setup(self, request, *args, pk, **kwargs):
        super().setup(request, *args, **kwargs)
        self.row = get_object_or_404(FiledItem, pk=pk)

    def get_page_subtitle(self):
        return self.row.title

    def above(self):
        return [{"url": self.get_success_url(), "label": _("Filing register")}]

    def get_success_url(self):
        return reverse("disclosure_filing:index")

    def act(self, form):
        attribute.close(self.row, self.request.user, reason=form.cleaned_data["reason"])
        return _("The entry “%(title)s” is closed.") % {"title": self.row}


class NumberExampleView(View):
    """The next number under what the form of a number scheme holds; nothing is allotted."""

    def get(self, request):
        if not request.user.has_perm("wagtail_disclosure.change_numberscheme"):
            raise PermissionDenied
        scheme = NumberScheme.objects.filter(agency=self._agency_id()).first() or NumberScheme()
        form = forms.number_scheme_form()(request.GET, instance=scheme, for_user=request.user)
        form.full_clean()
        number, problem = "", " ".join(" ".join(each) for each in form.errors.values())
        if not problem:
            number, problem = forms.example_of(form.instance)
        response = HttpResponse(number or problem, content_type="text/plain; charset=utf-8")
        response["Cache-Control"] = "private, no-store"
        return response

    def _agency_id(self):
        chosen = self.request.GET.get("agency", "")
        return int(chosen) if chosen.isdecimal() else None


# Schemes as files


class SchemeExportView(View):
    def get(self, request, pk, kind):
        if not any(
            request.user.has_perm(each) for each in (*CHANGE_CATEGORIES, "wagtail_disclosure.view_category")
        ):
            raise PermissionDenied
        scheme = get_object_or_404(CategoryScheme, pk=pk)
        rows = scheme_files.export_rows(scheme)
        if kind == sheets.XLSX:
            response = HttpResponse(content_type=sheets.CONTENT_TYPES[kind])
            sheets.write_xlsx(rows, response)
        else:
            response = StreamingHttpResponse(
                sheets.rows_as_csv(rows), content_type=sheets.CONTENT_TYPES[kind]
            )
        response["Content-Disposition"] = f'attachment; filename="{scheme.code}.{kind}"'
        return response


class SchemeImportView(ActionView):
    """Upload, look at what would change, confirm. What is confirmed is what was shown."""

    page_title = gettext_lazy("Import")
    header_icon = "upload"
    template_name = "wagtail_disclosure/admin/scheme_import.html"
    form_class = forms.UploadForm
    submit_label = gettext_lazy("Show what would change")
    SALT = "wagtail_disclosure.scheme_import"

    def setup(self, request, *args, pk, **kwargs):
        super().setup(request, *args, **kwargs)
        self.scheme = get_object_or_404(CategoryScheme, pk=pk)

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perms(CHANGE_CATEGORIES):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        return str(self.scheme)

    def above(self):
        return [{"url": self.get_success_url(), "label": _("Category schemes")}]

    def get_success_url(self):
        return reverse(CategoryScheme.snippet_viewset.get_url_name("list"))

    @cached_property
    def salt(self):
        return f"{self.SALT}.{self.scheme.pk}.{self.request.user.pk}"

    def post(self, request, *args, **kwargs):
        if "rows" in request.POST:
            return self._confirmed(request.POST["rows"], request.POST.get("fingerprint", ""))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        plan = scheme_files.read(self.scheme, form.cleaned_data["file"])
        return self._show(plan)

    def _show(self, plan):
        rows = "" if plan.problems else signing.dumps(plan.rows, salt=self.salt, compress=True)
        return self.render_to_response(
            self.get_context_data(
                form=self.form_class(), plan=plan, rows=rows, kinds=(plan.added, plan.changed)
            )
        )

    def _confirmed(self, signed, fingerprint):
        try:
            rows = signing.loads(signed, salt=self.salt, max_age=24 * 3600)
        except signing.BadSignature:
            messages.error(self.request, _("The file has to be uploaded again."))
            return redirect(self.request.path)
        plan = scheme_files.plan(self.scheme, rows)
        if plan.fingerprint != fingerprint or plan.problems:
            messages.warning(
                self.request, _("The scheme was changed in the meantime. Look at the changes again.")
            )
            return self._show(plan)
        try:
            added, changed = plan.apply(self.request.user)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
            return redirect(self.request.path)
        text = _("“%(scheme)s” was imported: %(added)d new, %(changed)d changed.")
        messages.success(self.request, text % {"scheme": self.scheme, "added": added, "changed": changed})
        return redirect(self.get_success_url())


urlpatterns = [
    path("determine/<int:page_id>/", DetermineView.as_view(), name="determine"),
    path("reserve/<int:page_id>/", ReserveView.as_view(), name="reserve"),
    path("numbers/reserve/", ReserveBlankView.as_view(), name="reserve_blank"),
    path("numbers/<int:pk>/void/", VoidView.as_view(), name="void"),
    path("numbers/example/", NumberExampleView.as_view(), name="number_example"),
    path("filing/<int:pk>/close/", CloseView.as_view(), name="close"),
    path("schemes/<int:pk>/export.csv", SchemeExportView.as_view(), {"kind": sheets.CSV}, name="scheme_csv"),
    path(
        "schemes/<int:pk>/export.xlsx", SchemeExportView.as_view(), {"kind": sheets.XLSX}, name="scheme_xlsx"
    ),
    path("schemes/<int:pk>/import/", SchemeImportView.as_view(), name="scheme_import"),
]
