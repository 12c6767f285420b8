from .attribute import AttributeDetermination, FiledItem
from .entries import Attachment, DisclosurePage, EntryPage, RelatedItem
from .index import CatalogueIndexPage, DepartmentFolderPage
from .numbers import IndexNumber, NumberCounter, NumberScheme
from .public import CatalogueVersion, SearchDocument, ViewCount
from .schemes import Category, CategoryScheme

__all__ = [
    "Attachment",
    "AttributeDetermination",
    "CatalogueIndexPage",
    "CatalogueVersion",
    "Category",
    "CategoryScheme",
    "DepartmentFolderPage",
    "DisclosurePage",
    "EntryPage",
    "FiledItem",
    "IndexNumber",
    "NumberCounter",
    "NumberScheme",
    "RelatedItem",
    "SearchDocument",
    "ViewCount",
]
