"""Every field of every model says whether it may leave."""

import pytest
from django.apps import apps
from django.db import models

from registry.privacy import Privacy, classed, unclassed

MODELS = [
    model
    for app in ("registry", "outcomes", "reports")
    for model in apps.get_app_config(app).get_models()
]
ABOUT_PEOPLE = [
    model
    for model in MODELS
    if model.__name__ == "Participant" or hasattr(model, "site_path")
    if model.__name__ != "Site"
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_classed(model):
    assert unclassed(model) == set()


def test_an_unclassed_field_would_be_seen():
    class Loose:
        _meta = MODELS[0]._meta
        privacy = classed(release="something_else")

    assert "something_else" in unclassed(Loose)
    assert "id" in unclassed(Loose)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_keys_and_codes_never_leave(model):
    for field in model._meta.fields:
        if field.primary_key or field.name == "study_id":
            assert model.privacy[field.name] is Privacy.WITHHOLD


@pytest.mark.parametrize("model", ABOUT_PEOPLE, ids=lambda model: model.__name__)
def test_nothing_about_a_participant_is_free_text_or_a_date(model):
    for field in model._meta.fields:
        assert not isinstance(field, models.TextField | models.DateField), field
        if isinstance(field, models.CharField) and not field.choices:
            assert field.max_length <= 64, field
