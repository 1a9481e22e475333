"""The figures' data are those of the snapshots, and their drawings those of the stored images.

The figures that take longest are recomputed only when asked for (``make figures-check``); their drawings are compared always.
"""

import os

import figure_snapshots as snapshots
import pytest

from gametheory import figures, plotting

QUICK = ("foresight", "lattice", "levels", "orderings", "payoffs", "states", "topology", "typology")
ALL = tuple(figures.find_figures())
COMPUTED = ALL if os.environ.get("ALL_FIGURES") else QUICK


def test_every_figure_has_a_snapshot():
    assert sorted(p.stem for p in snapshots.FOLDER.glob("*.json")) == sorted(ALL)


@pytest.mark.parametrize("name", COMPUTED)
def test_data_are_as_they_were(name):
    assert snapshots.difference(snapshots.stored(name), snapshots.plain(figures.load_figure(name).data())) == ""


def test_a_difference_is_found_wherever_it_is():
    one = {"a": [1, 2.0, {"b": "1/2"}]}
    assert snapshots.difference(one, {"a": [1, 2.0000000001, {"b": "1/2"}]}) == ""
    assert snapshots.difference(one, {"a": [1, 2.0, {"b": "1/3"}]}) == "data.a[2].b: '1/2' against '1/3'"
    assert "entries" in snapshots.difference(one, {"a": [1]})
    assert "2.0 against 2.1" in snapshots.difference(one, {"a": [1, 2.1, {"b": "1/2"}]})


@pytest.mark.parametrize("name", ALL)
def test_captions_are_made_from_the_data(name):
    module = figures.load_figure(name)
    caption = module.caption(snapshots.stored(name))
    assert len(caption) > 80 and caption.endswith(".")
    assert "{" not in caption


def nothing_is_cut_off(figure, size):
    """Everything that is drawn lies on the page."""
    page = figure.bbox
    for text in (
        t for ax in figure.axes for t in (*ax.texts, ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label)
    ):
        box = text.get_window_extent()
        if text.get_text() and text.get_visible():
            assert page.x0 - 3 <= box.x0 and box.x1 <= page.x1 + 3, text.get_text()
            assert page.y0 - 3 <= box.y0 and box.y1 <= page.y1 + 3, text.get_text()
    tight = figure.get_tightbbox()  # in inches; tick labels and legends included
    assert tight.x0 >= -0.05 and tight.x1 <= size[0] + 0.05, tight
    assert tight.y0 >= -0.05 and tight.y1 <= size[1] + 0.05, tight


@pytest.mark.mpl_image_compare(baseline_dir="data/images", tolerance=12, style="default", savefig_kwargs={"dpi": 60})
@pytest.mark.parametrize("name", ALL)
def test_drawing(name):
    pytest.importorskip("pytest_mpl")
    module = figures.load_figure(name)
    with plotting.style():
        figure = figures.draw_figure(module, snapshots.stored(name))
        figure.canvas.draw()  # the layout is settled under the figures' own style
        nothing_is_cut_off(figure, module.SIZE)
    figure.set_layout_engine("none")
    return figure
