"""The catalogue's home page, in each language in which the page above it exists."""

from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _
from wagtail.coreutils import get_content_languages
from wagtail.models import Locale

from ..catalogue.models import CatalogueIndexPage
from ..compat import Page
from ..publishing import gate
from .report import SetupError

SLUG = "catalogue"


def install_locales(keeper):
    """A ``Locale`` for each content language."""
    for code in get_content_languages():
        keeper.keep(
            f"locale/{code}",
            find=lambda code=code: Locale.all_objects.filter(language_code=code).first(),
            make=lambda code=code: Locale.objects.create(language_code=code),
            needed=True,
            shared=True,
            label=lambda each: _("language “%(name)s”") % {"name": _language_name(each.language_code)},
        )


def _language_name(code):
    try:
        return get_language_info(code)["name_translated"]
    except KeyError:
        return code


def catalogues_of(site):
    """The catalogue pages of ``site`` in all languages, the original first."""
    roots = [site.root_page, *site.root_page.get_translations()]
    found = [page for root in roots for page in CatalogueIndexPage.objects.descendant_of(root)]
    return list(dict.fromkeys(found))


def find_parent(site, wanted=None):
    """The page below which the catalogue is to stand: a page, its number or its path; by default the home page.

    Raises :class:`SetupError` when there is no such page on the site or it cannot hold a catalogue.
    """
    page = _named_page(site, wanted) if wanted not in (None, "") else site.root_page
    page = page.specific
    home = site.root_page
    if page.pk != home.pk and not page.is_descendant_of(home):
        raise SetupError(
            _("“%(page)s” does not belong to the site %(site)s.")
            % {"page": page.title, "site": site.hostname}
        )
    if not CatalogueIndexPage.can_create_at(page):
        raise SetupError(
            _(
                "A page of the type “%(type)s” cannot hold the catalogue. Add "
                "“wagtail_disclosure.CatalogueIndexPage” to its subpage_types, or choose another page with --parent."
            )
            % {"type": type(page).get_verbose_name()}
        )
    return page


def _named_page(site, wanted):
    if hasattr(wanted, "pk"):
        return wanted
    wanted = str(wanted).strip()
    if wanted.isdecimal():
        page = Page.objects.filter(pk=int(wanted)).first()
    else:
        path = f"{site.root_page.url_path}{wanted.strip('/')}/".replace("//", "/")
        page = Page.objects.filter(url_path=path).first()
    if page is None:
        raise SetupError(
            _("There is no page “%(page)s”. Give its number or its path below the home page.")
            % {"page": wanted}
        )
    return page


def install_catalogue(keeper, site, parent):
    """Create the catalogue's home page and its translations, as drafts. Returns them, the original first."""
    wanted = parent
    root = keeper.keep(
        "catalogue",
        find=lambda: next(iter(catalogues_of(site)), None),
        make=lambda: _draft(find_parent(site, wanted), _locale_of(find_parent(site, wanted))),
        needed=True,
        label=_label,
    )
    root = CatalogueIndexPage.objects.get(pk=root.pk)
    return [root, *_translations(keeper, root)]


def _locale_of(page):
    """The language of ``page``; the default one where that language has been given up."""
    known = page.locale.language_code in get_content_languages() if page.locale_id else False
    return page.locale if known else Locale.get_default()


def _translations(keeper, root):
    found = []
    languages = Locale.objects.filter(language_code__in=get_content_languages())
    for locale in languages.exclude(pk=root.locale_id):
        above = root.get_parent().get_translation_or_none(locale)
        if above is None:
            continue
        page = keeper.keep(
            f"catalogue/{locale.language_code}",
            find=lambda locale=locale: root.get_translation_or_none(locale),
            make=lambda locale=locale, above=above: _draft(above, locale, root),
            needed=True,
            label=_label,
        )
        found.append(CatalogueIndexPage.objects.get(pk=page.pk))
    return found


def _label(page):
    return _("catalogue “%(title)s” at %(path)s") % {"title": page.title, "path": page.url or page.url_path}


def _draft(parent, locale, original=None):
    taken = parent.get_children().filter(slug=SLUG).first()
    if taken is not None:
        raise SetupError(
            _(
                "Below “%(parent)s” the page “%(page)s” has the address “%(slug)s” already. Change its slug, or "
                "choose another page with --parent."
            )
            % {"parent": parent.title, "page": taken.title, "slug": SLUG}
        )
    with override(locale.language_code):
        title = _("Catalogue of disclosed information")
    page = CatalogueIndexPage(title=title, slug=SLUG, locale=locale, live=False, show_in_menus=True)
    if original is not None:
        page.translation_key = original.translation_key
    parent.add_child(instance=page)
    return page


def publish_catalogues(keeper, roots):
    """Make public what setup has just created; the ledger records it as installed. Older pages go by review."""
    for root in roots:
        key = "catalogue" if root == roots[0] else f"catalogue/{root.locale.language_code}"
        if key in keeper.made:
            # As it stands now: its place in the tree may have changed since it was created.
            page = CatalogueIndexPage.objects.get(pk=root.pk)
            gate.seal_installed(page)
            page.save_revision().publish()
            root.refresh_from_db()
        elif not root.live:
            keeper.report.note(_("“%(page)s” is not public. Submit it for review.") % {"page": root.title})
        if not all(page.live for page in root.get_ancestors().filter(depth__gt=1)):
            keeper.report.note(
                _("A page above “%(page)s” is not public, so visitors cannot reach it.")
                % {"page": root.title}
            )
