"""Consultations and surveys in templates of the site."""

from django import template

from wagtail_disclosure.participation.blocks import rendered

register = template.Library()


@register.simple_tag(takes_context=True)
def disclosure_participation(context, heading="", only_open=True):
    """``{% disclosure_participation %}``: what is open for comments and answers, in the language of the page.

    ``only_open=False`` lists what is planned and what is over as well. ``heading`` stands above it.
    """
    return rendered(context.get("request"), context.get("page"), heading=heading, only_open=only_open)
