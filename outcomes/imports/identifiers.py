"""What must not come in: columns and cells that tell who somebody is.

Headers are split into words and held against those of five languages; cells are held
against shapes. Source of the classes: HIPAA Safe Harbor, 45 CFR 164.514(b)(2).
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Any of these words in a header tells what is in the column.
WORDS = {
    "a name": "surname surnames forename firstname lastname fullname ptname"
    " patientname middlename maidenname nickname initials initialen initiales"
    " iniciales initialer vorname nachname familienname prenom apellido apellidos"
    " fornamn efternamn tilltalsnamn",
    "a birth date": "dob birthdate birthday bdate geburtsdatum geburtstag geboren"
    " datenaissance naissance fechanacimiento nacimiento fodelsedatum fodelsedag"
    " fodd ddn gebdat",
    "a record number": "mrn ssn nhs nhsnumber hospitalnumber recordnumber"
    " medicalrecord krankenakte aktenzeichen fallnummer patientennummer"
    " versichertennummer ipp nir dni nie nif nuhsa curp expediente historiaclinica"
    " personnummer journalnummer passport reisepass pasaporte passeport accession",
    "an address": "address adresse anschrift wohnort strasse hausnummer street"
    " direccion domicilio calle rue adress gata gatuadress bostad city town",
    "a postcode": "postcode postalcode zip zipcode plz postleitzahl codepostal"
    " codigopostal postnummer postnr",
    "a phone number": "phone telephone telefon telefono mobile mobilnummer handy"
    " handynummer portable movil mobil telefonnummer tel fax",
    "an e-mail address": "email mail courriel correo epost epostadress",
}
# These pairs, side by side, tell it together.
PAIRS = {
    "a name": "first.name last.name full.name given.name family.name middle.name"
    " maiden.name patient.name pt.name nom.famille nom.patient nombre.paciente"
    " patient.namn",
    "a birth date": "birth.date date.birth birth.day birth.month birth.year"
    " year.birth month.birth day.birth geb.datum date.naissance fecha.nacimiento"
    " geburts.datum",
    "a record number": "record.number record.no medical.record hospital.number"
    " hospital.no hospital.id chart.number nhs.number social.security"
    " national.id insurance.number case.number patienten.nummer numero.dossier"
    " numero.historia historia.clinica person.nummer journal.nummer",
    "an address": "home.address ip.address",
    "a postcode": "post.code postal.code code.postal codigo.postal",
    "a phone number": "phone.number mobile.number cell.number",
    "an e-mail address": "e.mail correo.electronico e.post",
}
# These are names only when nothing says what else they are the name of.
LONE_NAMES = _words("name names namn nom nombre")
NAMED_THINGS = _words(
    "event visit site centre center hospital clinic drug medication form instrument"
    " measure procedure technique arm group cohort study unit variable"
)
BIRTH_FACTS = _words("sex gender weight order")
LITTLE_WORDS = _words("of the de la le du der die das s")

WORD_LIKENESS = {
    word: likeness for likeness, words in WORDS.items() for word in words.split()
}
PAIR_LIKENESS = {
    tuple(pair.split(".")): likeness
    for likeness, pairs in PAIRS.items()
    for pair in pairs.split()
}

MONTHS = (
    "jan|feb|mar|mär|apr|avr|may|mai|maj|jun|juin|jul|juil|aug|aoû|ago|ene|abr"
    "|sep|oct|okt|nov|dec|dez|déc|dic"
)
DAY = r"(0?[1-9]|[12]\d|3[01])"
YEAR = r"(19|20)\d\d"
SHAPES = (
    ("an e-mail address", re.compile(r"\S@\S+\.\w")),
    (
        "a calendar date",
        re.compile(
            rf"\b{YEAR}[-/.]{DAY}[-/.]{DAY}(?!\d)"
            rf"|(?<![\d.]){DAY}[-/.]{DAY}[-/.]({YEAR}|\d\d)(?![\d.])"
            rf"|\b\d{{1,2}}(st|nd|rd|th)?[-. ]*({MONTHS})\w*[-., ]*\d{{2,4}}\b"
            rf"|\b({MONTHS})\w*[-. ]+\d{{1,2}}(st|nd|rd|th)?,?[- ]+\d{{2,4}}\b",
            re.IGNORECASE,
        ),
    ),
    (
        "an honorific and a name",
        re.compile(
            r"\b(mr|mrs|ms|miss|dr|prof|herr|frau|fru|mme|mlle|monsieur|madame|sr|sra"
            r"|señor|señora)\b\.? +[^\W\d_]{2,}",
            re.IGNORECASE,
        ),
    ),
    ("a record number", re.compile(r"(?<!\d)\d{3}-\d\d-\d{4}(?!\d)")),
    ("a long digit string", re.compile(r"(?<![\d.])\d{8,}(?![\d.])")),
    (
        "a phone number",
        re.compile(
            r"(?<!\d)(\+|00|\(?0)[\d() /-]{6,}\d(?![\d.])"
            r"|(?<!\d)\(?\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}(?!\d)"
        ),
    ),
)
TWO_NAMES = re.compile(r"[^\W\d_a-z][^\W\d_]+,? +[^\W\d_a-z][^\W\d_]+")
FEW_DIGITS = re.compile(r"-?\d{0,7}(\.\d*)?")
PHONE_DIGITS = 7


def resembles(text: str) -> str:
    """Say what identifier a cell looks like; an empty string if like none."""
    if FEW_DIGITS.fullmatch(text):  # nearly every cell: spare it the rest
        return ""
    for likeness, shape in SHAPES:
        if shape.search(text) and not _short_phone(likeness, text):
            return likeness
    return ""


def resembles_in_id(text: str) -> str:
    """Say what a participant's id looks like; two capitalised words are a name too."""
    return resembles(text) or ("a name" if TWO_NAMES.fullmatch(text) else "")


def refuse_headers(header: Iterable[str]) -> list[str]:
    """Say in sentences which columns may not be in the file at all."""
    return [
        f"The column '{name}' looks like {likeness}: take it out of the file. The "
        "registry may not hold it, and does not read a file that does."
        for name in header
        if (likeness := header_likeness(name))
    ]


def header_likeness(name: str) -> str:
    """Say what identifier a header names; an empty string if none."""
    words = header_words(name)
    joined = "".join(words)
    for word in (*words, joined):
        if word in WORD_LIKENESS:
            return WORD_LIKENESS[word]
    for pair in pairwise(words):
        if pair in PAIR_LIKENESS:
            return PAIR_LIKENESS[pair]
    if LONE_NAMES.intersection(words) and not NAMED_THINGS.intersection(words):
        return "a name"
    if "birth" in words and not BIRTH_FACTS.intersection(words):
        return "a birth date"
    return ""


def header_words(name: str) -> list[str]:
    """Split a header into plain words: `dateOfBirth`, `date_of_birth`, `DATE OF BIRTH`.

    Accents, digits and little words go: `Prénom 2` is `prenom`.
    """
    apart = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", name).replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", apart).casefold()
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    words = re.findall(r"[^\W\d_]+", plain)
    return [word for word in words if word not in LITTLE_WORDS]


def _short_phone(likeness: str, text: str) -> bool:
    """Tell whether what looks like a phone number has too few digits for one."""
    digits = sum(one.isdigit() for one in text)
    return likeness == "a phone number" and digits < PHONE_DIGITS
