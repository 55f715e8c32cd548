"""The house look of every figure, and saving that gives the same bytes every time.

Sizes are inches on paper, text sizes points. Inks keep 4.5:1 on white and apart in
grey; where a colour tells something, a marker or a word tells it too.
"""

import unicodedata
from functools import cache
from io import BytesIO

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

FONT = "DejaVu Sans"  # comes with matplotlib, so that every machine draws alike
INK = "#1c2a2f"
QUIET = "#4d5f66"
FAINT = "#c3ccd0"
PERSON = "#93a3aa"
WARN = "#8a1c1c"
# Blue, vermilion, green and purple after Okabe and Ito, darkened to be read on white.
GROUP_STYLES = (
    ("#0a5a8a", "o"),
    ("#b04a00", "s"),
    ("#00694b", "D"),
    ("#7d3a70", "P"),
)
TITLE, TEXT, SMALL = 9.0, 7.5, 6.5
POINTS_AN_INCH = 72
LINE = 1.35  # of the text size, from line to line
UNKNOWN_GLYPH = "\N{WHITE SQUARE}"

# Set once, for the process: a context that is entered and left by several threads
# would leak from one figure into another.
mpl.rcParams.update(
    {
        "font.family": FONT,
        "text.usetex": False,
        "text.parse_math": False,  # a "$" in a label is a dollar
        "svg.hashsalt": "rhizotomy-registry",  # else every file has ids of its own
        "svg.fonttype": "path",  # the same look where the font is not installed
        "axes.edgecolor": QUIET,
        "axes.linewidth": 0.7,
        "axes.unicode_minus": True,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "ytick.labelcolor": INK,
        "text.color": INK,
    }
)


def svg_of(figure: Figure) -> bytes:
    """Return the figure as SVG: the same bytes whenever it is drawn."""
    target = BytesIO()
    figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    return target.getvalue()


def png_of(figure: Figure, *, dots_an_inch: int = 300) -> bytes:
    """Return the figure as PNG, for print by default: the same bytes every time."""
    target = BytesIO()
    metadata = {"Software": None}
    figure.savefig(target, format="png", dpi=dots_an_inch, metadata=metadata)
    return target.getvalue()


def legible(text: str) -> str:
    """Return text that the font can show: no control characters, one line.

    A character that the font lacks becomes a square, which is at least seen.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    kept = (one for one in plain if unicodedata.category(one)[0] != "C")
    glyphs = _glyphs()
    return "".join(one if ord(one) in glyphs else UNKNOWN_GLYPH for one in kept)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line of text, in inches."""
    width, _, _ = text_to_path.get_text_width_height_descent(
        text, _font(size, bold), ismath=False
    )
    return float(width) / POINTS_AN_INCH


def wrap(text: str, inches: float, size: float, *, bold: bool = False) -> list[str]:
    """Break text into lines no wider than `inches`, inside words where it must be."""
    lines = [""]
    for word in text.split(" "):  # not at a space that is not to be broken
        for piece in _pieces(word, inches, size, bold):
            joined = f"{lines[-1]} {piece}".strip()
            if lines[-1] and text_width(joined, size, bold=bold) > inches:
                lines.append(piece)
            else:
                lines[-1] = joined
    return lines


def line_height(size: float) -> float:
    """Return the distance from line to line, in inches."""
    return LINE * size / POINTS_AN_INCH


def _pieces(word: str, inches: float, size: float, bold: bool) -> list[str]:
    """Cut a word that alone is too wide."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, size, bold=bold) > inches:
            pieces.append("")
        pieces[-1] += letter
    return pieces


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(family=FONT, size=size, weight="bold" if bold else "normal")


@cache
def _glyphs() -> frozenset[int]:
    path = font_manager.findfont(FontProperties(family=FONT))
    return frozenset(font_manager.get_font(path).get_charmap())
