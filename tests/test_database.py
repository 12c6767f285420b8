"""Tests that commit find the tree that the migrations left, one after the other."""

import pytest
from wagtail.models import Collection, Locale, Page, Site


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_the_tree_is_there(turn):
    site = Site.objects.get(is_default_site=True)
    assert site.root_page.get_parent().is_root()
    assert Locale.objects.filter(language_code="zh-hans").exists()
    assert Collection.get_first_root_node() is not None
    Page.objects.filter(pk=site.root_page_id).update(title=f"{turn}")
