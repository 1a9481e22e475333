"""What is drawn from sweeps: borders by bisection, tornado data, Sobol indices, and the drawings themselves."""

import json
from fractions import Fraction

import numpy as np
import pytest

pytest.importorskip("xarray")
pytest.importorskip("zarr")

import xarray
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gametheory import plotting_sweeps as draw
from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solve import solve
from gametheory.errors import InputError
from gametheory.evidence.borders import find_borders
from gametheory.evidence.designs import Axis, Grid, between
from gametheory.evidence.outcomes import Count, Payoff, Shown
from gametheory.evidence.sensitivity import one_at_a_time, sobol_indices
from gametheory.evidence.sweep import sweep
from gametheory.games.dynamic import DynamicGame
from gametheory.studies.us_mexico.observed import PATTERNS
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game

SHOWN = Shown(PATTERNS)
MODEL = reduced_game(K=2, F=1).subs(**{n: v for n, v in BASELINE.items() if n not in ("delta_US", "s")})
GRID = Grid((between("delta_US", "1/20", "19/20", 31), between("s", "1/7", 3, 29)))
LINEAR = DynamicGame.sequential(
    first="US", moves={"N": ("E",), "U": ("A",)}, players=("US", "MX"), discount="1/2",
    payoffs={"NE": ("10 + 3*x + y", 0), "UA": (0, 0)},
)  # fmt: skip


def axes():
    figure = Figure()
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def test_borders_bracket_a_change_that_the_exact_solver_confirms():
    grid = Grid((Axis("delta_US", ["1/10", "2/5", "7/10"]), between("s", "1/7", 3, 9)))
    found = find_borders(MODEL, grid, SHOWN, along="s", width="1/100000")
    assert found
    for border in found:
        assert 0 < border.high - border.low <= Fraction(1, 100000)
        for end, code in ((border.low, border.below), (border.high, border.above)):
            solution = solve(MODEL.subs(**dict(border.at), s=end), MarkovPerfect(pure=True))
            assert SHOWN.of(solution) == code
        assert border.below != border.above
    z = Fraction(BASELINE["z"])
    assert any(b.low <= z <= b.high for b in found)  # protest pays where sovereignty is worth more than confrontation costs
    with pytest.raises(InputError, match="along"):
        find_borders(MODEL, grid, SHOWN, along="q")
    with pytest.raises(InputError, match="width"):
        find_borders(MODEL, grid, SHOWN, along="s", width=0)


def test_one_at_a_time():
    data = one_at_a_time(LINEAR, {"x": 1, "y": 0}, {"x": (0, 2), "y": (0, 5)}, Payoff("US"), count=3)
    assert data["outcome"].sel(parameter="x").values.tolist() == [10, 13, 16]
    assert data["outcome"].sel(parameter="y").values.tolist() == [13, 15.5, 18]
    assert float(data["base"]) == 13
    ax = axes()
    draw.draw_tornado(ax, data)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["y", "x"]  # the wider bar, x, on top
    with pytest.raises(InputError, match="base"):
        one_at_a_time(LINEAR, {"x": 1}, {"q": (0, 1)}, Payoff("US"))


@pytest.mark.filterwarnings("ignore")
def test_sobol_indices_of_a_linear_outcome_are_known():
    """3 x + y on the unit square: variances 9 and 1, so shares 9/10 and 1/10."""
    data = sobol_indices(LINEAR, {"x": (0, 1), "y": (0, 1)}, Payoff("US"), points=512, seed=1)
    assert data["first"].values == pytest.approx([0.9, 0.1], abs=0.05)
    assert data["total"].values == pytest.approx([0.9, 0.1], abs=0.05)
    ax = axes()
    draw.draw_indices(ax, data)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["y", "x"]
    whether = sobol_indices(MODEL, {"delta_US": ("1/10", "9/10"), "s": ("1/10", 3)}, SHOWN, points=128, seed=1, value=lambda p: p == list(PATTERNS).index("realism"))
    assert ((whether["total"] > -0.1) & (whether["total"] < 1.3)).all()
    with pytest.raises(InputError, match="same everywhere"):
        sobol_indices(LINEAR, {"x": (0, 1), "y": (0, 1)}, Count(), points=8, seed=1)
    with pytest.raises(InputError, match="a number at every point"):
        sobol_indices(MODEL, {"delta_US": ("1/10", "9/10"), "s": ("1/10", 1)}, Payoff("US"), points=64, seed=1)
    with pytest.raises(InputError, match="power of two"):
        sobol_indices(LINEAR, {"x": (0, 1), "y": (0, 1)}, Count(), points=7, seed=1)


@pytest.mark.parametrize("x", ["delta_US", "s"])
def test_a_phase_diagram_shows_the_colour_of_the_pattern_at_each_point(x, tmp_path):
    data = sweep(MODEL, GRID, SHOWN)
    borders = find_borders(MODEL, GRID, SHOWN, along="s", width="1/1000")
    ax = axes()
    draw.draw_phases(ax, data["pattern"], x=x, borders=borders)
    mesh = ax.collections[0]
    table = data["pattern"].transpose(*(d for d in ("s", "delta_US") if d != x), x).values
    mesh.update_scalarmappable()
    shown = mesh.get_facecolor().reshape(*table.shape, 4)
    from matplotlib.colors import to_rgba

    for i, j in ((0, 0), (5, 20), (28, 3), (14, 14)):
        word = SHOWN.labels[table[i, j]]
        assert shown[i, j] == pytest.approx(to_rgba(draw.PATTERN_STYLE[word][0]), abs=0.01)
    legend = {t.get_text() for t in ax.get_legend().get_texts()}
    assert legend == {SHOWN.labels[k] for k in np.unique(table)}
    assert len(ax.lines[0].get_xdata()) == len(borders)
    ax.figure.savefig(tmp_path / "phases.png")
    assert json.loads(data.attrs["provenance"])["spec"]["outcomes"][0]["kind"] == "pattern"


def test_small_multiples(tmp_path):
    model = reduced_game(K=1, F=1).subs(**{n: v for n, v in BASELINE.items() if n not in ("delta_US", "s", "m1")})
    grid = Grid((between("delta_US", "1/20", "19/20", 12), between("s", "1/7", 3, 11), Axis("m1", [0, "2/5"])))
    data = sweep(model, grid, SHOWN)
    figure = draw.small_multiples(data["pattern"], by="m1", x="delta_US")
    assert [ax.get_title() for ax in figure.axes] == ["m1 = 0", "m1 = 0.4"]
    figure.savefig(tmp_path / "panels.png")
    with pytest.raises(InputError, match="three dimensions"):
        draw.small_multiples(data["pattern"], by="q")
    with pytest.raises(InputError, match="two dimensions"):
        draw.draw_phases(axes(), data["pattern"])


def test_points_not_computed_are_left_blank():
    codes = xarray.DataArray([[0, -1], [1, 1]], dims=("a", "b"), coords={"a": [0.0, 1.0], "b": [0.0, 1.0]}, attrs={"labels": ["cycle", "none"]})
    ax = axes()
    draw.draw_phases(ax, codes)
    assert np.ma.getmaskarray(ax.collections[0].get_array()).sum() == 1
