"""The coded terms of the cohort record: who, which pain, which procedure.

Codes are stored and exported; labels are shown. Sources: the operative records and
indications of the papers behind each procedure family.
"""

from registry.coded import Coded, _


class Sex(Coded):
    """Sex at birth."""

    FEMALE = "F", _("female")
    MALE = "M", _("male")
    INTERSEX = "I", _("intersex")
    UNKNOWN = "U", _("unknown")


class Handedness(Coded):
    """The dominant hand."""

    RIGHT = "right", _("right-handed")
    LEFT = "left", _("left-handed")
    BOTH = "both", _("ambidextrous")


class Indication(Coded):
    """Why the pain is treated; exactly one for each pain target."""

    CRPS_1 = "crps_1", _("complex regional pain syndrome I")
    CRPS_2 = "crps_2", _("complex regional pain syndrome II")
    CANCER_NOCICEPTIVE = "cancer_nociceptive", _("cancer pain, nociceptive")
    CANCER_NEUROPATHIC = "cancer_neuropathic", _("cancer pain, neuropathic")
    CANCER_MIXED = "cancer_mixed", _("cancer pain, mixed")
    POSTHERPETIC = "postherpetic", _("post-herpetic neuralgia")
    BRACHIAL_AVULSION = "brachial_avulsion", _("brachial plexus avulsion")
    LUMBOSACRAL_AVULSION = "lumbosacral_avulsion", _("lumbosacral plexus avulsion")
    CORD_INJURY_AT_LEVEL = "sci_at_level", _("spinal cord injury, at-level pain")
    CORD_INJURY_BELOW = "sci_below_level", _("spinal cord injury, below-level pain")
    CAUDA_EQUINA = "cauda_equina", _("cauda equina injury")
    PERSISTENT_SPINAL = "pspt_2", _("persistent spinal pain syndrome type 2")
    RADICULAR = "radicular", _("radicular pain")
    OCCIPITAL = "occipital", _("occipital neuralgia")
    INTERCOSTAL = "intercostal", _("intercostal or post-thoracotomy pain")
    PHANTOM = "phantom", _("phantom limb pain")
    PELVIC = "pelvic", _("pelvic or coccygeal pain")
    TN_CLASSICAL = "tn_classical", _("trigeminal neuralgia, classical")
    TN_IDIOPATHIC = "tn_idiopathic", _("trigeminal neuralgia, idiopathic")
    TN_SECONDARY = "tn_secondary", _("trigeminal neuralgia, secondary")
    TRIGEMINAL_DEAFFERENTATION = "tn_deafferentation", _("trigeminal deafferentation")
    FACET = "facet", _("facet or sacroiliac joint pain")
    OTHER = "other", _("other")


class PainType(Coded):
    """The mechanism of the pain."""

    NEUROPATHIC = "neuropathic", _("neuropathic")
    NOCICEPTIVE = "nociceptive", _("nociceptive")
    MIXED = "mixed", _("mixed")
    NOCIPLASTIC = "nociplastic", _("nociplastic")
    UNKNOWN = "unknown", _("unknown")


class TemporalType(Coded):
    """How the pain comes; papers on the root entry zone report the two apart."""

    CONTINUOUS = "continuous", _("continuous")
    PAROXYSMAL = "paroxysmal", _("paroxysmal")
    BOTH = "both", _("continuous and paroxysmal")
    UNKNOWN = "unknown", _("unknown")


class Family(Coded):
    """Procedure families. Never pooled: pooling them is the first naive error."""

    SPINAL_ROOT = "spinal_root", _("spinal dorsal root")
    GANGLION = "ganglion", _("dorsal root ganglion")
    ROOT_ENTRY_ZONE = "drez", _("dorsal root entry zone")
    TRIGEMINAL = "trigeminal", _("trigeminal root or ganglion")
    MEDIAL_BRANCH = "medial_branch", _("medial or lateral branch")
    SPASTICITY = (
        "spasticity",
        _("spasticity rhizotomy (excluded from every pain report)"),
    )
    OTHER = "other", _("other pain surgery")


class Technique(Coded):
    """Procedure techniques, by the codes of the procedure list."""

    ODR_INTRA = "ODR_INTRA", _("open dorsal rhizotomy, intradural")
    ODR_EXTRA = "ODR_EXTRA", _("open dorsal rhizotomy, extradural")
    SPR_SINDOU = "SPR_SINDOU", _("selective posterior rhizotomy for pain")
    DRGX = "DRGX", _("dorsal root ganglionectomy")
    DRG_RF = "DRG_RF", _("dorsal root ganglion, thermal radiofrequency")
    DRG_PRF = "DRG_PRF", _("dorsal root ganglion, pulsed radiofrequency")
    DREZ_MICRO = "DREZ_MICRO", _("root entry zone lesion, microsurgical")
    DREZ_RF = "DREZ_RF", _("root entry zone lesion, radiofrequency")
    TRF = "TRF", _("trigeminal radiofrequency thermocoagulation")
    TGLY = "TGLY", _("trigeminal glycerol rhizolysis")
    TBAL = "TBAL", _("trigeminal balloon compression")
    TPSR = "TPSR", _("trigeminal partial sensory rhizotomy")
    MB_RFN = "MB_RFN", _("medial-branch radiofrequency neurotomy")
    SDR_SPAST = "SDR_SPAST", _("selective dorsal rhizotomy for spasticity")
    CORD = "CORD", _("cordotomy")
    MVD = "MVD", _("microvascular decompression")
    NEUROMOD = "NEUROMOD", _("neurostimulation")
    ITDD = "ITDD", _("intrathecal drug delivery")
    OTHER = "OTHER", _("other")


_FAMILY_TECHNIQUES = {
    Family.SPINAL_ROOT: "ODR_INTRA ODR_EXTRA SPR_SINDOU",
    Family.GANGLION: "DRGX DRG_RF DRG_PRF",
    Family.ROOT_ENTRY_ZONE: "DREZ_MICRO DREZ_RF",
    Family.TRIGEMINAL: "TRF TGLY TBAL TPSR",
    Family.MEDIAL_BRANCH: "MB_RFN",
    Family.SPASTICITY: "SDR_SPAST",
    Family.OTHER: "CORD MVD NEUROMOD ITDD OTHER",
}
FAMILY_OF = {
    Technique(code): family
    for family, codes in _FAMILY_TECHNIQUES.items()
    for code in codes.split()
}
THERMAL = frozenset(
    {Technique.DRG_RF, Technique.DREZ_RF, Technique.TRF, Technique.MB_RFN}
)
PULSED = frozenset({Technique.DRG_PRF})


class ProcedureRole(Coded):
    """What a procedure is to the ones before it."""

    INDEX = "index", _("index procedure")
    REPEAT = "repeat", _("repeat on the same target")
    CONTRALATERAL = "contralateral", _("other side")
    STAGED = "staged", _("planned second stage")
    OTHER = "other", _("other procedure")


class ProcedureStatus(Coded):
    """How it ended. An attempted procedure stays in the denominator."""

    DONE = "done", _("done as planned")
    CONVERTED = "converted", _("converted")
    ABANDONED = "abandoned", _("abandoned")


class Anaesthesia(Coded):
    """Anaesthesia."""

    GENERAL = "general", _("general")
    SEDATION = "sedation", _("sedation")
    LOCAL = "local", _("local")


class Guidance(Coded):
    """How the target was found."""

    DIRECT = "direct", _("direct vision")
    FLUOROSCOPY = "fluoroscopy", _("fluoroscopy")
    CT = "ct", _("computed tomography")
    NAVIGATION = "navigation", _("navigation")
    ULTRASOUND = "ultrasound", _("ultrasound")


class Monitoring(Coded):
    """Intra-operative neurophysiological monitoring."""

    NONE = "none", _("none")
    FREE_EMG = "free_emg", _("free-running electromyography")
    TRIGGERED_EMG = "triggered_emg", _("triggered electromyography")
    SSEP = "ssep", _("somatosensory evoked potentials")
    DERMATOMAL_SSEP = "dermatomal_ssep", _("dermatomal evoked potentials")
    MEP = "mep", _("motor evoked potentials")
    BCR = "bcr", _("bulbocavernosus reflex")


class Extent(Coded):
    """How much of a root was treated."""

    COMPLETE = "complete", _("complete")
    PARTIAL = "partial", _("partial")
