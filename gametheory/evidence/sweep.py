"""One game at many parameter points: in this process, or on a Dask cluster; in memory, or in a folder, chunk by chunk.

Where the batched solver applies (:mod:`gametheory.evidence.batch_ratchet`), points are solved by the ten thousand and those
it flags are decided again by the exact solver; elsewhere every point goes to the exact solver. The variable ``basis`` of the
Dataset says, point by point, what an answer rests on.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gametheory.equilibria.concepts import MarkovPerfect, Nash
from gametheory.equilibria.solution import Concept, Solution, Status
from gametheory.equilibria.solve import solve
from gametheory.errors import InputError, InputTypeError, UnsupportedError
from gametheory.evidence.batch_game import BatchGame, compile_game
from gametheory.evidence.batch_ratchet import solve_batch
from gametheory.evidence.batch_stage import StageBatch, compile_stage
from gametheory.evidence.designs import Design
from gametheory.evidence.outcomes import Outcome, StageOutcome
from gametheory.evidence.store import FORMAT, Chunking, Store, StoreError, Variable, open_data
from gametheory.games.dynamic import DynamicGame
from gametheory.games.stage import StageGame

if TYPE_CHECKING:
    import xarray

__all__ = ["Job", "describe_model", "labels", "open_sweep", "sweep"]

#: Codes of the variable ``basis``.
MARGIN, EXACT, PARTIAL = 0, 1, 2
_BASIS = Variable(
    "basis",
    "uint8",
    255,
    {
        "units": "1",
        "long_name": "what the answer rests on",
        "flag_values": [MARGIN, EXACT, PARTIAL],
        "flag_meanings": "float_with_margin exact exact_but_incomplete",
        "labels": ["floating point, by more than the bound on rounding", "exact solver", "exact solver, incomplete"],
    },
)
_BATCH_CHUNK = 1 << 16
_EXACT_CHUNK = 256


@dataclass(frozen=True)
class Job:
    """Everything that a worker needs to compute any chunk of a sweep."""

    model: DynamicGame | StageGame
    design: Design
    outcomes: tuple[Outcome, ...]
    concept: Concept
    exact: bool
    chunking: Chunking
    folder: str | None

    @cached_property
    def batch(self) -> BatchGame | None:
        """The batched form of the model, if it has one and may be used."""
        if self.exact or not isinstance(self.model, DynamicGame) or self.concept != MarkovPerfect(pure=True):
            return None
        if not all(outcome.batched for outcome in self.outcomes):
            return None
        try:
            return compile_game(self.model)
        except UnsupportedError:
            return None

    @cached_property
    def stage_batch(self) -> StageBatch | None:
        """The batched form of a 2x2 stage game, if the model is one and every outcome can be read off it."""
        if self.exact or not isinstance(self.model, StageGame) or self.concept != Nash():
            return None
        if not all(isinstance(outcome, StageOutcome) for outcome in self.outcomes):
            return None
        try:
            return compile_stage(self.model)
        except UnsupportedError:
            return None

    @property
    def is_batched(self) -> bool:
        """Whether points are solved by the ten thousand."""
        return self.batch is not None or self.stage_batch is not None

    @cached_property
    def caches(self) -> dict[str, dict[Any, Any]]:
        """What outcomes remember from chunk to chunk."""
        return {outcome.name: {} for outcome in self.outcomes}

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k not in ("batch", "stage_batch", "caches")}

    def variables(self) -> tuple[Variable, ...]:
        """The arrays of the Dataset."""
        return (*(Variable(o.name, o.dtype, o.fill, o.attributes()) for o in self.outcomes), _BASIS)

    def solution(self, point: int) -> Solution:
        """The exact solution at one point."""
        solved: Solution = solve(self.model.subs(**self.design.exact(point)), self.concept)  # type: ignore[call-overload]
        return solved

    def at(self, flat: Any) -> dict[str, Any]:
        """The outcomes, and their basis, at the points with these flat indices."""
        import numpy as np

        flat = np.asarray(flat)
        found: dict[str, Any] = {v.name: np.full(len(flat), v.fill, dtype=v.dtype) for v in self.variables()}
        basis = found["basis"]
        again: Any = range(len(flat))
        if self.stage_batch is not None:
            solved = self.stage_batch.solve(self.design.floats(flat))
            for outcome in self.outcomes:
                assert isinstance(outcome, StageOutcome)  # as stage_batch requires of all of them
                found[outcome.name][:] = outcome.of_stage_batch(solved)
            basis[:] = MARGIN
            again = np.flatnonzero(solved.flagged)
        elif self.batch is not None:
            result = solve_batch(
                self.batch, self.design.floats(flat), exact_at=lambda k: self.design.exact(int(flat[k]))
            )
            for outcome in self.outcomes:
                found[outcome.name][:] = outcome.of_batch(result, self.caches[outcome.name])
            basis[:] = MARGIN
            again = np.flatnonzero(result.flagged)
        for k in again:
            solution = self.solution(int(flat[k]))
            basis[k] = EXACT if solution.status is Status.COMPLETE else PARTIAL
            for outcome in self.outcomes:
                found[outcome.name][k] = outcome.of(solution)
        return found

    def chunk(self, number: int) -> dict[str, Any]:
        """Compute a chunk, and store it if the job has a folder."""
        arrays = self.at(self.chunking.flat(number))
        if self.folder is not None:
            self.store.write(number, arrays)
        return arrays

    @property
    def store(self) -> Store:
        """The folder's store, taken to exist."""
        return Store(Path(self.folder or "."), self.chunking, tuple(v.name for v in self.variables()))


def describe_model(model: DynamicGame | StageGame) -> dict[str, Any]:
    """What identifies a game in a store: its shape and every expression in it, as text."""

    def text(x: Any) -> Any:
        if isinstance(x, (tuple, list)):
            return [text(y) for y in x]
        if isinstance(x, Mapping):
            return {str(k): text(v) for k, v in x.items()}
        return x if isinstance(x, (int, bool, type(None))) else str(x)

    if isinstance(model, StageGame):
        body: Any = {"players": model.players, "actions": model.actions, "A": model.A, "B": model.B}
        kind = "stage game"
    else:
        kind = "dynamic game"
        body = {
            "players": model.players,
            "states": model.states,
            "start": model.start,
            "discount": model.discount,
            "periods": [
                [
                    p.simultaneous,
                    [[n.player, n.history, n.actions] for n in p.nodes],
                    p.branches,
                    [
                        [q.label, q.payoffs, q.next, [None if b is None else [b.payoff, b.next] for b in q.beliefs]]
                        for q in p.plays
                    ],
                ]
                for p in model.periods
            ],
        }
    plain = text(body)
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
    return {"kind": kind, "summary": str(model).splitlines()[0], "digest": digest, "text": plain}


def sweep(
    model: DynamicGame | StageGame,
    design: Design,
    outcomes: Sequence[Outcome] | Outcome,
    *,
    concept: Concept | None = None,
    out: str | Path | None = None,
    chunk: int | None = None,
    exact: bool = False,
    client: Any = None,
    scheduler: str | None = None,
    done: Callable[[int, int], None] = lambda finished, total: None,
) -> xarray.Dataset:
    """Solve a game at every point of a design.

    Parameters
    ----------
    model : DynamicGame or StageGame
        Its free parameters must be those that the design gives; put numbers in the place of others with ``subs``.
    design : Grid, LatinHypercube, Sobol, UniformDraws, VertexDraws, Points or Joint
    outcomes : one or more of Count, Shown, Payoff, Evaluate
    concept : optional
        Nash for a StageGame, pure Markov perfect for a DynamicGame by default.
    out : path, optional
        A folder to store results in, chunk by chunk. If it holds this sweep already, what is missing is computed.
    chunk : int, optional
        Points in a chunk: 65536 for the batched solver, 256 for the exact one by default.
    exact : bool
        Use the exact solver at every point.
    client : distributed.Client, optional
        Run the chunks on this Dask cluster. With ``out``, its workers write to the folder themselves, so they must see it.
    scheduler : str, optional
        Or the address of a Dask scheduler.
    done : callable
        Called with the number of finished chunks and their total.

    Returns
    -------
    xarray.Dataset
        One variable for each outcome, and ``basis``; provenance in ``attrs["provenance"]`` as JSON. Lazy if stored.

    Raises
    ------
    InputError
        For parameters that do not match, and parameter values that are out of range.
    StoreError
        If the folder holds something else, the disk is full or the scheduler is lost; finished chunks are kept.

    Examples
    --------
    >>> from gametheory.evidence.designs import Axis, Grid
    >>> from gametheory.evidence.outcomes import Count
    >>> game = DynamicGame.sequential(
    ...     first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"), discount="1/2",
    ...     payoffs={"NE": (2, 1), "NS": (0, 3), "UA": (1, 1), "UP": ("x", 2)})
    >>> data = sweep(game, Grid(Axis("x", [-1, 0, 1])), Count())
    >>> data["count"].values.tolist(), data["basis"].values.tolist()
    ([1, 2, 1], [0, 1, 0])
    """
    job, header = prepare(model, design, outcomes, concept=concept, out=out, chunk=chunk, exact=exact)
    if client is not None and scheduler is not None:
        raise InputError("scheduler", scheduler, "either a client or the address of a scheduler")
    if out is None:
        arrays = _empty(job)
        for number, part in _run(job, range(job.chunking.count), client, scheduler, done, 0):
            where = job.chunking.slices(number)
            for name, values in part.items():
                arrays[name][where] = values.reshape(arrays[name][where].shape)
        return _assemble(job, header, arrays)
    coordinates = design.coordinates()
    store = Store.begin(out, header, job.chunking, design.dims, job.variables(), coordinates)
    with store.writing():
        finished = store.finished()
        todo = [k for k in range(job.chunking.count) if k not in finished]
        done(len(finished), job.chunking.count)
        for _ in _run(job, todo, client, scheduler, done, len(finished)):
            pass
    return store.dataset()


def _require_xarray() -> None:
    try:
        import xarray
        import zarr
    except ImportError as error:
        raise UnsupportedError("sweep", str(error), "the packages of the extra 'sweeps': xarray and zarr") from None
    del xarray, zarr


def prepare(
    model: DynamicGame | StageGame,
    design: Design,
    outcomes: Sequence[Outcome] | Outcome,
    *,
    concept: Concept | None,
    out: str | Path | None,
    chunk: int | None,
    exact: bool,
) -> tuple[Job, dict[str, Any]]:
    """The job of a sweep after all checks of its input, and the header of its store."""
    _require_xarray()
    if not isinstance(model, (DynamicGame, StageGame)):
        raise InputTypeError("model", model, "a DynamicGame or a StageGame")
    if not all(hasattr(design, part) for part in ("names", "dims", "shape", "floats", "exact")):
        raise InputTypeError("design", design, "a design such as Grid, Sobol or UniformDraws")
    listed = tuple(outcomes) if isinstance(outcomes, (list, tuple)) else (outcomes,)
    for outcome in listed:
        if not hasattr(outcome, "of_batch"):
            raise InputTypeError("outcomes", outcome, "Count, Shown, Payoff or Evaluate")
    names = [o.name for o in listed]  # type: ignore[union-attr]
    if not names or len({*names, "basis", *design.names, *design.dims}) < len(names) + 1 + len(
        {*design.names, *design.dims}
    ):
        raise InputError(
            "outcomes", names, "outcomes whose names differ from each other, from 'basis' and the parameters"
        )
    if set(design.names) != set(model.parameters):
        missing = sorted(set(model.parameters) - set(design.names))
        extra = sorted(set(design.names) - set(model.parameters))
        problem = f"values for {missing} too" if missing else f"parameters of the model only, without {extra}"
        raise InputError("design", list(design.names), f"{problem}; the model's are {list(model.parameters)}")
    if concept is None:
        concept = Nash() if isinstance(model, StageGame) else MarkovPerfect(pure=True)
    folder = None if out is None else str(Path(out).absolute())
    job = Job(model, design, listed, concept, exact, Chunking.of(design.shape, points=1), folder)  # type: ignore[arg-type]
    points = chunk if chunk is not None else _BATCH_CHUNK if job.is_batched else _EXACT_CHUNK
    chunking = Chunking.of(design.shape, points=points)
    final = Job(model, design, listed, concept, exact, chunking, folder)  # type: ignore[arg-type]
    final.__dict__["batch"] = job.batch
    final.__dict__["stage_batch"] = job.stage_batch
    return final, _header(final)


def _header(job: Job) -> dict[str, Any]:
    from importlib import metadata

    import gametheory

    versions = {"python": platform.python_version()}
    for name in ("numpy", "scipy", "sympy", "python-flint", "xarray", "zarr"):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "missing"
    return {
        "format": FORMAT,
        "package": gametheory.__version__,
        "versions": versions,
        "variables": [v.name for v in job.variables()],
        "spec": {
            "model": describe_model(job.model),
            "design": job.design.describe(),
            "outcomes": [o.describe() for o in job.outcomes],
            "concept": str(job.concept),
            "solver": "batched, with near ties decided exactly" if job.is_batched else "exact",
            "chunk": list(job.chunking.block),
        },
    }


def _empty(job: Job) -> dict[str, Any]:
    import numpy as np

    return {v.name: np.full(job.design.shape, v.fill, dtype=v.dtype) for v in job.variables()}


def _assemble(job: Job, header: Mapping[str, Any], arrays: Mapping[str, Any]) -> xarray.Dataset:
    import xarray

    dims = job.design.dims
    return xarray.Dataset(
        {v.name: (dims, arrays[v.name], dict(v.attributes)) for v in job.variables()},
        coords={name: (d, x, dict(a)) for name, (d, x, a) in job.design.coordinates().items()},
        attrs={"provenance": json.dumps(header, sort_keys=True)},
    )


def _run(
    job: Job,
    todo: Sequence[int],
    client: Any,
    scheduler: str | None,
    done: Callable[[int, int], None],
    before: int,
) -> Iterator[tuple[int, dict[str, Any]]]:
    if client is not None or scheduler is not None:
        from gametheory.evidence import cluster

        results = cluster.run(job, todo, client=client, scheduler=scheduler)
    else:
        results = ((number, job.chunk(number)) for number in todo)
    for k, (number, part) in enumerate(results, before + 1):
        yield number, part
        done(k, job.chunking.count)


def open_sweep(folder: str | Path) -> xarray.Dataset:
    """The results in the folder of a sweep, finished or not; fill values where nothing has been computed yet."""
    return open_data(folder)


def labels(codes: xarray.DataArray) -> xarray.DataArray:
    """Codes such as those of a pattern as words; ``""`` where nothing has been computed yet.

    Examples
    --------
    >>> import xarray
    >>> labels(xarray.DataArray([1, 0], attrs={"labels": ["cycle", "none"]})).values.tolist()
    ['none', 'cycle']
    """
    import numpy as np

    if "labels" not in codes.attrs:
        raise InputError("codes", codes.name, "a variable with labels, such as a pattern")
    words = np.array([*codes.attrs["labels"], ""])
    values = np.asarray(codes.values).astype(np.int64)
    inside = (values >= 0) & (values < len(words) - 1)
    return codes.copy(data=words[np.where(inside, values, len(words) - 1)])


@lru_cache(maxsize=4)
def _unpacked(packed: bytes) -> Job:
    job = pickle.loads(packed)
    if not isinstance(job, Job):
        raise StoreError("a task without a job")
    return job


def run_chunk(packed: bytes, number: int) -> dict[str, Any] | None:
    """What a worker does: compute one chunk, store it or give it back. The job is unpacked once in each process."""
    job = _unpacked(packed)
    arrays = job.chunk(number)
    return arrays if job.folder is None else None
