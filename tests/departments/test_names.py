"""Names in other languages: stored as one text per language, edited with one input per language."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from wagtail_disclosure.departments.forms import NamesInput
from wagtail_disclosure.departments.models import Department


class NamesForm(forms.ModelForm):
    class Meta:
        model = Department
        fields = ["name", "names"]
        widgets = {"names": NamesInput}


def form(data=None, **initial):
    return NamesForm(data, instance=Department(name="办公室", **initial))


def test_one_input_per_other_language_with_its_label_and_direction(settings):
    settings.LANGUAGES = [("zh-hans", "简体中文"), ("en", "English"), ("ug", "ئۇيغۇرچە"), ("ar", "العربية")]
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES
    html = str(form(names={"en": "Office"})["names"])
    assert 'name="names-zh-hans"' not in html
    assert '<label for="id_names-en">English</label>' in html
    assert 'value="Office"' in html
    assert 'lang="ar" dir="rtl"' in html


def test_names_are_stored_by_language_and_blank_ones_left_out():
    sent = form({"name": "办公室", "names-en": "  General Office ", "names-bo": ""})
    assert sent.is_valid()
    assert sent.save(commit=False).names == {"en": "General Office"}


def test_a_name_in_a_language_the_site_gave_up_is_kept():
    html = str(form(names={"mn": "Алба"})["names"])
    assert 'name="names-mn"' in html and 'value="Алба"' in html


def test_a_form_without_the_inputs_changes_nothing():
    sent = form({"name": "办公室"}, names={"en": "Office"})
    assert sent.is_valid()
    assert sent.save(commit=False).names == {"en": "Office"}


def test_a_name_that_is_too_long_is_refused_and_shown_again():
    sent = form({"name": "办公室", "names-en": "x" * 256})
    assert not sent.is_valid()
    assert "English" in sent.errors["names"][0] and "256" in sent.errors["names"][0]
    assert "x" * 256 in str(sent["names"])


def test_markup_in_a_name_is_escaped():
    assert "<script>" not in str(form(names={"en": '"><script>'})["names"])


@pytest.mark.parametrize("value", [["Office"], {"en": 1}, {"en": None}, "Office"])
def test_anything_but_one_text_per_language_is_refused(value):
    with pytest.raises(ValidationError) as refused:
        Department(code="01", name="办公室", names=value).clean_fields(exclude=["agency"])
    assert list(refused.value.error_dict) == ["names"]


def test_the_name_in_the_active_language_falls_back_to_the_own_one():
    department = Department(name="办公室", names={"en": "Office"})
    with translation.override("en-gb"):
        assert str(department) == "Office"
    with translation.override("fr"):
        assert str(department) == "办公室"
    assert department.local_name("en") == "Office"
