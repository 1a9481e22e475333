"""The command line: ``gametheory reproduce``, ``gametheory figures``, ``gametheory solve``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from gametheory.errors import GameTheoryError

__all__ = ["app", "main"]

app = typer.Typer(help="Preference orderings in, theorems and figures out.", no_args_is_help=True, add_completion=False)

Out = Annotated[Path, typer.Option(help="Folder for the outputs; made if it is not there.")]


def main() -> None:
    """Run the command line; errors of the package are shown as one clear sentence."""
    try:
        app(standalone_mode=False)
    except GameTheoryError as error:
        typer.secho(f"Error: {error}", err=True, fg=typer.colors.RED)
        raise SystemExit(2) from None
    except typer.Exit as stop:
        raise SystemExit(stop.exit_code) from None
    except (typer.Abort, KeyboardInterrupt):
        typer.secho("Stopped; earlier outputs are as they were.", err=True)
        raise SystemExit(130) from None
    except Exception as error:
        if hasattr(error, "show") and hasattr(error, "exit_code"):  # a usage error, as click raises it
            error.show()
            raise SystemExit(error.exit_code) from None
        raise


@app.command()
def reproduce(out: Out = Path("results")) -> None:
    """The paper from nothing: solve the study, write results.json, draw every figure."""
    from gametheory.plotting import find_figures
    from gametheory.studies.us_mexico.reduced import VARIANTS

    _build(out, total=len(VARIANTS) + 1 + len(find_figures()), only=())


@app.command()
def figures(
    names: Annotated[list[str], typer.Argument(help="Which figures, such as cycle.")], out: Out = Path("results")
) -> None:
    """Draw some of the figures."""
    _build(out, total=len(names), only=tuple(names))


def _build(out: Path, *, total: int, only: tuple[str, ...]) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Table

    from gametheory.reproduce import reproduce as build

    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("starting", total=total)

        def done(name: str) -> None:
            progress.update(task, advance=1, description=f"done: {name}")

        report = build(out, done=done, only=only)
    if report.verdicts:
        table = Table(title="Pure Markov perfect equilibria of the reduced game")
        for head in ("change to the baseline", "number", "path", "pattern"):
            table.add_column(head, justify="right" if head == "number" else "left")
        for row in report.verdicts:
            table.add_row(*row)
        console.print(table)
    if report.kept is not None:
        console.print(f"An earlier results.json could not be read; it was kept as {report.kept}.")
    console.print(f"{len(report.files)} files written to {report.folder}")


@app.command()
def solve(
    file: Annotated[Path, typer.Argument(help="A game: .nfg, .efg, .toml or .json.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")] = False,
) -> None:
    """One game file: its equilibria, with a verdict in plain words."""
    import gametheory as gt
    from gametheory.interop import read_game

    game = read_game(file)
    concept: Any = gt.Nash() if isinstance(game, gt.StageGame) else gt.MarkovPerfect(pure=True)
    solution = gt.solve(game, concept)
    solution.verify()
    if as_json:
        typer.echo(json.dumps(_plain(solution), indent=1))
        return
    typer.echo(str(game))
    typer.echo(str(solution))
    count = len(solution.equilibria)
    complete = solution.status is gt.Status.COMPLETE
    verdict = f"There {'is' if count == 1 else 'are'} {'exactly' if complete else 'at least'} {count}"
    typer.echo(
        f"Verdict: {verdict} {'equilibrium' if count == 1 else 'equilibria'} of this kind; every one was checked again."
    )


def _plain(solution: Any) -> dict[str, Any]:
    return {
        "concept": str(solution.concept),
        "status": solution.status.name,
        "reason": solution.reason,
        "equilibria": [
            {"payoffs": [str(x) for x in e.payoffs], "profile": _text(e.profile)} for e in solution.equilibria
        ],
    }


def _text(value: Any) -> Any:
    return [_text(v) for v in value] if isinstance(value, tuple) else str(value)
