"""Atom and RSS feeds of the lists."""

from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed

from ..rules.characters import NOT_XML
from .validity import in_feed

FORMATS = {"atom": Atom1Feed, "rss": Rss201rev2Feed}


def printable(text):
    """``text`` without the control characters that XML cannot hold."""
    return NOT_XML.sub("", text)


def answer(scope, request, name, listing, items):
    """The feed of ``items`` in the format ``name`` ("atom" or "rss"), with absolute addresses."""
    agency = scope.directory.agency
    title = f"{listing.heading} - {agency.local_name(scope.language)}" if agency else listing.heading
    feed = FORMATS[name](
        title=printable(title),
        link=scope.root_url + listing.address,
        description=printable(listing.description or listing.heading),
        language=scope.language,
        feed_url=scope.root_url + request.get_full_path(),
        author_name=printable(agency.local_name(scope.language)) if agency else None,
    )
    for item in items:
        # What is listed by title only has its place in the list for an address.
        link = scope.root_url + (item.path or f"{listing.address}#{item.anchor}")
        feed.add_item(
            title=printable(in_feed(item)),
            link=link,
            description=printable(item.summary),
            pubdate=item.date_published,
            updateddate=item.date_updated,
            # The address of a public item never changes; its number is not a URL.
            unique_id=link,
            author_name=printable(item.issuing_body) or None,
            categories=[printable(item.index_number)] if item.index_number else [],
        )
    response = HttpResponse(content_type=feed.content_type)
    feed.write(response, "utf-8")
    return response
