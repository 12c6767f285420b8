"""System checks of letters: PDF, its fonts, and agencies whose letters could not say where to turn."""

import subprocess

from django.core.checks import Tags, Warning, register

from ...rules.profiles import get_profile
from . import pdf, remedies, texts

TAG = "wagtail_disclosure"


@register(TAG, deploy=True)
def check_pdf(app_configs, **kwargs):
    """W030, W031: letters without PDF, or a PDF without Chinese characters."""
    if reason := pdf.why_not():
        return [
            Warning(
                f"Letters are HTML only: {reason}",
                hint="Install the extra and Pango (Debian: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0), or silence "
                "this check: the pages of letters print well.",
                id=f"{TAG}.W030",
            )
        ]
    if not texts.languages()[0].startswith("zh") or has_chinese_font():
        return []
    return [
        Warning(
            "No font with Chinese characters is installed: letters as PDF would show boxes.",
            hint="Install one, for example fonts-noto-cjk on Debian, and name it in LETTER_FONTS.",
            id=f"{TAG}.W031",
        )
    ]


def has_chinese_font():
    """Whether fontconfig knows a font with Chinese characters; True where it cannot be asked."""
    try:
        asked = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return True
    return bool(asked.stdout.strip())


@register(Tags.database, deploy=True)
def check_places(app_configs, databases=None, **kwargs):
    """W032: an agency that does not name yet where somebody can turn who disagrees with a reply."""
    from django.db import DatabaseError, router

    from ... import conf
    from ...departments.models import Agency

    needed = remedies.needed_by(get_profile(conf.get("JURISDICTION")))
    if not needed or router.db_for_read(Agency) not in (databases or []):
        return []
    try:
        lacking = [each for each in Agency.objects.all() if needed - set(each.remedy_places())]
    except DatabaseError:
        return []
    return [
        Warning(
            f"{each.name!r} does not name its reconsideration body and its court yet: no reply to a request can be issued.",
            hint="Fill them in under Information disclosure → Agency.",
            id=f"{TAG}.W032",
        )
        for each in lacking
    ]
