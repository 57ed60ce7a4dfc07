"""Charts: one look for all, the same bytes each time, colours that colour-blind readers can tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from quorate.simulate.questions.errors import CannotDraw

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A6A00", "#000000")
"""Okabe & Ito 2008, Color Universal Design; its yellow, too pale for lines on white, darkened."""
ACCENT, CALM, SOFT, INK = "#D55E00", "#0072B2", "#B8C1CC", "#1B222B"
SUFFIXES = (".svg", ".png")
_LOOK: Any = {
    "svg.hashsalt": "quorate",
    "svg.fonttype": "path",
    "font.family": ["DejaVu Sans"],
    "font.size": 9.5,
    "axes.edgecolor": "#7C8794",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlepad": 10,
    "text.color": INK,
    "xtick.color": "#4A5463",
    "ytick.color": "#4A5463",
    "grid.color": "#E3E7EC",
    "legend.frameon": False,
    "savefig.dpi": 150,
}


@contextmanager
def figure(path: Path, title: str, note: str, width: float, height: float) -> Iterator[Any]:
    """A matplotlib figure of so many inches, saved at `path` when the block ends well; `note` stands at its foot.

    Raise `CannotDraw` for a suffix that is neither SVG nor PNG, and for what the disk refuses.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise CannotDraw(
            f"a chart is SVG or PNG, not {suffix or 'nameless'}.", where=str(path), advice="Name .svg or .png."
        )
    with rc_context(_LOOK):
        made = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(made)
        engine: Any = made.get_layout_engine()
        engine.set(rect=(0.01, 0.45 / height, 0.98, 1 - 0.95 / height), w_pad=0.08, h_pad=0.08)
        made.text(0.14 / width, 1 - 0.2 / height, title, fontsize=13, fontweight="bold", ha="left", va="top")
        made.text(0.14 / width, 0.14 / height, note, fontsize=8, color="#4A5463", ha="left", va="bottom")
        yield made
        _settle(made)
        data: dict[str, Any] = {"Title": title}
        data |= {"Date": None, "Creator": "Quorate"} if suffix == ".svg" else {"Software": "Quorate"}
        try:
            made.savefig(path, format=suffix[1:], metadata=data)
        except OSError as error:
            raise CannotDraw(f"the chart cannot be written: {error.strerror}.", where=str(path)) from None


def _settle(made: Any) -> None:
    """Lay the figure out and keep that to four digits: the last ones of the solver's are not the same each time."""
    made.draw_without_rendering()
    made.set_layout_engine("none")
    for axes in made.axes:
        axes.set_position([round(float(edge), 4) for edge in axes.get_position().bounds])


def plain(axes: Any, *, along: str = "y") -> None:
    """Faint lines along one axis, behind what is drawn."""
    axes.grid(axis=along, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
