"""Which pages and files a request in the admin names: in its address, or by what it selects.

What an argument of an address means is said here once, for the views of Wagtail, wagtail-localize and simple
translation. A test walks all addresses of the admin and fails on an argument that nobody has thought of.
"""

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Revision, TaskState, WorkflowState

from ..compat import PAGE_MODEL, Page

PAGE_ARGUMENTS = ("page_id", "page_pk", "page_to_move_id", "parent_page_id", "destination_id")
MODEL_ARGUMENTS = (("app_label", "model_name"), ("content_type_app_name", "content_type_model_name"))
# Views of which ``pk`` or ``id`` names a page, a document or an image.
PAGE_VIEWS = {"wagtailadmin_pages", "pages"}
FILE_VIEWS = {
    "wagtaildocs_chooser": get_document_model,
    "documents": get_document_model,
    "wagtailimages_chooser": get_image_model,
    "images": get_image_model,
}
FILE_ARGUMENTS = {
    "document_id": get_document_model,
    "doc_id": get_document_model,
    "image_id": get_image_model,
}
# Reports that name pages to whoever opens them: of each kind one, and all that are being translated.
PAGE_TYPE_REPORTS = {"page_types_usage", "page_types_usage_results"}
TRANSLATION_REPORTS = {"translations_report", "translations_report_results"}


def numbers(values):
    return [int(value) for value in values if str(value).isdecimal()]


def _all():
    return Page.objects.all()


def _page_types():
    """The content types by which other records name pages."""
    return [ContentType.objects.get_for_model(model).pk for model in (Page, apps.get_model(PAGE_MODEL))]


def _of_revision(ids):
    return Revision.objects.filter(pk__in=ids, base_content_type__in=_page_types()).values_list(
        "object_id", flat=True
    )


def _of_step(ids):
    return TaskState.objects.filter(
        pk__in=ids, workflow_state__base_content_type__in=_page_types()
    ).values_list("workflow_state__object_id", flat=True)


def _of_review(ids):
    return WorkflowState.objects.filter(pk__in=ids, base_content_type__in=_page_types()).values_list(
        "object_id", flat=True
    )


def _of_session(ids):
    rows = apps.get_model("wagtailadmin.EditingSession").objects.filter(pk__in=ids)
    return rows.filter(content_type__model__in=_page_model_names()).values_list("object_id", flat=True)


def _page_model_names():
    return [model._meta.model_name for model in apps.get_models() if issubclass(model, Page)]


def _of_redirect(ids):
    rows = apps.get_model("wagtailredirects.Redirect").objects.filter(pk__in=ids)
    return rows.exclude(redirect_page=None).values_list("redirect_page", flat=True)


# Argument that names another record -> the keys of the pages which that record is about.
RECORD_ARGUMENTS = {
    "revision_id": _of_revision,
    "revision_id_a": _of_revision,
    "revision_id_b": _of_revision,
    "task_state_id": _of_step,
    "workflow_state_id": _of_review,
    "session_id": _of_session,
    "redirect_id": _of_redirect,
}
# Arguments of wagtail-localize -> the model whose rows belong to a document in all its languages.
TRANSLATION_ARGUMENTS = {
    "translation_id": ("wagtail_localize.Translation", "source__object"),
    "translation_source_id": ("wagtail_localize.TranslationSource", "object"),
}


def named_pages(request):
    """The pages that an admin request names, as a queryset; None when it names none."""
    match = request.resolver_match
    if match.url_name in PAGE_TYPE_REPORTS:
        return _all()
    if match.url_name in TRANSLATION_REPORTS:
        return in_translation()
    if match.url_name == "wagtail_bulk_action":
        return _selected(request)
    keys = _keys(request)
    return _all().filter(pk__in=numbers(keys)) if keys else None


def _selected(request):
    """The pages that a bulk action is about; None when it is about other records."""
    if request.resolver_match.kwargs.get("model_name") != PAGE_MODEL.split(".")[1].lower():
        return None
    if "all" not in request.GET.getlist("id"):
        return _all().filter(pk__in=numbers(request.GET.getlist("id")))
    parents = _all().filter(pk__in=numbers(request.GET.getlist("childOf")))
    return _all().child_of(parents[0]) if parents else _all()


def _keys(request):
    match = request.resolver_match
    kwargs = match.kwargs
    keys = [kwargs[name] for name in PAGE_ARGUMENTS if name in kwargs]
    for name, pages_of in RECORD_ARGUMENTS.items():
        if name in kwargs and (ids := numbers([kwargs[name]])):
            keys += pages_of(ids)
    if PAGE_VIEWS & set(match.namespaces) or _names_page_model(kwargs):
        keys += [kwargs[name] for name in ("pk", "object_id") if name in kwargs]
        # Wagtail 7.4 has an address whose arguments have no names; the page stands first.
        keys += match.args[:1]
    if (match.url_name or "").startswith("wagtailadmin_choose_page"):
        keys += request.GET.getlist("id") + request.GET.getlist("target_pages[]")
    return keys


def _names_page_model(kwargs):
    for app, name in MODEL_ARGUMENTS:
        if app in kwargs and name in kwargs:
            try:
                return issubclass(apps.get_model(kwargs[app], kwargs[name]), Page)
            except LookupError:
                return False
    return False


def in_translation():
    """The pages that wagtail-localize knows, in all languages."""
    if not apps.is_installed("wagtail_localize"):
        return _all().none()
    sources = apps.get_model("wagtail_localize.TranslationSource").objects
    return _all().filter(translation_key__in=sources.values("object__translation_key"))


def translated_pages(request):
    """The pages, in all languages, whose draft texts the request opens; None when it opens none."""
    kwargs = request.resolver_match.kwargs
    for name, (label, path) in TRANSLATION_ARGUMENTS.items():
        if name in kwargs and apps.is_installed("wagtail_localize"):
            rows = apps.get_model(label).objects.filter(pk=kwargs[name])
            return _all().filter(translation_key__in=rows.values(f"{path}__translation_key"))
    return None


def named_files(request):
    """The documents and images that an admin request names, as a list."""
    match = request.resolver_match
    wanted = [(FILE_ARGUMENTS[name], [key]) for name, key in match.kwargs.items() if name in FILE_ARGUMENTS]
    for namespace, model in FILE_VIEWS.items():
        if namespace in match.namespaces:
            wanted.append((model, [match.kwargs.get("pk", ""), *request.GET.getlist("id")]))
    return [row for model, keys in wanted for row in model().objects.filter(pk__in=numbers(keys))]
