"""The addresses below the page of a mailbox that lead to no page: selected letters, questions, statistics."""

from wagtail.contrib.routable_page.models import re_path

FEED = r"(?:feed/(?P<feed>atom|rss)/)?"


class MailboxRoutes:
    """Lists of what was published of letters, and the numbers of a mailbox. All of them are for reading."""

    @re_path(rf"^selected/{FEED}$", name="selected")
    def selected_letters(self, request, feed=None):
        from ..selected import pages

        return pages.letters(self, request, feed)

    @re_path(r"^questions/$", name="questions")
    def frequent_questions(self, request):
        from ..selected import pages

        return pages.questions(self, request)

    @re_path(r"^statistics/$", name="statistics")
    def statistics(self, request):
        from ..statistics import pages

        return pages.show(self, request)

    @re_path(r"^statistics/(?P<year>[0-9]{4})/csv/$", name="statistics_csv")
    def statistics_file(self, request, year):
        from ..statistics import pages

        return pages.download(self, request, int(year))
