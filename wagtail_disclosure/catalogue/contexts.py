"""What the templates of the public lists are given."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from . import addresses
from .filters import ENDED, attribute_name, validity_name
from .lists import period_name
from .models import CategoryScheme

SCOPES = ("all", "body", "title", "number", "issuing_body")


def scope_labels():
    """The search scopes of the national platform rules: 全部、正文、名称、索引号、发布机构."""
    return [
        ("all", pgettext("disclosure", "All")),
        ("body", _("Body text")),
        ("title", pgettext("disclosure", "Title")),
        ("number", _("Index or document number")),
        ("issuing_body", _("Issuing body")),
    ]


def search_form(scope, query="", where="all", kept=None):
    """The search form; ``kept`` are parameters that the next search keeps."""
    return {
        "url": addresses.search(scope),
        "query": query,
        "scope": where,
        "scopes": scope_labels(),
        "kept": [(name, value) for name, value in (kept or {}).items() if value not in (None, "")],
    }


def crumbs(scope, *more):
    """The way from the site's home over the catalogue to ``more`` (title, address) pairs."""
    trail = [{"title": each.title, "url": each.url} for each in scope.directory.trail]
    return trail + [{"title": title, "url": url} for title, url in more]


def tree(scope, current=None):
    """The agency's catalogue in two levels, with the branch of the ``current`` category open."""
    directory = scope.directory
    path = {node.pk for node in directory.path_to(current)} if current else set()

    def entry(node):
        return {
            "name": node.local_name(),
            "url": addresses.category(scope, node),
            "count": directory.count("category", node.pk),
            "current": current is not None and node.pk == current.pk,
        }

    return [
        {
            **entry(root),
            "open": root.pk in path,
            "children": [entry(node) for node in directory.children.get(root.pk, ()) if node.active],
        }
        for root in directory.roots(directory.own_scheme)
        if root.active
    ]


class Facets:
    """The facets of a list: what else it can be limited to.

    ``counts`` maps an axis to {value: number of items} for exactly this list, or is None where they are unknown;
    values without items are then still offered, if they occur at all in the register.
    """

    def __init__(self, scope, filters, url_of, counts):
        self.scope, self.filters, self.url_of, self.counts = scope, filters, url_of, counts

    def build(self, with_category=False):
        """The facets that have values; that of the category where no tree of categories says the same."""
        facets = [self.department(), self.year(), self.attribute(), self.genre(), self.validity()]
        if with_category:
            facets.insert(0, self.category())
        return [facet for facet in facets if facet and facet["options"]]

    def _values(self, axis):
        if self.counts is not None:
            return self.counts.get(axis, {})
        return dict.fromkeys(self.scope.directory.values(axis))

    def _option(self, name, value, label, count, chosen):
        params = {**self.filters.params(self.scope), name: value}
        if name == "year":
            params["month"] = None
        if chosen:
            params = self.filters.without(name).params(self.scope)
        return {"label": label, "url": self.url_of(params), "selected": chosen, "count": count}

    def _facet(self, name, label, options):
        return {
            "name": name,
            "label": label,
            "open": any(option["selected"] for option in options),
            "options": options,
        }

    def category(self):
        """The way to the chosen category of the agency's catalogue, and the categories one level below."""
        directory, values = self.scope.directory, self._values("category")
        way = directory.path_to(self.filters.category) if self.filters.category else []
        below = directory.children.get(way[-1].pk, ()) if way else directory.roots(directory.own_scheme)
        options = [
            self._option(
                "category",
                addresses.category_code(self.scope, node),
                node.local_name(),
                values.get(str(node.pk)),
                node == self.filters.category,
            )
            for node in [*way, *(each for each in below if str(each.pk) in values)]
        ]
        return self._facet("category", _("Category"), options)

    def department(self):
        values, chosen = self._values("department"), self.filters.department
        options = [
            self._option("department", each.code, each.local_name(), values[str(each.pk)], chosen == each)
            for each in self.scope.directory.departments
            if str(each.pk) in values
        ]
        return self._facet("department", _("Department"), options)

    def year(self):
        if self.filters.year:
            return self._months()
        values = self._values("year")
        options = [
            self._option("year", int(year), period_name(int(year)), values[year], False)
            for year in sorted(values, reverse=True)
        ]
        return self._facet("year", _("Year"), options)

    def _months(self):
        year, chosen = self.filters.year, self.filters.month
        options = [self._option("year", year, period_name(year), None, chosen is None)]
        options += [
            self._option("month", month, period_name(year, month), None, month == chosen)
            for month in range(1, 13)
        ]
        return self._facet("year", _("Year"), options)

    def attribute(self):
        values, chosen = self._values("attribute"), self.filters.attribute
        options = [
            self._option("attribute", code, attribute_name(code), values[code], chosen == code)
            for code in sorted(values)
        ]
        return self._facet("attribute", _("Disclosure attribute"), options)

    def genre(self):
        values, chosen = self._values("genre"), self.filters.genre
        options = []
        for each in self.scope.directory.categories:
            if each.scheme.kind == CategoryScheme.Kind.GENRE and each.code in values:
                options.append(
                    self._option("genre", each.code, each.local_name(), values[each.code], chosen == each)
                )
        return self._facet("genre", _("Genre"), options)

    def validity(self):
        """Documents no longer in force: offered where there are any, or where it is not known."""
        values, chosen = (
            self.counts.get("validity", {}) if self.counts is not None else {},
            self.filters.validity,
        )
        known = self.counts is not None and "validity" in self.counts
        if not (chosen or values or not known):
            return None
        label, count = validity_name(chosen or ENDED), values.get(chosen or ENDED)
        options = [self._option("validity", chosen or ENDED, label, count, bool(chosen))]
        return self._facet("validity", _("Validity"), options)
