"""Reading points of the kinds that the law names and an intake point, prepared by setup: out of use until completed."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from ...departments.names import other_languages, own_language
from ..models import IntakePoint, ReadingPoint
from . import vocabularies


def install_places(keeper, agency):
    """A place of each kind where the agency has none. Nobody sees them before they are taken into use."""
    made = []
    for item in vocabularies.wanted():
        made.append(
            keeper.keep(
                f"reading-point/{item.code}",
                find=lambda item=item: ReadingPoint.objects.filter(agency=agency, kind=item.code).first(),
                make=lambda item=item: _reading_point(agency, item),
                label=lambda each: _("reading point “%(name)s”") % {"name": each},
                called=_("the reading point “%(name)s”") % {"name": item.label()},
            )
        )
    made.append(
        keeper.keep(
            "intake-point",
            find=lambda: IntakePoint.objects.filter(agency=agency).first(),
            make=lambda: _intake_point(agency),
            label=lambda each: _("intake point “%(name)s”") % {"name": each},
            called=_("the intake point"),
        )
    )
    unused = [str(each) for each in made if each is not None and not each.active and each.closed_on is None]
    if unused:
        keeper.report.note(
            _(
                "Places for citizens are not in use yet: %(names)s. Enter address and opening hours and take them "
                "into use, or delete those that do not exist."
            )
            % {"names": ", ".join(unused)}
        )


def _names(text_of):
    """``text_of()`` in the other languages of the site."""
    found = {}
    for language in other_languages():
        with override(language):
            found[language] = str(text_of())
    return found


def _reading_point(agency, item):
    return ReadingPoint.objects.create(
        agency=agency,
        name=item.label(own_language()),
        names=_names(item.label),
        kind=item.code,
        active=False,
        sort_order=len(ReadingPoint.objects.filter(agency=agency)),
    )


def _intake_point(agency):
    with override(own_language()):
        name = _("Information disclosure office")
    ways = [code for code, _label in vocabularies.ways_of_asking()]
    return IntakePoint.objects.create(
        agency=agency,
        name=name,
        names=_names(lambda: _("Information disclosure office")),
        address=agency.address,
        office_hours=agency.office_hours,
        phone=agency.phone,
        fax=agency.fax,
        email=agency.email,
        accepts=ways,
        active=False,
    )
