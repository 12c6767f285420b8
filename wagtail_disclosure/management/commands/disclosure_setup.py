"""``disclosure_setup``: set up the agency of a site, or repair what is missing. Safe to repeat."""

from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from wagtail.models import Site

from wagtail_disclosure.departments.names import own_language
from wagtail_disclosure.installation.report import Outcome, Report, SetupError
from wagtail_disclosure.installation.setup import DEFAULT_BODY_TYPE, body_types, setup
from wagtail_disclosure.management.base import DisclosureCommand


class Command(DisclosureCommand):
    @property
    def help(self):
        return _(
            "Create or repair groups, permissions, review, catalogue, categories and folders of an agency. What "
            "people changed stays as it is."
        )

    def add_arguments(self, parser):
        parser.add_argument(
            "--site", help=_("host name, host:port or number of the site; the default site without it")
        )
        parser.add_argument(
            "--body-type",
            help=_("whose default catalogue: %(types)s; %(default)s at first")
            % {
                "types": ", ".join(f"{code} ({label})" for code, label in body_types()),
                "default": DEFAULT_BODY_TYPE,
            },
        )
        parser.add_argument("--name", default="", help=_("name of the agency"))
        parser.add_argument(
            "--code", default="", help=_("organisation code of the agency, 9 or 18 characters")
        )
        parser.add_argument("--language", help=_("content language for names and for what this command says"))
        parser.add_argument(
            "--parent", help=_("number or path of the page below which the catalogue is to stand")
        )
        parser.add_argument("--restore", action="store_true", help=_("bring back what people deleted, too"))
        parser.add_argument("--dry-run", action="store_true", help=_("say what would be done and do nothing"))

    def handle(self, *args, **options):
        with override(options["language"] or own_language()):
            try:
                report = self._run(options)
            except SetupError as error:
                raise CommandError(str(error)) from error
            # Said when it is true: after the commit.
            for line in report.lines:
                self._say(line, options["verbosity"])
            self._summary(report, options)

    def _run(self, options):
        report = Report()
        with transaction.atomic():
            setup(
                self._site(options["site"]),
                name=options["name"],
                body_type=options["body_type"],
                organisation_code=options["code"],
                language=options["language"],
                parent=options["parent"],
                restore=options["restore"],
                report=report,
            )
            if options["dry_run"]:
                transaction.set_rollback(True)
        return report

    def _site(self, wanted):
        if not wanted:
            site = Site.objects.filter(is_default_site=True).first()
            if site is None:
                raise SetupError(_("There is no default site. Name one with --site."))
            return site
        if wanted.isdecimal():
            found = Site.objects.filter(pk=int(wanted))
        else:
            host, _colon, port = wanted.partition(":")
            found = Site.objects.filter(hostname=host, **({"port": port} if port.isdecimal() else {}))
        if len(found) != 1:
            known = ", ".join(f"{site.hostname}:{site.port}" for site in Site.objects.all())
            raise SetupError(
                _("“%(site)s” names no single site. There are: %(sites)s.") % {"site": wanted, "sites": known}
            )
        return found[0]

    def _say(self, line, verbosity):
        # What is there already is told on request only.
        if verbosity > 1 or (verbosity and line.outcome != Outcome.KEPT):
            style = {Outcome.NOTE: self.style.WARNING, Outcome.RESPECTED: self.style.NOTICE}
            self.stdout.write(style.get(line.outcome, self.style.SUCCESS)(str(line)))

    def _summary(self, report, options):
        if not options["verbosity"]:
            return
        kept = len(report.of(Outcome.KEPT))
        if kept:
            text = ngettext(
                "%(count)d thing was there already.", "%(count)d things were there already.", kept
            )
            self.stdout.write(text % {"count": kept})
        if options["dry_run"]:
            self.stdout.write(self.style.WARNING(_("Dry run: nothing was written.")))
        elif not report.changed:
            self.stdout.write(_("Nothing had to be done."))
