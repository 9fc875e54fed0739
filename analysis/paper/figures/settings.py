"""matplotlib as it comes, whatever the machine's own ``matplotlibrc`` says."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def as_shipped(**changes: Any) -> Iterator[None]:
    """Draw or save with matplotlib's defaults and these changes; serves as a decorator too.

    Parameters
    ----------
    **changes
        Settings by their name with ``__`` for the point: ``svg__fonttype="path"``.
    """
    import matplotlib as mpl

    # The backend is not a matter of looks, and touching it would load one.
    settings: dict[Any, Any] = {
        name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"
    }
    settings.update({name.replace("__", "."): value for name, value in changes.items()})
    with mpl.rc_context(settings), warnings.catch_warnings():
        # The build says it once, by label (analysis.paper.figures.signs), not once for each sign.
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from")
        yield
