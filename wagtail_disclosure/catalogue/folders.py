"""The folders of the catalogue: one for each department and language, never public themselves."""

from django.db import transaction
from django.utils.text import slugify

from ..departments import roles
from ..publishing import ledger
from .models.index import CatalogueIndexPage, DepartmentFolderPage
from .routes import reserved_names


@transaction.atomic
def ensure_folder(catalogue, department):
    """The folder of ``department`` in ``catalogue``, made where there is none, with its officers' rights.

    Returns ``(folder, made)``. The folders of one department in several languages are translations of each other.
    """
    # Making a folder asks for it later: the order of locks is that of a publication.
    ledger.hold()
    catalogue = CatalogueIndexPage.objects.select_for_update().get(pk=catalogue.pk)
    folder = DepartmentFolderPage.objects.child_of(catalogue).filter(department=department).first()
    made = folder is None
    name = department.local_name(catalogue.locale.language_code)
    if made:
        folder = DepartmentFolderPage(
            title=name,
            slug=_free_slug(catalogue, department),
            department=department,
            locale=catalogue.locale,
            live=False,
        )
        twin = DepartmentFolderPage.objects.filter(
            department=department, translation_key__in=_keys_of_twins(catalogue)
        ).first()
        if twin is not None:
            folder.translation_key = twin.translation_key
        catalogue.add_child(instance=folder)
    elif folder.title != name:
        # Only the explorer shows it; the public reads the name in each item.
        folder.title = folder.draft_title = name
        folder.save(update_fields=["title", "draft_title"], clean=False)
    roles.grant_on(folder, department)
    return folder, made


def _keys_of_twins(catalogue):
    """Keys of the folders in the catalogue's other languages."""
    twins = CatalogueIndexPage.objects.filter(translation_key=catalogue.translation_key).exclude(
        pk=catalogue.pk
    )
    for twin in twins:
        yield from DepartmentFolderPage.objects.child_of(twin).values_list("translation_key", flat=True)


def _free_slug(catalogue, department):
    """The department's code; with its key where that is another department's folder or an address of the catalogue."""
    slug = slugify(department.code) or f"d{department.pk}"
    taken = reserved_names().union(catalogue.get_children().values_list("slug", flat=True))
    return f"{slug}-{department.pk}" if slug in taken else slug
