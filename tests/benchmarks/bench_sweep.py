"""Measurements of sweeps, one by one, on demand: ``python tests/benchmarks/bench_sweep.py phase|memory|kills|scaling|overhead``.

Each prints what it measured and asserts what it compared.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from math import prod
from pathlib import Path

import numpy as np

from gametheory.equilibria.concepts import MarkovPerfect
from gametheory.equilibria.solve import solve
from gametheory.evidence.designs import Grid, between
from gametheory.evidence.outcomes import Count, Shown
from gametheory.evidence.refine import refine
from gametheory.evidence.sweep import labels, sweep
from gametheory.studies.us_mexico.observed import PATTERNS, classify
from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game

MODEL = reduced_game(K=3, F=2).subs(**{n: v for n, v in BASELINE.items() if n not in ("delta_US", "s")})
WANTED = (Count(), Shown(PATTERNS))

SPEC = """
[model]
study = "us_mexico"
[grid.delta_US]
low = "1/100"
high = "99/100"
count = {rows}
[grid.s]
low = 0
high = 3
count = 101
[outcomes]
count = true
patterns = "study"
[run]
chunk = {chunk}
exact = {exact}
"""


def square(n: int, m: int | None = None) -> Grid:
    """The plane of the phase diagram: patience of the United States, and what sovereignty is worth to Mexico."""
    return Grid((between("delta_US", "1/100", "99/100", n), between("s", 0, 3, m or n)))


def load() -> str:
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def phase(n: int = 1000, sample: int = 300) -> None:
    """The phase diagram: batched, refined, and beside a plain loop over the exact solver on a sample of its points."""
    grid = square(n)
    wall, cpu = time.perf_counter(), time.process_time()
    data = sweep(MODEL, grid, WANTED)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    total = prod(grid.shape)
    flagged = int((data["basis"] != 0).sum())
    print(f"{n} x {n}: {wall:.1f} s ({cpu:.1f} s of processor time), {1e6 * wall / total:.2f} us a point, {flagged} flagged; {load()}")
    for coarse in (8, 16, 32):
        before = time.perf_counter()
        some = refine(MODEL, grid, Shown(PATTERNS), coarse=coarse)
        differ = int((some["pattern"] != data["pattern"]).sum())
        print(
            f"refined from every {coarse}th point: {100 * float(some['solved'].mean()):.2f}% solved, {differ} points differ, "
            f"{time.perf_counter() - before:.2f} s"
        )
    rng = random.Random(1)
    words, counts = labels(data["pattern"]).values.ravel(), data["count"].values.ravel()
    points = rng.sample(range(total), sample)
    before = time.perf_counter()
    answers = []
    for k in points:
        equilibria = solve(MODEL.subs(**grid.exact(k)), MarkovPerfect(pure=True)).equilibria
        found = {classify(e.chain) for e in equilibria}
        answers.append((len(equilibria), "none" if not found else "several" if len(found) > 1 else found.pop()))
    each = (time.perf_counter() - before) / sample
    wrong = [k for k, a in zip(points, answers, strict=True) if a != (counts[k], words[k])]
    assert not wrong, wrong
    print(f"plain loop: {1e3 * each:.2f} ms a point on {sample} points, all equal; ratio {each * total / wall:.0f}")
    borders = np.argwhere(words.reshape(n, n)[1:, 1:] != words.reshape(n, n)[:-1, :-1])
    near = [grid.shape[1] * (i + 1) + j + 1 for i, j in rng.sample(borders.tolist(), min(200, len(borders)))]
    for k in near:
        equilibria = solve(MODEL.subs(**grid.exact(k)), MarkovPerfect(pure=True)).equilibria
        found = {classify(e.chain) for e in equilibria}
        assert (len(equilibria), "none" if not found else "several" if len(found) > 1 else found.pop()) == (counts[k], words[k])
    print(f"and at {len(near)} points beside borders, all equal")


def memory(n: int, m: int) -> None:
    """A large batched sweep streamed to a folder: time and peak memory."""
    folder = Path(tempfile.mkdtemp(prefix="sweep-"))
    try:
        before = time.perf_counter()
        sweep(MODEL, square(n, m), WANTED, out=folder / "out")
        wall = time.perf_counter() - before
        size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(
            f"{n * m:.0e} points: {wall:.0f} s, {1e6 * wall / (n * m):.2f} us a point, peak {peak:.2f} GiB, "
            f"{size / 2**20:.1f} MiB on disk; {load()}"
        )
    finally:
        shutil.rmtree(folder)


def tree(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def kills(count: int = 20, workers_only: int = 0) -> None:
    """Kill the process, then workers, at random moments; the stores must equal those of undisturbed runs."""
    rng = random.Random(time.time_ns())
    folder = Path(tempfile.mkdtemp(prefix="sweep-"))
    command = [sys.executable, "-m", "gametheory", "sweep", str(folder / "spec.toml"), "--out"]

    def start(name: str, *more: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*command, str(folder / name), *more], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    try:
        (folder / "spec.toml").write_text(SPEC.format(rows=40 if workers_only else 400, chunk=101, exact="false"))
        assert start("whole").wait() == 0
        whole = tree(folder / "whole")
        done = count if workers_only else 0
        rounds = 0
        while done < count:
            rounds += 1
            while True:
                run = start("killed")
                time.sleep(rng.uniform(0.3, 4))
                run.send_signal(signal.SIGKILL)
                if run.wait() != -signal.SIGKILL:
                    break
                done += 1
                if done >= count:
                    assert start("killed").wait() == 0
                    break
            assert tree(folder / "killed") == whole
            shutil.rmtree(folder / "killed")
        print(f"{done if rounds else 0} kills of the process over {rounds} sweeps: every store equal, {len(whole)} files")

        import dask
        from distributed import Client, LocalCluster

        # else a worker that is killed again just when Dask looks is given up
        dask.config.set({"distributed.deploy.lost-worker-timeout": "1h"})
        grid, done, rounds = square(20, 101), 0, 0
        sweep(MODEL, grid, WANTED, out=folder / "exact", chunk=20, exact=True)
        whole = tree(folder / "exact")
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster, Client(cluster) as client:
            while done < count:
                over = threading.Event()
                killed: list[int] = []

                def killer(over: threading.Event = over, killed: list[int] = killed, left: int = count - done) -> None:
                    while not over.wait(rng.uniform(0.5, 4)) and len(killed) < left:
                        # Dask gives up a worker that dies while it starts, so only those at work are killed
                        alive = [n.pid for n in cluster.workers.values() if n.pid and n.worker_address in client.nthreads()]
                        if alive:
                            os.kill(rng.choice(alive), signal.SIGKILL)
                            killed.append(1)

                thread = threading.Thread(target=killer, daemon=True)
                thread.start()
                sweep(MODEL, grid, WANTED, out=folder / "workers", chunk=20, exact=True, client=client)
                over.set()
                thread.join()
                assert tree(folder / "workers") == whole
                shutil.rmtree(folder / "workers")
                done, rounds = done + len(killed), rounds + 1
        print(f"{done} kills of workers over {rounds} sweeps: every store equal, {len(whole)} files")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def scaling(rows: int = 40) -> None:
    """Exact points on one and on two Dask workers."""
    from distributed import Client, LocalCluster

    grid, times = square(rows, 101), {}
    for workers in (1, 2, 1, 2):
        with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
            sweep(MODEL, square(8, 8), Count(), exact=True, chunk=8, client=client)  # workers import what they need
            before = time.perf_counter()
            sweep(MODEL, grid, WANTED, exact=True, chunk=50, client=client)
            times.setdefault(workers, []).append(time.perf_counter() - before)
    print(f"{prod(grid.shape)} exact points: {times}; ratio {min(times[1]) / min(times[2]):.2f}; {load()}")


def overhead(tasks: int = 3000) -> None:
    """What one task costs the scheduler: chunks of one batched point."""
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        for points in (300, tasks):
            before = time.perf_counter()
            sweep(MODEL, square(points // 10, 10), Count(), chunk=1, client=client)
            wall = time.perf_counter() - before
        before = time.perf_counter()
        sweep(MODEL, square(points // 10, 10), Count(), chunk=1)
        alone = time.perf_counter() - before
        before = time.perf_counter()
        client.gather(client.map(lambda k: k, range(tasks), pure=False))
        empty = time.perf_counter() - before
    print(
        f"{tasks} chunks of one point: {1e3 * wall / tasks:.2f} ms each on a cluster, {1e3 * alone / tasks:.2f} ms in the "
        f"process; an empty task {1e3 * empty / tasks:.2f} ms; {load()}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["phase", "memory", "kills", "scaling", "overhead"])
    parser.add_argument("numbers", nargs="*", type=int)
    given = parser.parse_args()
    globals()[given.what](*given.numbers)
