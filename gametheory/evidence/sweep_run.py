"""A sweep from a file, with a progress bar: what ``gametheory sweep SPEC.toml --out DIR`` does."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from math import prod
from pathlib import Path

from gametheory.errors import InputError, UnsupportedError
from gametheory.evidence.store import StoreError
from gametheory.evidence.sweep import sweep
from gametheory.evidence.sweep_spec import KnownStudy, read_spec

__all__ = ["run_file"]


def run_file(
    spec: str | Path,
    out: str | Path,
    *,
    studies: Mapping[str, KnownStudy] | None = None,
    scheduler: str | None = None,
    workers: int = 0,
) -> str:
    """Run the sweep of a file into a folder, or go on with it; shows a progress bar and returns a closing sentence.

    Parameters
    ----------
    spec, out : paths
    studies : mapping, optional
        Studies that the file may name.
    scheduler : str, optional
        Address of a Dask scheduler; its workers must see the folder ``out``.
    workers : int
        Or a number of Dask workers to start on this machine.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    if scheduler and workers:
        raise InputError("workers", workers, "either workers on this machine or a scheduler")
    plan = read_spec(spec, studies=studies)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with contextlib.ExitStack() as stack:
        address = scheduler
        if workers:
            try:
                import dask
                from distributed import LocalCluster
            except ImportError:
                raise UnsupportedError(
                    "workers", workers, "the package 'distributed' (install the extra 'sweeps')"
                ) from None
            # Dask gives a worker up for good if it is away when it looks again, though it may just have been restarted
            stack.enter_context(dask.config.set({"distributed.deploy.lost-worker-timeout": "1h"}))
            cluster = stack.enter_context(
                LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None)
            )
            address = cluster.scheduler_address
        progress = stack.enter_context(Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)))
        task = progress.add_task("chunks", total=None)

        def done(finished: int, total: int) -> None:
            progress.update(task, completed=finished, total=total)

        try:
            data = sweep(
                plan.model,
                plan.design,
                plan.outcomes,
                out=out,
                chunk=plan.chunk,
                exact=plan.exact,
                scheduler=address,
                done=done,
            )
        except KeyboardInterrupt:
            raise StoreError(
                f"stopped; finished chunks are in {out}, and the same command goes on from there"
            ) from None
    return f"{prod(plan.design.shape)} points in {out}: {', '.join(str(name) for name in data.data_vars)}"
