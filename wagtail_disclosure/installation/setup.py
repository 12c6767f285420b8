"""Setting up one agency on one site, in one transaction. ``disclosure_setup`` is its command line."""

from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.coreutils import get_content_languages
from wagtail.models import Site

from .. import conf
from ..catalogue.models import NumberScheme
from ..departments.codes import normal_form, warnings_about
from ..departments.models import Agency
from ..departments.names import NAME_LENGTH, check_name, own_language
from ..rules.labels import joined
from ..rules.profiles import get_profile
from . import equipment, mailboxes, pages, people, request_form, review, schemes
from .advice import advice_about
from .keeper import Keeper
from .models import InstalledItem
from .report import Report, SetupError

DEFAULT_BODY_TYPE = "department"
# Functions ``(keeper, agency)`` of later domains that prepare what is theirs.
installers = []


@dataclass
class Installation:
    """What :func:`setup` leaves behind. ``groups`` and ``tasks`` by key, ``schemes`` by kind."""

    agency: Agency
    groups: dict
    catalogue: object
    catalogues: list
    tasks: dict
    workflow: object
    policy: object
    schemes: dict
    departments: list
    report: Report = field(repr=False)


def body_types():
    """The body types of the jurisdiction, as ``(code, label)``."""
    return get_profile(conf.get("JURISDICTION")).body_types.choices()


def setup(
    site,
    *,
    name="",
    body_type=None,
    organisation_code="",
    language=None,
    parent=None,
    restore=False,
    report=None,
):
    """Create or repair all that the agency of ``site`` needs, and return the :class:`Installation`.

    ``body_type`` is a code of :func:`body_types` or an unmistakable part of one, and settled by the first run;
    ``language`` the one in which
    things are named and the report is written (by default the agency's own); ``parent`` the page below which a
    new catalogue stands (a page, its number or its path). What people changed stays as it is; ``restore`` brings
    back what they deleted. Raises :class:`SetupError`, and then nothing has been written.
    """
    language = _content_language(language)
    report = report if report is not None else Report()
    with override(language), transaction.atomic():
        # One setup at a time.
        site = Site.objects.select_for_update().get(pk=site.pk)
        profile = get_profile(conf.get("JURISDICTION"))
        wanted = _body_type(body_type) if body_type is not None else None
        keeper = Keeper(site, report, restore=restore)
        pages.install_locales(keeper)
        agency = _install_agency(keeper, site, name, organisation_code)
        body_type = _settled_body_type(keeper, agency, wanted)
        groups = people.install_groups(keeper, agency)
        roots = pages.install_catalogue(keeper, site, parent)
        tasks, workflow, policy = review.install_review(keeper, roots[0], groups)
        departments = equipment.install_departments(keeper, agency, roots)
        found = schemes.install_schemes(keeper, agency, profile, body_type, language)
        _install_number_scheme(keeper, agency, profile)
        _open_to_groups(keeper, roots, groups)
        pages.publish_catalogues(keeper, roots)
        request_form.install_request_forms(keeper, agency, roots)
        mailboxes.install_mailboxes(keeper, agency, roots)
        for install in installers:
            install(keeper, agency)
        _note_what_is_left(report, agency, groups, roots)
    return Installation(
        agency=agency,
        groups=groups,
        catalogue=roots[0],
        catalogues=roots,
        tasks=tasks,
        workflow=workflow,
        policy=policy,
        schemes=found,
        departments=departments,
        report=report,
    )


def _content_language(language):
    if not language:
        return own_language()
    if language not in get_content_languages():
        raise SetupError(
            _("“%(language)s” is no content language of this site. It has: %(languages)s.")
            % {"language": language, "languages": ", ".join(get_content_languages())}
        )
    return language


def _body_type(wanted):
    """The code meant by ``wanted``: a code or a name in any language, whole or an unmistakable part."""
    vocabulary = get_profile(conf.get("JURISDICTION")).body_types
    names = {item.code: [item.code, *item.labels.values()] for item in vocabulary}
    found = [code for code, known in names.items() if wanted in known] or [
        code for code, known in names.items() if wanted and any(wanted in name for name in known)
    ]
    if len(found) == 1:
        return found[0]
    choices = ", ".join(f"{code} ({label})" for code, label in body_types() if not found or code in found)
    if found:
        raise SetupError(_("“%(wanted)s” may be any of: %(codes)s.") % {"wanted": wanted, "codes": choices})
    raise SetupError(
        _("“%(wanted)s” is no body type. Choose one of: %(codes)s.") % {"wanted": wanted, "codes": choices}
    )


def _settled_body_type(keeper, agency, wanted):
    """The body type of the first run: another template would be poured into the catalogue that is there."""
    prefix = f"{keeper.prefix}body-type/"
    record = InstalledItem.objects.filter(key__startswith=prefix).first()
    if record is None:
        record = InstalledItem(key=prefix + (wanted or DEFAULT_BODY_TYPE))
        record.point_to(agency)
        record.save()
    settled = record.key.removeprefix(prefix)
    if wanted not in (None, settled):
        keeper.report.respected(
            _("The catalogue was made for the body type “%(settled)s” and stays so.")
            % {"settled": dict(body_types())[settled]}
        )
    return settled


def _install_agency(keeper, site, name, organisation_code):
    try:
        code = normal_form("organisation_code", organisation_code)
    except ValidationError as error:
        raise SetupError(" ".join(error.messages)) from error
    try:
        check_name(name)
    except ValidationError as error:
        raise SetupError(" ".join([_("This cannot be the name of the agency."), *error.messages])) from error
    if len(name) > NAME_LENGTH:
        raise SetupError(_("The name of the agency may have %(limit)d characters.") % {"limit": NAME_LENGTH})
    chosen = name.strip() or site.site_name or getattr(settings, "WAGTAIL_SITE_NAME", "") or site.hostname
    agency = keeper.keep(
        "agency",
        find=lambda: Agency.for_site(site),
        make=lambda: Agency.objects.create(site=site, name=chosen, organisation_code=code),
        needed=True,
        label=lambda each: _("agency “%(name)s”") % {"name": each.name},
    )
    if "agency" in keeper.made and not name.strip():
        keeper.report.note(_("The agency is called “%(name)s” for now. Enter its name.") % {"name": chosen})
    elif name.strip() and agency.name != name.strip():
        keeper.report.respected(
            _("The agency keeps its name “%(name)s”. Change it in the admin.") % {"name": agency.name}
        )
    if code and not agency.organisation_code:
        agency.organisation_code = code
        agency.save()
        keeper.report.repaired(_("organisation code %(code)s") % {"code": code})
    elif code and code != agency.organisation_code:
        keeper.report.respected(
            _("The agency keeps its organisation code %(code)s.") % {"code": agency.organisation_code}
        )
    return agency


def _install_number_scheme(keeper, agency, profile):
    keeper.keep(
        "numbers",
        find=lambda: NumberScheme.objects.filter(agency=agency).first(),
        make=lambda: NumberScheme.objects.create(agency=agency, preset=profile.index_number_scheme),
        needed=True,
        label=lambda each: _("index number scheme “%(preset)s”") % {"preset": each.preset},
    )


def _open_to_groups(keeper, roots, groups):
    office, translators = groups[people.OFFICE], groups[people.TRANSLATION]
    people.open_files(keeper, office)
    for root in roots:
        people.open_pages(keeper, f"office/{root.pk}", office, root)
    for root in roots[1:]:
        people.open_pages(keeper, f"translation/{root.pk}", translators, root)


def _note_what_is_left(report, agency, groups, roots):
    if not agency.organisation_code:
        report.note(_("Enter the organisation code of the agency: index numbers begin with it."))
    for warning in warnings_about(agency):
        report.note(warning)
    for key, group in groups.items():
        # Departments without a reviewer were named one by one.
        if key != people.REVIEWERS and not group.user_set.filter(is_active=True).exists():
            report.note(_("Nobody is in the group “%(name)s” yet.") % {"name": group.name})
    wide = people.groups_above(roots[0])
    for each in advice_about(agency.site):
        report.note(each)
    if wide:
        report.note(
            _(
                "Members of these groups see the drafts of all departments, by rights on pages above: %(names)s."
            )
            % {"names": joined(wide)}
        )
