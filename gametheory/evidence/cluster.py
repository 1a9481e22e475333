"""The chunks of a sweep on a Dask cluster."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from gametheory.errors import UnsupportedError
from gametheory.evidence.store import StoreError

if TYPE_CHECKING:
    from gametheory.evidence.sweep import Job

__all__ = ["run"]

_AHEAD = 4  # tasks waiting at the scheduler for each thread of the cluster
_PATIENCE = 20.0  # seconds to reach a scheduler
_ALONE = 60.0  # seconds to wait for workers where there are none
_LINGER = 5.0  # seconds to wait for a result that a worker says it has
_RETRIES = 20  # times that a chunk may be lost with its workers


def run(job: Job, todo: Sequence[int], *, client: Any, scheduler: str | None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Compute chunks on a cluster, a few ahead of the workers at a time; yields each as it is finished.

    A chunk whose worker dies is sent to another one. Results of a job with a folder are written by the workers.

    Raises
    ------
    StoreError
        If the scheduler cannot be reached, is lost, or has no workers for a minute.
    """
    try:
        import cloudpickle  # type: ignore[import-untyped]
        import distributed
    except ImportError:
        raise UnsupportedError(
            "scheduler", scheduler or client, "the package 'distributed' (install the extra 'sweeps'), or neither"
        ) from None
    from gametheory.evidence.sweep import run_chunk

    safe = "chunks that are stored are safe; run the same command again to go on" if job.folder else "nothing is stored"
    with contextlib.ExitStack() as stack:
        if client is None:
            try:
                client = stack.enter_context(distributed.Client(scheduler, timeout=_PATIENCE, set_as_default=False))
            except (OSError, ValueError, TimeoutError) as error:
                raise StoreError(f"no scheduler answers at {scheduler} ({error}); {safe}") from None
        packed = cloudpickle.dumps(job)
        waiting: dict[Any, int] = {}
        failures: dict[int, int] = {}
        queue = iter(todo)
        seen = time.monotonic()
        try:
            while True:
                if client.status != "running" or client.scheduler is None:
                    raise StoreError(f"the scheduler is lost; {safe}")
                threads = sum(client.nthreads().values())
                seen = time.monotonic() if threads else seen
                if time.monotonic() - seen > _ALONE:
                    raise StoreError(f"the scheduler has had no workers for {_ALONE:.0f} seconds; {safe}")
                ahead = _AHEAD * max(1, threads)
                while len(waiting) < ahead and (number := next(queue, None)) is not None:
                    waiting[client.submit(run_chunk, packed, number, pure=False)] = number
                if not waiting:
                    return
                with contextlib.suppress(TimeoutError), client.as_current():
                    distributed.wait(list(waiting), timeout=2, return_when="FIRST_COMPLETED")
                for future in [f for f in waiting if f.status != "pending"]:
                    number = waiting.pop(future)
                    try:
                        if future.status in ("lost", "cancelled"):
                            raise CancelledError
                        part = future.result(timeout=_LINGER) or {}
                    except TimeoutError:  # the worker that held it is gone; Dask computes it again
                        waiting[future] = number
                        continue
                    except (CancelledError, distributed.KilledWorker):
                        # with its worker, or after a few deaths of workers, which may be chance: once more
                        failures[number] = failures.get(number, 0) + 1
                        if failures[number] > _RETRIES or client.status != "running":
                            raise
                        waiting[client.submit(run_chunk, packed, number, pure=False)] = number
                        continue
                    yield number, part
                    future.release()
        except StoreError:
            raise
        except distributed.KilledWorker as error:
            raise StoreError(f"a chunk killed its worker again and again ({error}); {safe}") from None
        except (OSError, CancelledError, distributed.client.FutureCancelledError) as error:
            raise StoreError(f"the scheduler is lost ({type(error).__name__}); {safe}") from None
        finally:
            with contextlib.suppress(Exception):
                client.cancel(list(waiting))
