"""The coded terms of what happened: assessments, sensation, harm, therapy, the end.

Sensory terms follow the IASP taxonomy; complication fields follow ICH E2A and CDISC AE.
"""

from registry.coded import Coded, _


class Mode(Coded):
    """How an assessment was taken."""

    CLINIC = "clinic", _("in clinic")
    PHONE = "phone", _("by telephone")
    POST = "post", _("by post")
    WEB = "web", _("on the web")
    VIDEO = "video", _("by video")
    FILE = "file", _("loaded from a file")


class Informant(Coded):
    """Who answered or judged; surgeons grade their own work more kindly."""

    SELF = "self", _("the participant")
    PROXY = "proxy", _("a proxy")
    INDEPENDENT = "independent", _("an independent observer")
    TREATING = "treating", _("the treating team")


class AssessmentStatus(Coded):
    """What became of a planned or unplanned assessment."""

    DONE = "done", _("done")
    PARTIAL = "partial", _("partly done")
    MISSED = "missed", _("missed")


class Missing(Coded):
    """Why a value is not there. An empty cell never means zero."""

    NOT_DONE = "not_done", _("not done")
    REFUSED = "refused", _("refused")
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    UNKNOWN = "unknown", _("unknown")
    NOT_TESTABLE = "not_testable", _("not testable")
    LOST = "lost", _("lost to follow-up")


class SensoryTerm(Coded):
    """IASP sensory terms; `LOSS`, `GAIN` and `DEAFFERENTATION` group them."""

    NORMAL = "normal", _("normal")
    HYPOAESTHESIA = "hypoaesthesia", _("hypoaesthesia")
    HYPOALGESIA = "hypoalgesia", _("hypoalgesia")
    ANAESTHESIA = "anaesthesia", _("anaesthesia")
    ANALGESIA = "analgesia", _("analgesia")
    PARAESTHESIA = "paraesthesia", _("paraesthesia")
    DYSAESTHESIA = "dysaesthesia", _("dysaesthesia")
    ALLODYNIA = "allodynia", _("allodynia")
    HYPERALGESIA = "hyperalgesia", _("hyperalgesia")
    HYPERAESTHESIA = "hyperaesthesia", _("hyperaesthesia")
    HYPERPATHIA = "hyperpathia", _("hyperpathia")
    ANAESTHESIA_DOLOROSA = "anaesthesia_dolorosa", _("anaesthesia dolorosa")
    DEAFFERENTATION_PAIN = "deafferentation_pain", _("deafferentation pain")


LOSS = frozenset(
    {
        SensoryTerm.HYPOAESTHESIA,
        SensoryTerm.HYPOALGESIA,
        SensoryTerm.ANAESTHESIA,
        SensoryTerm.ANALGESIA,
    }
)
DEAFFERENTATION = frozenset(
    {SensoryTerm.ANAESTHESIA_DOLOROSA, SensoryTerm.DEAFFERENTATION_PAIN}
)
GAIN = frozenset(SensoryTerm) - LOSS - DEAFFERENTATION - {SensoryTerm.NORMAL}


class Modality(Coded):
    """What was tested."""

    LIGHT_TOUCH = "light_touch", _("light touch")
    PIN_PRICK = "pin_prick", _("pin prick")
    WARM = "warm", _("warmth")
    COLD = "cold", _("cold")
    VIBRATION = "vibration", _("vibration")
    REPORTED = "reported", _("reported, not tested")


class SensoryGrade(Coded):
    """The ISNCSCI bedside grade; "altered" mixes loss and gain: the term tells them."""

    ABSENT = "0", _("absent")
    ALTERED = "1", _("altered")
    NORMAL = "2", _("normal")
    NOT_TESTABLE = "NT", _("not testable")


class ComplicationTerm(Coded):
    """Complications by name, in the order of their category."""

    HYPOAESTHESIA_OUTSIDE = "hypoaesthesia_outside", _("hypoaesthesia outside the plan")
    BOTHERSOME_NUMBNESS = "bothersome_numbness", _("bothersome numbness")
    DYSAESTHESIA = "dysaesthesia", _("dysaesthesia")
    ALLODYNIA = "allodynia", _("new allodynia")
    ANAESTHESIA_DOLOROSA = "anaesthesia_dolorosa", _("anaesthesia dolorosa")
    DEAFFERENTATION_PAIN = "deafferentation_pain", _("new deafferentation pain")
    MOTOR_WEAKNESS = "motor_weakness", _("motor weakness")
    ATAXIA = "ataxia", _("ataxia or proprioceptive loss")
    BLADDER = "bladder", _("bladder dysfunction")
    BOWEL = "bowel", _("bowel dysfunction")
    SEXUAL = "sexual", _("sexual dysfunction")
    CSF_LEAK = "csf_leak", _("cerebrospinal fluid leak")
    PSEUDOMENINGOCELE = "pseudomeningocele", _("pseudomeningocele")
    MENINGITIS = "meningitis", _("meningitis")
    WOUND_INFECTION = "wound_infection", _("wound infection")
    EPIDURAL_HAEMATOMA = "epidural_haematoma", _("epidural haematoma")
    INSTABILITY = "spinal_instability", _("spinal instability")
    CORD_INJURY = "cord_injury", _("spinal cord injury")
    PNEUMOTHORAX = "pneumothorax", _("pneumothorax")
    CORNEAL_ANAESTHESIA = "corneal_anaesthesia", _("corneal anaesthesia")
    KERATITIS = "keratitis", _("keratitis")
    MASSETER_WEAKNESS = "masseter_weakness", _("masseter weakness")
    DIPLOPIA = "diplopia", _("diplopia")
    HERPES_LABIALIS = "herpes_labialis", _("herpes labialis")
    BRADYCARDIA = "bradycardia", _("bradycardia or trigeminocardiac reflex")
    NEURITIS = "neuritis", _("neuritis after radiofrequency")
    THROMBOEMBOLISM = "thromboembolism", _("deep vein thrombosis or pulmonary embolism")
    MYOCARDIAL = "myocardial", _("myocardial infarction")
    ANAESTHETIC_REACTION = "anaesthetic_reaction", _("anaesthetic reaction")
    DEATH = "death", _("death")
    OTHER = "other", _("other")


class TherapyGrade(Coded):
    """Landriel grade by treatment needed (World Neurosurg 2011, for <= 30 days)."""

    IA = "Ia", _("Ia: no treatment")
    IB = "Ib", _("Ib: drugs only")
    IIA = "IIa", _("IIa: invasive, without general anaesthesia")
    IIB = "IIb", _("IIb: invasive, under general anaesthesia")
    IIIA = "IIIa", _("IIIa: life-threatening, one organ")
    IIIB = "IIIb", _("IIIb: life-threatening, several organs")
    IV = "IV", _("IV: death")


class Severity(Coded):
    """CTCAE v5 severity."""

    MILD = "1", _("1 mild")
    MODERATE = "2", _("2 moderate")
    SEVERE = "3", _("3 severe")
    LIFE_THREATENING = "4", _("4 life-threatening")
    FATAL = "5", _("5 fatal")


class Relatedness(Coded):
    """How likely the procedure caused it."""

    UNRELATED = "unrelated", _("unrelated")
    UNLIKELY = "unlikely", _("unlikely")
    POSSIBLE = "possible", _("possible")
    PROBABLE = "probable", _("probable")
    DEFINITE = "definite", _("definite")


class Source(Coded):
    """Who reported it; the two sources differ, so they are kept apart."""

    PATIENT = "patient", _("participant")
    CLINICIAN = "clinician", _("clinician")


class TherapyKind(Coded):
    """Treatments beside or after the procedure, which may explain relief."""

    OPIOID = "opioid", _("opioid")
    ANTICONVULSANT = "anticonvulsant", _("anticonvulsant")
    ANTIDEPRESSANT = "antidepressant", _("antidepressant")
    ANTI_INFLAMMATORY = "anti_inflammatory", _("anti-inflammatory drug")
    OTHER_DRUG = "other_drug", _("other drug")
    INJECTION = "injection", _("injection or block")
    STIMULATOR = "stimulator", _("stimulator")
    PUMP = "pump", _("intrathecal pump")
    PHYSIOTHERAPY = "physiotherapy", _("physiotherapy")
    PSYCHOLOGICAL = "psychological", _("psychological treatment")


class Change(Coded):
    """How a therapy changed since the last assessment."""

    STARTED = "started", _("started")
    STOPPED = "stopped", _("stopped")
    INCREASED = "increased", _("increased")
    REDUCED = "reduced", _("reduced")
    SAME = "same", _("unchanged")


class DispositionEvent(Coded):
    """How taking part stands or ended."""

    ONGOING = "ongoing", _("ongoing")
    COMPLETED = "completed", _("completed")
    LOST = "lost", _("lost to follow-up")
    WITHDREW = "withdrew", _("withdrew consent")
    WITHDRAWN_BY_SITE = "withdrawn_by_site", _("withdrawn by the site")
    DIED = "died", _("died")
    TRANSFERRED = "transferred", _("transferred")


class DeathCause(Coded):
    """Cause of death, in classes."""

    DISEASE = "disease", _("the underlying disease")
    PROCEDURE = "procedure", _("the procedure")
    OTHER = "other", _("another cause")
    UNKNOWN = "unknown", _("unknown")


class ContactResult(Coded):
    """What came of an attempt to reach a participant."""

    REACHED = "reached", _("reached")
    VOICEMAIL = "voicemail", _("voicemail left")
    NO_ANSWER = "no_answer", _("no answer")
    WRONG_NUMBER = "wrong_number", _("wrong number")
    LETTER_SENT = "letter_sent", _("letter sent")
    DIED = "died", _("reported dead")
