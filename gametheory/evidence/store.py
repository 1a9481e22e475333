"""Where a long sweep keeps its results: a folder that holds a Zarr group and one completion mark for each finished chunk.

::

    folder/
      sweep.json       what was asked: model, design, outcomes, versions, seeds; written first, never changed
      data.zarr/       coordinates and outcomes, one Zarr chunk for each chunk of the sweep
      done/00000042    mark of a finished chunk, with the digests of its files; appears in one step, after the data

A process may be killed at any moment. What has a mark is complete; what has none is computed again. Nothing in the folder
depends on the order of work or on the time, so an interrupted and resumed sweep leaves the same bytes as an undisturbed one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gametheory.errors import GameTheoryError, InputError

if TYPE_CHECKING:
    import xarray

__all__ = ["Chunking", "Store", "StoreError", "Variable"]

FORMAT = 1


class StoreError(GameTheoryError, OSError):
    """A store that cannot be used, or a run that had to stop; the message says what is safe and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (str(self),)


@dataclass(frozen=True)
class Chunking:
    """How the points are cut into chunks: blocks of one shape (smaller at the ends).

    Examples
    --------
    >>> cut = Chunking.of((5, 4), points=8)
    >>> cut.block, cut.count, cut.slices(2)
    ((2, 4), 3, (slice(4, 5, None), slice(0, 4, None)))
    """

    shape: tuple[int, ...]
    block: tuple[int, ...]

    @classmethod
    def of(cls, shape: Sequence[int], *, points: int) -> Chunking:
        """Blocks of at most ``points`` points, as long as possible along the last dimensions."""
        if isinstance(points, bool) or not isinstance(points, int) or points < 1:
            raise InputError("chunk", points, "a whole number of points, 1 or more")
        block: list[int] = []
        left = points
        for size in reversed(shape):
            block.append(max(1, min(size, left)))
            left //= block[-1]
        return cls(tuple(shape), tuple(reversed(block)))

    @property
    def numbers(self) -> tuple[int, ...]:
        """Number of blocks along each dimension."""
        return tuple(-(-n // b) for n, b in zip(self.shape, self.block, strict=True))

    @property
    def count(self) -> int:
        """Number of blocks."""
        return prod(self.numbers)

    def place(self, chunk: int) -> tuple[int, ...]:
        """Position of a block along each dimension."""
        found = []
        for n in reversed(self.numbers):
            chunk, k = divmod(chunk, n)
            found.append(k)
        return tuple(reversed(found))

    def slices(self, chunk: int) -> tuple[slice, ...]:
        """The points of a block."""
        return tuple(
            slice(k * b, min((k + 1) * b, n)) for k, b, n in zip(self.place(chunk), self.block, self.shape, strict=True)
        )

    def flat(self, chunk: int) -> Any:
        """Flat indices of the points of a block, in order."""
        import numpy as np

        parts = self.slices(chunk)
        index = np.zeros((1,) * len(parts), dtype=np.int64)
        for axis, part in enumerate(parts):
            step = prod(self.shape[axis + 1 :])
            along = np.arange(part.start, part.stop) * step
            index = index + along.reshape((-1,) + (1,) * (len(parts) - axis - 1))
        return index.ravel()


@dataclass(frozen=True)
class Variable:
    """An outcome array: its name, how it is stored, and what is known about it."""

    name: str
    dtype: str
    fill: float
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Store:
    """The folder of one sweep; made or opened by :meth:`begin`.

    Attributes
    ----------
    folder : Path
    chunking : Chunking
    variables : tuple of str
        Names of the outcome arrays.
    """

    folder: Path
    chunking: Chunking
    variables: tuple[str, ...]

    @classmethod
    def begin(
        cls,
        folder: str | Path,
        header: Mapping[str, Any],
        chunking: Chunking,
        dims: Sequence[str],
        variables: Sequence[Variable],
        coordinates: Mapping[str, tuple[tuple[str, ...], Any, Mapping[str, str]]],
    ) -> Store:
        """Make the folder, all at once, or open it if it already holds this very sweep.

        Raises
        ------
        StoreError
            If the folder holds another sweep, one of another version, or anything else. Nothing in it is changed.
        """
        target = Path(folder)
        store = cls(target, chunking, tuple(v.name for v in variables))
        if target.exists() and not target.is_dir():
            raise StoreError(f"{target} is a file; name a folder that does not exist yet, or that holds this sweep")
        if target.is_dir() and any(target.iterdir()):
            store._check(header)
            return store
        half = target.with_name(f".{target.name}.half")
        try:
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir(parents=True)
            (half / "done").mkdir()
            _write_group(half / "data.zarr", header, chunking, dims, variables, coordinates)
            _write_whole(half / "sweep.json", json.dumps(header, indent=1, sort_keys=True) + "\n")
            os.replace(half, target)
        except OSError as error:
            shutil.rmtree(half, ignore_errors=True)
            raise _explain(error, target, "nothing was written") from error
        return store

    def _check(self, header: Mapping[str, Any]) -> None:
        try:
            found = json.loads((self.folder / "sweep.json").read_text("utf-8"))
            there = found["format"], found["package"], found["spec"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            raise StoreError(
                f"{self.folder} is not empty and holds no sweep that can be read; name another folder. Nothing was changed."
            ) from None
        if there[:2] != (header["format"], header["package"]):
            raise StoreError(
                f"{self.folder} was made by version {there[1]} (format {there[0]}), and this is version "
                f"{header['package']} (format {header['format']}); name another folder, or go on with that version. "
                "Nothing was changed."
            )
        if there[2] != header["spec"]:
            names = sorted(k for k in {*there[2], *header["spec"]} if there[2].get(k) != header["spec"].get(k))
            raise StoreError(
                f"{self.folder} holds another sweep (it differs in: {', '.join(names)}); name another folder. "
                "Nothing was changed."
            )

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the folder while a run writes to it; a second run is refused. What killed runs left half-done goes."""
        with contextlib.ExitStack() as stack:
            try:
                import fcntl
            except ImportError:  # no such locks on this system
                pass
            else:
                lock = stack.enter_context(open(self.folder / ".lock", "a"))
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise StoreError(f"another run is writing to {self.folder}; wait for it, or stop it") from None
                except OSError:  # a file system without locks
                    pass
            self._sweep_up()
            yield
            self._sweep_up()

    def _sweep_up(self) -> None:
        for left in (*self.folder.glob("data.zarr/**/*.partial"), *self.folder.glob("done/*.half-*")):
            left.unlink(missing_ok=True)

    def finished(self) -> set[int]:
        """Chunks that are complete: their marks are there and agree with the files."""
        found = set()
        for mark in (self.folder / "done").iterdir():
            try:
                chunk = int(mark.name)
                stated = json.loads(mark.read_text("utf-8"))
            except (OSError, ValueError):
                continue
            if 0 <= chunk < self.chunking.count and stated == self._digests(chunk):
                found.add(chunk)
        return found

    def _files(self, chunk: int) -> dict[str, Path]:
        place = self.chunking.place(chunk)
        return {name: (self.folder / "data.zarr" / name / "c").joinpath(*map(str, place)) for name in self.variables}

    def _digests(self, chunk: int) -> dict[str, str]:
        try:
            return {n: hashlib.sha256(path.read_bytes()).hexdigest() for n, path in self._files(chunk).items()}
        except OSError:
            return {}

    def write(self, chunk: int, arrays: Mapping[str, Any]) -> None:
        """Store one chunk: the data first, then its mark.

        Raises
        ------
        StoreError
            If the disk is full or cannot be written to; chunks with marks stay as they are.
        """
        import zarr

        try:
            parts = self.chunking.slices(chunk)
            shape = tuple(p.stop - p.start for p in parts)
            for name, path in self._files(chunk).items():
                path.unlink(missing_ok=True)  # half of a chunk that was never marked
                with zarr.config.set({"array.write_empty_chunks": True}):
                    array = zarr.open_array(self.folder / "data.zarr" / name, mode="r+")
                    array[parts] = arrays[name].reshape(shape)
            text = json.dumps(self._digests(chunk), indent=1, sort_keys=True) + "\n"
            _write_whole(self.folder / "done" / f"{chunk:08d}", text)
        except OSError as error:
            raise _explain(error, self.folder, "finished chunks are safe") from error

    def dataset(self) -> xarray.Dataset:
        """The results as a lazy Dataset; what is not finished yet holds fill values."""
        return open_data(self.folder)


def open_data(folder: str | Path) -> xarray.Dataset:
    """The Dataset in the folder of a sweep, finished or not."""
    import xarray

    path = Path(folder)
    if not (path / "sweep.json").is_file():
        raise StoreError(f"{path} holds no sweep")
    try:
        import dask  # noqa: F401
    except ImportError:
        data: xarray.Dataset = xarray.open_zarr(
            path / "data.zarr", consolidated=False, chunks=None, mask_and_scale=False
        )
    else:
        data = xarray.open_zarr(path / "data.zarr", consolidated=False, mask_and_scale=False)
    order = json.loads(data.attrs["provenance"])["variables"]
    ordered: xarray.Dataset = data[order]
    return ordered


def _write_group(
    path: Path,
    header: Mapping[str, Any],
    chunking: Chunking,
    dims: Sequence[str],
    variables: Sequence[Variable],
    coordinates: Mapping[str, tuple[tuple[str, ...], Any, Mapping[str, str]]],
) -> None:
    import numpy as np
    import zarr

    group = zarr.open_group(path, mode="w-", zarr_format=3)
    group.attrs["provenance"] = json.dumps(header, sort_keys=True)
    for name, (names, values, attributes) in coordinates.items():
        array = group.create_array(
            name, data=np.ascontiguousarray(values), dimension_names=names, chunks=_cut(np.shape(values))
        )
        array.attrs.update(attributes)
    shown = " ".join(name for name in coordinates if name not in dims)
    for v in variables:
        array = group.create_array(
            v.name,
            shape=chunking.shape,
            chunks=chunking.block,
            dtype=v.dtype,
            fill_value=v.fill,
            dimension_names=tuple(dims),
        )
        array.attrs.update({**v.attributes, **({"coordinates": shown} if shown else {})})


def _cut(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(min(n, 1 << 20) for n in shape)


def _write_whole(path: Path, text: str) -> None:
    half = path.with_name(f"{path.name}.half-{os.getpid()}")
    try:
        with open(half, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(half, path)
    except OSError:
        half.unlink(missing_ok=True)
        raise


def _explain(error: OSError, folder: Path, safe: str) -> StoreError:
    if isinstance(error, StoreError):
        return error
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError(f"no space left for {folder}: {safe}; make room and run the same command again")
    return StoreError(f"{folder} cannot be written to ({error.strerror or error}): {safe}")
