"""Where an import goes: the agency, its catalogue in each language, and the folders of its departments."""

from functools import cached_property

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from wagtail.coreutils import get_content_languages
from wagtail.models import Site

from ... import conf
from ...catalogue.models import CatalogueIndexPage, DepartmentFolderPage
from ...compat import Page
from ...departments.models import Agency
from ...departments.names import person_name
from ...rules.profiles import get_profile
from .matching import Categories, Departments, NoMatch, folded


class TargetError(ValueError):
    """There is no place to import to. The message says what is missing."""


def find_agency(hostname=""):
    """The agency of the site ``hostname`` (``host`` or ``host:port``); without one, the only or the default one."""
    agencies = Agency.objects.select_related("site__root_page")
    if not agencies.exists():
        raise TargetError(_("There is no agency yet. Run disclosure_setup first."))
    if hostname:
        host, _colon, port = hostname.partition(":")
        found = agencies.filter(site__hostname=host)
        if port:
            found = found.filter(site__port=port) if port.isdecimal() else found.none()
        if found.count() != 1:
            raise TargetError(_("“%(site)s” is no site with an agency.") % {"site": hostname})
        return found.get()
    found = list(agencies[:2])
    if len(found) == 1:
        return found[0]
    default = Site.objects.filter(is_default_site=True).first()
    agency = agencies.filter(site=default).first() if default else None
    if agency is None:
        raise TargetError(_("Say which site to import to."))
    return agency


def find_agency_of(site):
    """The agency of ``site``. Raises :class:`TargetError` where there is none."""
    found = Agency.objects.select_related("site__root_page").filter(site=site).first()
    if found is None:
        raise TargetError(_("“%(site)s” is no site with an agency.") % {"site": site})
    return found


class Target:
    """The place of an import. ``acting`` is whose rights hold there; without it, a command may do everything."""

    def __init__(self, agency, *, department="", user=None, acting=None):
        self.agency, self.site, self.user = agency, agency.site, user
        self._acting = acting
        self.profile = get_profile(conf.get("JURISDICTION"))
        self.categories = Categories(agency)
        self.departments = Departments(agency)
        self._folders = {}
        if department:
            # A department, or its code or name.
            found = self._default_department(department) if isinstance(department, str) else department
            self.departments.fallback = found
        # Looked up now, so that a site without a catalogue is refused before anything is read.
        self.catalogue  # noqa: B018

    def _default_department(self, code):
        try:
            found = self.departments.by_code(code)
        except NoMatch as error:
            raise TargetError(str(error)) from error
        if found is None:
            raise TargetError(_("There is no department “%(code)s”.") % {"code": code})
        return found

    @cached_property
    def catalogue(self):
        below = CatalogueIndexPage.objects.filter(path__startswith=self.site.root_page.path)
        found = below.select_related("locale").order_by("depth", "path").first()
        if found is None:
            raise TargetError(_("The site has no disclosure catalogue yet. Run disclosure_setup."))
        return found

    @cached_property
    def _catalogues(self):
        """The catalogue in each language: ``{language code: page}``."""
        pages = self.catalogue.get_translations(inclusive=True).select_related("locale")
        return {page.locale.language_code: page for page in pages}

    @cached_property
    def _languages(self):
        found = {}
        for code, name in get_content_languages().items():
            for text in (code, name, *_names_of(code)):
                found.setdefault(folded(text), code)
        return found

    def language(self, text):
        """The code of the language that ``text`` names; without a text, that of the catalogue."""
        if not text:
            return self.catalogue.locale.language_code
        code = self._languages.get(folded(text))
        if code is None:
            raise NoMatch(_("This is no language of the site."))
        return code

    def folder(self, department, language):
        """The folder for items of ``department`` in ``language``. Raises :class:`NoMatch`."""
        key = department.pk, language
        if key not in self._folders:
            self._folders[key] = self._find_folder(department, language)
        found = self._folders[key]
        if isinstance(found, NoMatch):
            raise NoMatch(str(found))
        return found

    def _find_folder(self, department, language):
        catalogue = self._catalogues.get(language)
        if catalogue is None:
            return NoMatch(_("There is no catalogue in this language."))
        folders = DepartmentFolderPage.objects.child_of(catalogue).filter(department=department)
        found = folders.select_related("locale").order_by("path").first()
        if found is None:
            return NoMatch(
                _("The department “%(name)s” has no folder in the catalogue. Run disclosure_setup.")
                % {"name": department.name}
            )
        if not self.may_add(found):
            return NoMatch(
                _("You may not add items of the department “%(name)s”.") % {"name": department.name}
            )
        return found

    # Departments do not import into each other.

    def may_add(self, folder):
        return self._acting is None or folder.permissions_for_user(self._acting).can_add_subpage()

    def may_change(self, page_id):
        """Whether an item that was imported before may be written anew: a source key is no right to it."""
        return (
            self._acting is None or Page.objects.get(pk=page_id).permissions_for_user(self._acting).can_edit()
        )

    def check_still_open(self, folders):
        """Raise :class:`TargetError` where rights were taken back between the check and the writing."""
        for folder in folders:
            if not self.may_add(folder):
                raise TargetError(
                    _("%(name)s may not add items to the folder “%(folder)s” any more.")
                    % {"name": person_name(self._acting), "folder": folder}
                )


def _names_of(code):
    try:
        info = get_language_info(code)
    except KeyError:
        return ()
    return info["name"], info["name_local"]
