"""The figure programs: their parts, the same bytes twice, nothing drawn again without need, readable without colour."""

import json
import os
import re
import subprocess
import sys
from itertools import combinations

import pytest

import gametheory as gt
from gametheory import figures, plotting
from gametheory.reproduce import reproduce

QUICK = ("states", "cycle")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    return folder, reproduce(folder, only=QUICK)


def test_figures_are_found_and_each_has_its_parts():
    found = figures.find_figures()
    assert set(QUICK) < set(found)
    places = []
    for name in found:
        module = figures.load_figure(name)
        assert module.__doc__
        assert callable(module.data)
        assert callable(module.draw)
        assert callable(module.caption)
        assert module.SIZE[0] in plotting.WIDTHS.values()
        assert re.fullmatch(r"main [1-9]|appendix", module.PLACE)
        assert all(1 <= number <= 93 for number in module.CLAIMS)
        places.append(module.PLACE)
    main = sorted(p for p in places if p != "appendix")
    assert main == sorted(set(main)), "two figures in one place"
    with pytest.raises(gt.InputError, match="one of .*cycle"):
        figures.load_figure("nothing")


def test_another_run_with_other_hashes_gives_the_same_bytes(drawn, tmp_path):
    folder, report = drawn
    code = f"from gametheory.reproduce import reproduce; reproduce({str(tmp_path)!r}, only={QUICK!r})"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    assert len(report.files) == (1 + len(figures.formats_here())) * len(QUICK)
    for path in report.files:
        assert path.read_bytes() == (tmp_path / path.relative_to(folder)).read_bytes(), path.name


def test_what_is_up_to_date_is_left_alone_and_what_was_changed_is_made_again(drawn):
    folder, report = drawn
    before = {p: p.read_bytes() for p in report.files}
    again = reproduce(folder, only=QUICK)
    assert again.files == ()
    assert set(again.unchanged) == set(QUICK)
    picture, record = (folder / "figures" / f"fig_{name}" for name in ("cycle.svg", "states.json"))
    picture.write_text("scribble")
    found = json.loads(record.read_text("utf-8"))
    found["data"]["states"][0]["on_path"] = False
    record.write_text(json.dumps(found), "utf-8")
    (folder / "figures" / "fig_cycle.pdf").unlink()
    repaired = reproduce(folder, only=QUICK)
    assert repaired.unchanged == ()
    assert {p: p.read_bytes() for p in report.files} == before


def test_a_second_process_builds_the_same_and_what_it_leaves_out_is_seen(drawn, tmp_path):
    folder, _ = drawn
    with figures.aside((*QUICK, "nothing of that name"), tmp_path, known=folder / "figures") as wait:
        wait()
    for name in QUICK:
        built = figures.up_to_date(name, tmp_path)
        assert built is not None
        assert built.files[0].read_bytes() == (folder / "figures" / f"fig_{name}.json").read_bytes()
    assert figures.up_to_date("nothing of that name", tmp_path) is None
    with figures.aside(QUICK[:1], tmp_path, known=tmp_path) as wait:
        wait()  # nothing to wait for


def test_fonts_are_embedded_and_no_dates_are_written(drawn):
    folder, _ = drawn
    for name in QUICK:
        pdf = (folder / "figures" / f"fig_{name}.pdf").read_bytes()
        assert b"/FontFile2" in pdf and b"/Type3" not in pdf
        assert b"CreationDate" not in pdf
        assert b"<dc:date>" not in (folder / "figures" / f"fig_{name}.svg").read_bytes()


def test_a_caption_tells_every_parameter(drawn):
    folder, _ = drawn
    from gametheory.studies.us_mexico import BASELINE

    caption = json.loads((folder / "figures" / "fig_cycle.json").read_text("utf-8"))["caption"]
    assert all(f"{name} = {value}" in caption for name, value in BASELINE.items())


# --- readable in grey and by colour-blind readers --------------------------------------------------------------------

#: Full-strength simulations in linear RGB of Machado, Oliveira and Fernandes (2009), table 1 of their supplement.
SIGHTS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
}


def lightness(colour, sight):
    """CIE L*, from 0 to 100: what is left of a colour in grey."""
    from matplotlib.colors import to_rgb

    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    r, g, b = (min(1, max(0, sum(w * c for w, c in zip(row, linear)))) for row in SIGHTS[sight])
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("sight", SIGHTS)
def test_patterns_of_play_differ_in_lightness_or_hatch(sight):
    for (one, (a, hatch_a, _)), (two, (b, hatch_b, _)) in combinations(plotting.PATTERN_STYLE.items(), 2):
        assert hatch_a != hatch_b or abs(lightness(a, sight) - lightness(b, sight)) >= 7, (one, two)


@pytest.mark.parametrize("sight", SIGHTS)
def test_outcomes_differ_in_lightness(sight):
    for (one, (a, _)), (two, (b, _)) in combinations(plotting.OUTCOME_STYLE.items(), 2):
        assert abs(lightness(a, sight) - lightness(b, sight)) >= 7, (one, two)
