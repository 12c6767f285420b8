"""Category schemes of the jurisdiction profile and the default catalogue of a body type."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.coreutils import get_content_languages

from ..catalogue.models import Category, CategoryScheme
from ..departments.names import NAME_LENGTH
from .models import InstalledItem


def install_schemes(keeper, agency, profile, body_type, language):
    """Create the shared schemes and the agency's catalogue with their categories. Returns the schemes by kind."""
    schemes = {}
    for kind, vocabulary in profile.category_schemes().items():
        schemes[kind] = _install_shared(keeper, kind, vocabulary, language)
    schemes[CategoryScheme.Kind.AGENCY.value] = _install_own(keeper, agency, profile, body_type, language)
    return schemes


def _labels(labels, language):
    """``name`` and ``names`` for a record, from labels by language."""
    names = {code: labels[code][:NAME_LENGTH] for code in get_content_languages() if labels.get(code)}
    names.pop(language, None)
    return names


def _install_shared(keeper, kind, vocabulary, language):
    def make():
        return CategoryScheme.objects.create(
            code=_free_code(kind),
            kind=kind,
            name=vocabulary.label(language)[:NAME_LENGTH],
            names=_labels(vocabulary.labels, language),
        )

    key = f"scheme/{kind}"
    scheme = keeper.keep(
        key,
        find=lambda: CategoryScheme.objects.filter(kind=kind, agency=None).first(),
        make=make,
        shared=True,
        label=_scheme_label,
        called=vocabulary.label(language),
    )
    if scheme is not None and not keeper.is_adopted(key, shared=True):
        _install_categories(keeper, key, scheme, vocabulary, language)
    return scheme


def _install_own(keeper, agency, profile, body_type, language):
    def make():
        return CategoryScheme.objects.create(
            code=_free_code("agency", agency.pk),
            kind=CategoryScheme.Kind.AGENCY,
            agency=agency,
            name=_("Catalogue of %(agency)s") % {"agency": agency.issuing_name},
        )

    scheme = keeper.keep(
        "scheme/agency",
        find=lambda: agency.category_schemes.filter(kind=CategoryScheme.Kind.AGENCY).first(),
        make=make,
        needed=True,
        label=_scheme_label,
    )
    if not keeper.is_adopted("scheme/agency"):
        vocabulary = profile.catalogue_template(body_type)
        _install_categories(keeper, f"{keeper.prefix}scheme/agency", scheme, vocabulary, language, agency)
    return scheme


def _scheme_label(scheme):
    # The commands for schemes want the code.
    return _("categories “%(name)s” (%(code)s)") % {"name": scheme.name, "code": scheme.code}


def _free_code(code, number=None):
    taken = CategoryScheme.objects.filter(code=code).exists()
    if not taken:
        return code
    numbers = [number] if number else range(2, 100)
    return next(
        f"{code}-{each}"
        for each in numbers
        if not CategoryScheme.objects.filter(code=f"{code}-{each}").exists()
    )


def _install_categories(keeper, key, scheme, vocabulary, language, agency=None):
    """Add the categories that were never there. Those that people changed, coded anew or deleted stay so."""
    # With the scheme in the key: one made anew brings all its categories, one that is there keeps its gaps.
    key = f"{key}/{scheme.pk}/"
    records = {each.key: each for each in InstalledItem.objects.filter(key__startswith=key)}
    by_pk = {str(node.pk): node for node in scheme.categories.all()}
    by_code = {node.code: node for node in by_pk.values()}
    departments = {each.name: each for each in agency.departments.all()} if agency else {}
    nodes, made, gone, remembered = {}, [], [], []
    for order, (ancestors, item) in enumerate(vocabulary.walk()):
        record = records.get(key + item.code)
        node = by_pk.get(record.object_id) if record else None
        if node is None:
            node = by_code.get(item.code)
            if node is None and record and not keeper.restore:
                gone.append(item.code)
                continue
            parent = nodes.get(ancestors[-1].code) if ancestors else None
            if node is None and (parent or not ancestors):
                node = _category(scheme, parent, item, language, order, departments)
                made.append(node)
            if node is not None:
                record = record or InstalledItem(key=key + item.code)
                record.point_to(node)
                remembered.append(record)
        if node is not None:
            nodes[item.code] = node
    InstalledItem.objects.bulk_create([each for each in remembered if each.pk is None])
    InstalledItem.objects.bulk_update(
        [each for each in remembered if each.pk is not None], ["content_type", "object_id"]
    )
    _report(keeper.report, scheme, made, gone)


def _category(scheme, parent, item, language, order, departments):
    return Category.objects.create(
        scheme=scheme,
        parent=parent,
        code=item.code,
        name=item.label(language)[:NAME_LENGTH],
        names=_labels(item.labels, language),
        main_content=item.text("main_content", language),
        responsible_department=departments.get(item.text("responsible", language)),
        sort_order=order,
    )


def _report(report, scheme, new, gone):
    if new:
        text = ngettext(
            "%(count)d category in “%(scheme)s”", "%(count)d categories in “%(scheme)s”", len(new)
        )
        report.created(text % {"count": len(new), "scheme": scheme.name})
    if gone:
        report.respected(
            _("categories deleted from “%(scheme)s”: %(codes)s; --restore brings them back.")
            % {"scheme": scheme.name, "codes": ", ".join(gone)}
        )
