"""The chunks of a sweep on a Dask cluster."""

from __future__ import annotations

import contextlib
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
_RETRIES = 20  # times that a chunk may lose its worker


def run(job: Job, todo: Sequence[int], *, client: Any, scheduler: str | None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Compute chunks on a cluster, a few ahead of the workers at a time; yields each as it is finished.

    A chunk whose worker dies is sent to another one. Results of a job with a folder are written by the workers.

    Raises
    ------
    StoreError
        If the scheduler cannot be reached, or is lost.
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
        queue = iter(todo)
        try:
            while True:
                ahead = _AHEAD * max(1, sum(client.nthreads().values()))
                while len(waiting) < ahead and (number := next(queue, None)) is not None:
                    waiting[client.submit(run_chunk, packed, number, pure=False, retries=_RETRIES)] = number
                if not waiting:
                    return
                with contextlib.suppress(TimeoutError):
                    distributed.wait(list(waiting), timeout=2, return_when="FIRST_COMPLETED")
                if client.status != "running":
                    raise StoreError(f"the scheduler is lost; {safe}")
                for future in [f for f in waiting if f.status != "pending"]:
                    number = waiting.pop(future)
                    if future.status in ("lost", "cancelled"):
                        raise StoreError(f"the scheduler is lost; {safe}")
                    yield number, future.result() or {}
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

