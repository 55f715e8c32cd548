"""Columns and cells that tell who somebody is, and the many that do not."""

import pytest

from outcomes.imports.identifiers import (
    header_likeness,
    refuse_headers,
    resembles,
    resembles_in_id,
)

TELLING = {
    "a name": "name Name surname firstName LAST_NAME patient-name pt_name ptname"
    " initials Vorname Nachname Prénom nom apellidos nombre förnamn efternamn",
    "a birth date": "dob DOB birth_date birthDate bdate date_of_birth Geburtsdatum"
    " date_naissance fecha_nacimiento födelsedatum YearOfBirth birth",
    "a record number": "mrn MRN ssn NHS_number hospital_no record_number"
    " personnummer Fallnummer historia_clinica identifier_ssn",
    "an address": "address Adresse street Straße home_address calle adress city",
    "a postcode": "zip postcode PLZ postal_code code_postal postnummer",
    "a phone number": "phone tel Telefon mobile phone1 identifier_phone móvil fax",
    "an e-mail address": "email e-mail mail courriel correo e_post EMAIL2",
}
HARMLESS = {
    "of people": "id record_id patient_id subject age sex sex_at_birth birth_weight"
    " group female practice_id acupuncturist",
    "of things": "redcap_event_name drug_name site_name event_name number_of_levels",
    "of outcomes": "pk1 mobility pain_now date_of_visit chronicity nrs_worst emailed",
}
TELLING_CELLS = {
    "a calendar date": (
        "2021-03-04",
        "04.03.2021",
        "3/4/21",
        "12 March 2020",
        "Mar 12, 2020",
        "12-Mär-2020",
        "seen 2021-03-04",
        "2021-03-04T10:00:00",
    ),
    "an e-mail address": ("a.b@example.org", "x@y.se"),
    "a phone number": ("+46 70 123 45 67", "070-123 45 67", "(020) 7946 0958"),
    "a long digit string": ("19121212", "1234567890", "id 123456789"),
    "a record number": ("123-45-6789",),
    "an honorific and a name": ("Mrs Svensson", "Dr. Who", "Herr Müller", "mme Curie"),
}
HARMLESS_CELLS = (
    "",
    "0",
    "15.33333",
    "-3.5",
    "1234567",
    "000123",
    "1E5",
    "NA",
    "1-2",
    "null",
    "A-17",
    "P0042",
    "usual care",
    "3.14159265358979",
    "1.2.3",
    "10/12",
    "L4-L5",
)


@pytest.mark.parametrize(
    ("likeness", "header"),
    [(kind, header) for kind, names in TELLING.items() for header in names.split()],
)
def test_a_header_that_tells_who_somebody_is_is_recognised(likeness, header):
    assert header_likeness(header) == likeness


@pytest.mark.parametrize(
    "header", ["Date of Birth", "First name", "E-mail address", "Nom de famille"]
)
def test_headers_of_several_words_are_recognised(header):
    assert header_likeness(header)


@pytest.mark.parametrize("header", " ".join(HARMLESS.values()).split())
def test_a_header_that_tells_nothing_passes(header):
    assert header_likeness(header) == ""


@pytest.mark.parametrize(
    ("likeness", "cell"),
    [(kind, cell) for kind, cells in TELLING_CELLS.items() for cell in cells],
)
def test_a_cell_that_looks_like_an_identifier_is_recognised(likeness, cell):
    assert resembles(cell) == likeness


@pytest.mark.parametrize("cell", HARMLESS_CELLS)
def test_a_cell_that_is_a_code_or_a_number_passes(cell):
    assert resembles(cell) == ""
    assert resembles_in_id(cell) == "" or cell == "usual care"


def test_two_capitalised_words_are_a_name_where_an_id_belongs():
    assert resembles_in_id("Anna Svensson") == "a name"
    assert resembles_in_id("Svensson, Anna") == "a name"
    assert resembles_in_id("Site A") == ""


def test_the_sentence_names_the_column_and_the_way_out():
    (sentence,) = refuse_headers(["id", "Surname", "age"])
    assert "'Surname'" in sentence
    assert "take it out" in sentence
