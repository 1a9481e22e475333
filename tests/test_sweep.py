"""Sweeps: the same answers in memory, in a folder, after kills and on a cluster; bad stores are refused and left alone."""

import errno
import hashlib
import json
import os
import pickle
import random
import signal
import subprocess
import sys
import time
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("xarray")
pytest.importorskip("zarr")

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solve import solve
from gametheory.errors import InputError, InputTypeError, ReadError, UnsupportedError
from gametheory.evidence import sweep as sweep_module
from gametheory.evidence.designs import (
    Axis,
    Grid,
    Joint,
    LatinHypercube,
    Points,
    Sobol,
    between,
)
from gametheory.evidence.draws import UniformDraws, VertexDraws
from gametheory.evidence.outcomes import Count, Evaluate, Payoff, Shown
from gametheory.evidence.refine import refine
from gametheory.evidence.store import Chunking, Store, StoreError
from gametheory.evidence.sweep import labels, open_sweep, sweep
from gametheory.evidence.sweep_spec import KnownStudy, read_spec
from gametheory.games.preferences import Ordering
from gametheory.games.stage import StageGame
from gametheory.studies.us_mexico.observed import PATTERNS, classify
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game

ROOT = Path(__file__).parent.parent
MODEL = reduced_game(K=2, F=1).subs(**{n: v for n, v in BASELINE.items() if n not in ("delta_US", "s")})
GRID = Grid((between("delta_US", "1/20", "19/20", 19), Axis("s", [0, "1/5", "6/5", "3/2", "7/3", 3], "payoff per period")))
WANTED = (Count(), Shown(PATTERNS), Payoff("US"))


def tree(folder):
    """Every file under a folder and its digest."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(Path(folder).rglob("*"))
        if p.is_file()
    }


def number_of_paths(solution):
    return len(solution.paths)


# --- answers ------------------------------------------------------------------------------------------------------------


def test_a_grid_agrees_with_a_plain_loop_over_the_exact_solver():
    data = sweep(MODEL, GRID, WANTED)
    words = labels(data["pattern"])
    assert words.dims == ("delta_US", "s")
    for i, a in enumerate(GRID.axes[0].values):
        for j, b in enumerate(GRID.axes[1].values):
            equilibria = solve(MODEL.subs(delta_US=a, s=b), MarkovPerfect(pure=True)).equilibria
            found = {classify(e.chain) for e in equilibria}
            assert data["count"].values[i, j] == len(equilibria)
            assert str(words.values[i, j]) == ("none" if not found else "several" if len(found) > 1 else found.pop())
            low = min((float(e.payoffs[0]) for e in equilibria), default=float("nan"))
            assert data["lowest_payoff_US"].values[i, j] == pytest.approx(low, abs=1e-12, nan_ok=True)
    assert (data["basis"].sel(s=1.2) == 1).all()  # s = z: a tie, decided exactly
    assert (data["basis"].sel(s=1.5) == 0).all()


def test_the_dataset_is_labelled_and_says_where_it_comes_from():
    data = sweep(MODEL, LatinHypercube({"delta_US": ("1/10", "9/10"), "s": (0, 3)}, points=20, seed=7), WANTED)
    assert data.sizes == {"sample": 20}
    assert set(data.coords) == {"sample", "delta_US", "s"}
    for variable in (*data.data_vars.values(), *data.coords.values()):
        assert variable.attrs["units"]
    told = json.loads(data.attrs["provenance"])
    assert told["spec"]["design"]["seed"] == 7
    assert told["spec"]["model"]["kind"] == "dynamic game"
    assert "numpy" in told["versions"]
    assert sweep(MODEL, GRID, Count()).coords["s"].attrs["units"] == "payoff per period"


def test_the_exact_lane_gives_the_same_and_takes_any_outcome():
    few = Grid((between("delta_US", "1/4", "3/4", 3), Axis("s", ["1/5", "6/5", 2])))
    batched, exact = sweep(MODEL, few, WANTED), sweep(MODEL, few, WANTED, exact=True)
    assert (exact["basis"] == 1).all()
    assert (batched["pattern"] == exact["pattern"]).all()
    assert (batched["count"] == exact["count"]).all()
    paths = sweep(MODEL, few, Evaluate("paths", number_of_paths, integer=True))
    assert ((paths["paths"] > 0) == (exact["count"] > 0)).all()
    assert (paths["basis"] == 1).all()


def test_games_without_a_batched_solver_go_to_the_exact_one():
    relief = reduced_game(K=1, F=1, relief=True).subs(**{n: v for n, v in BASELINE.items() if n != "s"})
    data = sweep(relief, Grid(Axis("s", ["1/5", 2])), Count())
    assert data["basis"].values.tolist() == [1, 1]
    stage = StageGame([["x", 0], [0, 1]], [[1, 0], [0, 1]])
    counts = sweep(stage, Grid(Axis("x", [-1, 1])), Count())
    assert counts["count"].values.tolist() == [1, 3]  # coordination has a mixed equilibrium too


def test_refinement_finds_the_same_picture_with_less_work():
    model = reduced_game().subs(**{n: v for n, v in BASELINE.items() if n not in ("delta_US", "s")})
    grid = Grid((between("delta_US", "1/100", "99/100", 257), between("s", 0, 3, 257)))
    full, some = sweep(model, grid, Shown(PATTERNS)), refine(model, grid, Shown(PATTERNS), coarse=8)
    assert (full["pattern"] == some["pattern"]).all()
    assert 0 < float(some["solved"].mean()) < 0.25
    assert json.loads(some.attrs["provenance"])["refinement"]["solved"] == int(some["solved"].sum())
    tiny = Grid((between("delta_US", "1/4", "3/4", 9), between("s", 1, 2, 9)))
    exact = refine(MODEL, tiny, Count(), coarse=2, exact=True)
    assert (exact["basis"].values[exact["solved"].values == 1] == 1).all()
    known = exact["solved"] == 1
    assert (exact["count"].where(known) == sweep(MODEL, tiny, Count())["count"].where(known)).sum() == known.sum() < 81
    with pytest.raises(InputError, match="ascending"):
        refine(MODEL, GRID.__class__((GRID.axes[0], Axis("s", [0, 2, 1]))), Count())
    with pytest.raises(InputError, match="power of two"):
        refine(MODEL, GRID, Count(), coarse=3)


# --- designs ------------------------------------------------------------------------------------------------------------


def test_space_filling_samples():
    for design in (LatinHypercube({"x": (0, 1), "y": (-1, 3)}, points=64, seed=2), Sobol({"x": (0, 1), "y": (-1, 3)}, points=64, seed=2)):
        table = design.floats(range(64))
        cells = np.floor(table["x"] * 64).astype(int)
        assert sorted(cells.tolist()) == list(range(64))  # one point in each slice: both designs promise it
        assert (table["y"] >= -1).all() and (table["y"] <= 3).all()
        assert float(design.exact(5)["y"]) == table["y"][5]
        again = pickle.loads(pickle.dumps(design))
        assert np.array_equal(again.floats(range(64))["x"], table["x"])


def test_draws_from_an_order_polytope_are_uniform():
    """Under the uniform measure every linear extension has the same volume; means are those of the polytope."""
    order = Ordering("a > b; c > d")
    draws = UniformDraws(order, {k: k for k in "abcd"}, points=24000, seed=4).floats(range(24000))
    orders = [p for p in permutations("abcd") if p.index("a") < p.index("b") and p.index("c") < p.index("d")]
    ranked = ["".join(sorted("abcd", key=lambda k: -draws[k][i])) for i in range(24000)]
    shares = [ranked.count("".join(p)) / 24000 for p in orders]
    assert len(orders) == 6
    assert sum(shares) == pytest.approx(1)
    assert max(abs(s - 1 / 6) for s in shares) < 0.012  # five standard errors
    assert draws["a"].mean() == pytest.approx(2 / 3, abs=0.01)  # the larger of two uniform numbers
    assert draws["d"].mean() == pytest.approx(1 / 3, abs=0.01)


def test_the_two_measures_agree_on_chains_and_differ_elsewhere():
    chain = {"a": "a", "b": "b", "c": "c"}
    means = [[cls(Ordering("a > b > c"), chain, points=20000, seed=9).floats(range(20000))[k].mean() for k in "abc"] for cls in (UniformDraws, VertexDraws)]
    assert np.allclose(means, [[0.75, 0.5, 0.25]] * 2, atol=0.01)
    loose = Ordering("a > b; a > c")
    tops = [cls(loose, chain, points=20000, seed=9).floats(range(20000))["a"].mean() for cls in (UniformDraws, VertexDraws)]
    assert np.allclose(tops, [3 / 4, 4 / 5], atol=0.01)  # the largest of three uniform numbers; four of five corners
    tied = UniformDraws(Ordering("a ~ b > c"), chain, points=50, seed=1)
    assert all(tied.exact(i)["a"] == tied.exact(i)["b"] > tied.exact(i)["c"] for i in range(50))
    assert tied.describe()["measure"] != VertexDraws(loose, chain, points=5, seed=1).describe()["measure"]


def test_designs_side_by_side_and_point_by_point():
    both = Joint((Sobol({"delta_US": ("1/10", "9/10")}, points=8, seed=1), Points({"s": [0.1 * k for k in range(8)]})))
    data = sweep(MODEL, both, Count())
    assert data["count"].shape == (8,)
    assert both.exact(3)["s"] == Fraction("0.30000000000000004")


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: Axis("x", []), "at least one"),
        (lambda: Axis("x", [1, "2/2"]), "different"),
        (lambda: Axis("x y", [1]), "name of a parameter"),
        (lambda: Axis("x", [float("nan")]), "finite"),
        (lambda: between("x", 1, 1, 5), "low below high"),
        (lambda: between("x", 0, 1, 1), "whole number"),
        (lambda: Grid((Axis("x", [1]), Axis("x", [2]))), "differ"),
        (lambda: Sobol({"x": (1, 0)}, points=4, seed=1), "low below high"),
        (lambda: Sobol({"x": (0, 1)}, points=4, seed=-1), "seed"),
        (lambda: LatinHypercube({}, points=4, seed=1), "mapping"),
        (lambda: LatinHypercube({"x": (0, 1)}, points=10**9, seed=1), "points"),
        (lambda: Points({"x": [1], "y": [1, 2]}), "one length"),
        (lambda: Points({"x": ["1/3"]}), "Grid"),
        (lambda: UniformDraws(Ordering("a > b"), {"a": "x"}, points=2, seed=0), "each of"),
        (lambda: UniformDraws(Ordering("a > b"), {"a": "x", "b": "x"}, points=2, seed=0), "differ"),
        (lambda: Joint((Points({"x": [1]}), Points({"y": [1, 2]}))), "same number"),
        (lambda: Shown({"none": "NE forever"}), "none of them"),
        (lambda: Chunking.of((3,), points=0), "whole number"),
    ],
)
def test_designs_refuse(make, word):
    with pytest.raises((InputError, InputTypeError), match=word):
        make()


def test_sweeps_refuse():
    with pytest.raises(InputError, match="values for"):
        sweep(MODEL, Grid(Axis("s", [1])), Count())
    with pytest.raises(InputError, match="without"):
        sweep(MODEL, Grid((*GRID.axes, Axis("zz", [1]))), Count())
    with pytest.raises(InputError, match="differ"):
        sweep(MODEL, GRID, [Count(), Count()])
    with pytest.raises(InputError, match="discount"):
        sweep(MODEL, Grid((Axis("delta_US", [1]), Axis("s", [1]))), Count())
    with pytest.raises(InputTypeError):
        sweep("game", GRID, Count())
    with pytest.raises(InputTypeError):
        sweep(MODEL, GRID, "count")
    with pytest.raises(InputError, match="labels"):
        labels(sweep(MODEL, GRID, Count())["count"])


# --- stores -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def whole(tmp_path):
    """A finished store and its Dataset in memory."""
    sweep(MODEL, GRID, WANTED, out=tmp_path / "whole", chunk=24)
    return tmp_path / "whole"


@pytest.mark.parametrize("shape", [(7,), (5, 4), (3, 4, 5)])
@pytest.mark.parametrize("points", [1, 6, 11, 1000])
def test_chunks_cut_every_grid_into_disjoint_blocks(shape, points):
    cut = Chunking.of(shape, points=points)
    seen = np.zeros(shape, dtype=int)
    for k in range(cut.count):
        seen[cut.slices(k)] += 1
        assert np.array_equal(np.arange(seen.size).reshape(shape)[cut.slices(k)].ravel(), cut.flat(k))
        assert len(cut.flat(k)) <= points
    assert (seen == 1).all()


def test_the_stored_sweep_is_the_one_in_memory(whole):
    stored, memory = open_sweep(whole).load(), sweep(MODEL, GRID, WANTED, chunk=24)
    assert list(stored.data_vars) == list(memory.data_vars)
    assert stored.identical(memory)


def test_resuming_computes_only_what_is_missing(whole, monkeypatch):
    before = tree(whole)
    chunks = Chunking.of(GRID.shape, points=24).count
    (whole / "done" / "00000001").unlink()  # never marked
    (whole / "data.zarr" / "count" / "c" / "2" / "0").write_bytes(b"half")  # marked, but not what was written
    (whole / "data.zarr" / "count" / "c" / "2" / "x.123.partial").write_bytes(b"half")
    computed = []
    real = sweep_module.Job.chunk
    monkeypatch.setattr(sweep_module.Job, "chunk", lambda job, k: (computed.append(k), real(job, k))[1])
    progress = []
    sweep(MODEL, GRID, WANTED, out=whole, chunk=24, done=lambda a, b: progress.append((a, b)))
    assert sorted(computed) == [1, 2]
    assert progress[0] == (chunks - 2, chunks) and progress[-1] == (chunks, chunks)
    assert tree(whole) == before


def test_an_interrupted_run_keeps_its_chunks(tmp_path, whole):
    def stop(finished, total):
        if finished == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(MODEL, GRID, WANTED, out=tmp_path / "part", chunk=24, done=stop)
    assert len(list((tmp_path / "part" / "done").iterdir())) == 3
    seen = labels(open_sweep(tmp_path / "part")["pattern"]).values
    assert (seen != "").sum() == 72  # the rest is shown as not computed
    sweep(MODEL, GRID, WANTED, out=tmp_path / "part", chunk=24)
    assert tree(tmp_path / "part") == tree(whole)


def test_another_sweep_or_version_is_refused_and_nothing_is_overwritten(whole, tmp_path, monkeypatch):
    before = tree(whole)
    other = Grid((GRID.axes[0], Axis("s", [1])))
    for arguments, word in (((MODEL, other, WANTED), "design"), ((MODEL, GRID, (Count(),)), "outcomes")):
        with pytest.raises(StoreError, match=word):
            sweep(*arguments, out=whole, chunk=24)
    changed = reduced_game(K=2, F=1).subs(**{n: v for n, v in {**BASELINE, "e": "2"}.items() if n not in ("delta_US", "s")})
    with pytest.raises(StoreError, match="model"):
        sweep(changed, GRID, WANTED, out=whole, chunk=24)
    with pytest.raises(StoreError, match="chunk"):
        sweep(MODEL, GRID, WANTED, out=whole, chunk=23)
    import gametheory

    with monkeypatch.context() as patch:
        patch.setattr(gametheory, "__version__", "9.9")
        with pytest.raises(StoreError, match=r"made by version 0.*this is version 9\.9"):
            sweep(MODEL, GRID, WANTED, out=whole, chunk=24)
    assert tree(whole) == before
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("keep me")
    with pytest.raises(StoreError, match="no sweep that can be read"):
        sweep(MODEL, GRID, WANTED, out=tmp_path / "notes")
    with pytest.raises(StoreError, match="is a file"):
        sweep(MODEL, GRID, WANTED, out=tmp_path / "notes" / "mine.txt")
    assert (tmp_path / "notes" / "mine.txt").read_text() == "keep me"
    with pytest.raises(StoreError, match="holds no sweep"):
        open_sweep(tmp_path / "notes")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', "[" * 100000])
def test_a_broken_header_is_refused(whole, text):
    (whole / "sweep.json").write_text(text)
    with pytest.raises(StoreError, match="Nothing was changed"):
        sweep(MODEL, GRID, WANTED, out=whole, chunk=24)


def test_a_full_disk_is_told_and_leaves_finished_chunks(tmp_path, whole, monkeypatch):
    import zarr.storage._local as local

    real, calls = local._put, []

    def put(path, value, *args, **keywords):
        if "/c/" in str(path):
            calls.append(path)
            if len(calls) == 11:
                raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, value, *args, **keywords)

    with monkeypatch.context() as patch:
        patch.setattr(local, "_put", put)
        with pytest.raises(StoreError, match=r"no space left.*finished chunks are safe"):
            sweep(MODEL, GRID, WANTED, out=tmp_path / "full", chunk=24)
    assert len(calls) == 11
    finished = len(list((tmp_path / "full" / "done").iterdir()))
    assert 0 < finished < 5
    sweep(MODEL, GRID, WANTED, out=tmp_path / "full", chunk=24)
    assert tree(tmp_path / "full") == tree(whole)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        sweep(MODEL, GRID, Count(), out=tmp_path / "file" / "inside")


def test_two_runs_do_not_write_at_once(whole):
    store = Store(whole, Chunking.of(GRID.shape, points=24), ("count",))
    with store.writing(), pytest.raises(StoreError, match="another run"):
        sweep(MODEL, GRID, WANTED, out=whole, chunk=24)


# --- from a file, killed ------------------------------------------------------------------------------------------------

SPEC = """
[model]
study = "us_mexico"
K = 2
F = 1
[grid.delta_US]
low = "1/100"
high = "99/100"
count = 40
[grid.s]
low = 0
high = 3
count = 101
[outcomes]
count = true
patterns = "study"
payoffs = ["US"]
[run]
chunk = 101
"""


def test_kill_minus_nine_three_times(tmp_path):
    """Killed at random moments, the same command resumes; the final store is that of an undisturbed run, bit for bit."""
    rng = random.Random(os.getpid())
    (tmp_path / "spec.toml").write_text(SPEC)
    command = [sys.executable, "-m", "gametheory", "sweep", str(tmp_path / "spec.toml"), "--out"]
    killed = 0
    marks = tmp_path / "killed" / "done"
    while True:
        run = subprocess.Popen([*command, str(tmp_path / "killed")], cwd=ROOT, stdout=subprocess.DEVNULL)
        if killed < 3:
            before = len(list(marks.iterdir())) if marks.exists() else 0
            while run.poll() is None and not (marks.exists() and len(list(marks.iterdir())) > before):
                time.sleep(0.005)
            time.sleep(rng.uniform(0, 0.1))
            run.send_signal(signal.SIGKILL)
            killed += run.wait() == -signal.SIGKILL
            if run.returncode != -signal.SIGKILL:
                assert run.returncode == 0
                break
        else:
            assert run.wait() == 0
            break
    assert killed >= 1
    plan = read_spec(tmp_path / "spec.toml", studies=STUDIES)
    sweep(plan.model, plan.design, plan.outcomes, chunk=plan.chunk, out=tmp_path / "whole")
    assert tree(tmp_path / "killed") == tree(tmp_path / "whole")


STUDIES = {"us_mexico": KnownStudy(reduced_game, BASELINE, PATTERNS)}


def test_a_spec_file_is_read(tmp_path):
    path = tmp_path / "spec.toml"
    path.write_text(SPEC + 'exact = true\n[parameters]\ne = "11/10"\n')
    plan = read_spec(path, studies=STUDIES)
    assert plan.design.shape == (40, 101)
    assert plan.exact and plan.chunk == 101
    assert dict(plan.model.bound)["e"] == Fraction(11, 10)
    assert [o.name for o in plan.outcomes] == ["count", "pattern", "lowest_payoff_US", "highest_payoff_US"]
    path.write_text(
        '[model]\nfile = "game.toml"\n[[sample]]\nkind = "uniform draws"\npoints = 5\nseed = 1\n'
        'ordering = "a > b"\nnames = {a = "x", b = "y"}\n[outcomes]\ncount = true\n'
    )
    (tmp_path / "game.toml").write_text('players = ["A", "B"]\nactions = [["C", "D"], ["C", "D"]]\n[payoffs]\nCC = ["x", 1]\nCD = [0, 0]\nDC = ["y", 0]\nDD = [1, 1]\n')
    data = sweep(*(getattr(read_spec(path), name) for name in ("model", "design", "outcomes")))
    assert (data["x"] > data["y"]).all()
    assert data["count"].shape == (5,)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda t: t + "[extra]\n", "extra"),
        (lambda t: t.replace('study = "us_mexico"', 'study = "narnia"'), "narnia"),
        (lambda t: t.replace("K = 2", 'K = "__import__(1)"'), "whole numbers"),
        (lambda t: t.replace("K = 2", "Q = 2"), "arguments"),
        (lambda t: t.replace("count = 40", "count = 1.5"), "count"),
        (lambda t: t.replace("grid.s", "grid.zeta"), "zeta"),
        (lambda t: t.replace('low = "1/100"', 'low = "open(1)"'), "delta_US"),
        (lambda t: t.replace('low = "1/100"\n', ""), "also low"),
        (lambda t: t.replace('["US"]', '"US"'), "list of players"),
        (lambda t: t.replace('patterns = "study"', 'patterns = {a = "((("}'), "pattern"),
        (lambda t: t.replace("chunk = 101", "chunk = -1"), "chunk"),
        (lambda t: t.replace("chunk = 101", 'exact = "no"'), "exact"),
        (lambda t: t + "[parameters]\ns = 1\n", "varied"),
        (lambda t: t + "[parameters]\nomega = 1\n", "omega"),
        (lambda t: t[: t.index("[grid.delta")] + t[t.index("[outcomes]") :], "either"),
    ],
)
def test_a_bad_spec_file_is_refused(tmp_path, change, word):
    (tmp_path / "spec.toml").write_text(change(SPEC))
    with pytest.raises((InputError, InputTypeError, UnsupportedError), match=word):
        read_spec(tmp_path / "spec.toml", studies=STUDIES)


@pytest.mark.parametrize("content", [b"[model\n", b"\xff\xfe", b"a = 1\na = 2\n", b"x" * 1_000_001])
def test_what_is_no_toml_is_refused(tmp_path, content):
    (tmp_path / "spec.toml").write_bytes(content)
    with pytest.raises(ReadError):
        read_spec(tmp_path / "spec.toml")
    with pytest.raises(ReadError):
        read_spec(tmp_path / "missing.toml")


# --- on a cluster -------------------------------------------------------------------------------------------------------


@pytest.fixture
def client():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as opened,
    ):
        yield opened


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_bytes(client, tmp_path, whole):
    sweep(MODEL, GRID, WANTED, out=tmp_path / "cluster", chunk=24, client=client)
    assert tree(tmp_path / "cluster") == tree(whole)
    in_memory = sweep(MODEL, GRID, WANTED, chunk=24, scheduler=client.scheduler.address)
    assert in_memory.identical(open_sweep(whole).load())
    with pytest.raises(InputError, match="either"):
        sweep(MODEL, GRID, WANTED, client=client, scheduler="tcp://127.0.0.1:9")


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_is_lost_or_has_no_workers(client, tmp_path, whole, monkeypatch):
    from gametheory.evidence import cluster

    monkeypatch.setattr(cluster, "_ALONE", 1.0)
    out = tmp_path / "lost"

    def drop(finished, total):
        if finished == 2:
            client.cluster.scale(0)
            client.cluster.sync(client.cluster._correct_state)

    with pytest.raises(StoreError, match="no workers"):
        sweep(MODEL, GRID, WANTED, out=out, chunk=2, client=client, done=drop)
    assert 2 <= len(list((out / "done").iterdir())) < 57

    def close(finished, total):
        client.cluster.close()

    client.cluster.scale(1)
    with pytest.raises(StoreError, match="scheduler is lost"):
        sweep(MODEL, GRID, WANTED, out=out, chunk=2, client=client, done=close)
    sweep(MODEL, GRID, WANTED, out=out, chunk=2)
    import dask

    with dask.config.set(scheduler="synchronous"):
        assert open_sweep(out).load().drop_attrs().identical(open_sweep(whole).load().drop_attrs())


def test_a_scheduler_that_does_not_answer(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    from gametheory.evidence import cluster

    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    with pytest.raises(StoreError, match="no scheduler answers"):
        sweep(MODEL, GRID, Count(), out=tmp_path / "x", scheduler="tcp://127.0.0.1:9")
    sweep(MODEL, GRID, Count(), out=tmp_path / "x")  # the folder is sound


def test_two_by_two_stage_games_take_the_batched_lane_and_agree_with_the_exact_one():
    """Ties along whole lines of the grid are flagged and decided exactly; everywhere else the sign table decides."""
    import gametheory as gt
    from gametheory.evidence.designs import Grid, between
    from gametheory.evidence.outcomes import Count
    from gametheory.evidence.sweep import sweep

    game = gt.StageGame([["r", "s"], ["t", 1]], [["r", "t"], ["s", 1]]).subs(r=3)
    grid = Grid((between("s", -2, 4, 25), between("t", 0, 6, 25)))
    fast = sweep(game, grid, Count(), concept=gt.Nash())
    slow = sweep(game, grid, Count(), concept=gt.Nash(), exact=True)
    assert '"solver": "batched' in fast.attrs["provenance"]
    assert '"solver": "exact"' in slow.attrs["provenance"]
    assert (fast["count"].values == slow["count"].values).all()
    assert {1, 2, 3} <= set(fast["count"].values.ravel().tolist())
