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
    """The paper from nothing: draw every figure, solve the study, check the article's claims, write results and paper."""
    from gametheory.figures import find_figures
    from gametheory.studies.us_mexico.claims import ledger_entries
    from gametheory.studies.us_mexico.family import members
    from gametheory.studies.us_mexico.record import CODINGS
    from gametheory.studies.us_mexico.reduced import VARIANTS

    parts = (VARIANTS, members(), CODINGS, find_figures(), ledger_entries())
    _build(out, total=sum(map(len, parts)) + 6, only=())


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
        table = Table(title="Markov perfect equilibria of the reduced game (pure; mixed where there is no pure one)")
        for head in ("change to the baseline", "number", "path", "pattern"):
            table.add_column(head, justify="right" if head == "number" else "left")
        for row in report.verdicts:
            table.add_row(*row)
        console.print(table)
    if report.kept is not None:
        console.print(f"An earlier results.json could not be read; it was kept as {report.kept}.")
    for note in report.notes:
        console.print(note)
    same = f"; up to date: {', '.join(report.unchanged)}" if report.unchanged else ""
    console.print(f"{len(report.files)} files written to {report.folder}{same}")


@app.command()
def solve(
    file: Annotated[Path, typer.Argument(help="A game: .nfg, .efg, .toml or .json.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")] = False,
) -> None:
    """One game file: its equilibria, with a verdict in plain words; with symbols in it, where each exists."""
    import gametheory as gt

    game = gt.read_game(file)
    if getattr(game, "parameters", ()):
        _solve_symbols(game, as_json)
        return
    solution: Any
    if isinstance(game, gt.StageGame):
        solution = gt.solve(game, gt.Nash())
    elif isinstance(game, gt.DynamicGame):
        solution = gt.solve(game, gt.MarkovPerfect())
    else:
        solution = gt.solve(game, gt.SubgamePerfect())
    solution.verify()
    if as_json:
        typer.echo(json.dumps(_plain(solution), indent=1))
        return
    typer.echo(str(game))
    typer.echo(str(solution))
    typer.echo(f"Verdict: {_verdict(solution)}")


def _solve_symbols(game: Any, as_json: bool) -> None:
    """Equilibria of a game with symbols, each with the conditions under which it exists."""
    import gametheory as gt
    from gametheory.equilibria.solvers.symbolic_backward import symbolic_backward
    from gametheory.equilibria.solvers.symbolic_markov import SymbolicMarkov

    status, reason = gt.Status.COMPLETE, "backward induction over every alternative"
    found: Any
    if isinstance(game, gt.Tree):
        found = symbolic_backward(game)
    else:
        if isinstance(game, gt.StageGame):
            solution = gt.solve(game, gt.Nash())
        else:
            solution = gt.solve(game, gt.MarkovPerfect(pure=True), SymbolicMarkov(seconds=300.0))
        solution.verify()
        found, status, reason = solution.equilibria, solution.status, solution.reason
    lines = [str(e) for e in found]
    told = f"{len(lines)} pure equilibrium paths" if not isinstance(game, gt.StageGame) else f"{len(lines)} equilibria"
    always = sum(e.region.is_always for e in found)
    verdict = (
        f"{told}, each with the conditions under which it exists; {always} of them always. {status.name}: {reason}."
    )
    if as_json:
        entries = [
            {"equilibrium": line, "exists": [str(c) for c in e.region.conditions]}
            for line, e in zip(lines, found, strict=True)
        ]
        typer.echo(
            json.dumps({"status": status.name, "reason": reason, "equilibria": entries, "verdict": verdict}, indent=1)
        )
        return
    typer.echo("\n".join([str(game), *lines, f"Verdict: {verdict}"]))


def _verdict(solution: Any) -> str:
    """What was found, in one or two plain sentences."""
    import gametheory as gt

    count = getattr(solution, "count", None) or len(solution.equilibria)
    if solution.status is not gt.Status.COMPLETE:
        return f"at least {count} equilibria; the search did not reach everything ({solution.reason})."
    continua = sum(not getattr(c, "is_point", True) for c in getattr(solution, "components", ()))
    told = "exactly one equilibrium" if count == 1 else f"exactly {count} equilibria"
    if continua:
        told = f"{count} extreme equilibria; ties make {continua} of {len(solution.components)} components a continuum"
    return f"{told}; nothing of this kind is missing, and everything listed was checked again."


@app.command()
def sweep(
    spec: Annotated[Path, typer.Argument(help="What to sweep: a TOML file.")],
    out: Annotated[Path, typer.Option(help="Folder for the results; the same command goes on where it stopped.")],
    scheduler: Annotated[str, typer.Option(help="Address of a Dask scheduler, such as tcp://host:8786.")] = "",
    workers: Annotated[int, typer.Option(help="Or so many Dask workers on this machine.", min=0)] = 0,
) -> None:
    """A game at many parameter points, stored chunk by chunk."""
    from gametheory.evidence.sweep_run import run_file
    from gametheory.evidence.sweep_spec import KnownStudy
    from gametheory.studies.us_mexico.observed import PATTERNS
    from gametheory.studies.us_mexico.reduced import BASELINE, reduced_game

    studies = {"us_mexico": KnownStudy(reduced_game, BASELINE, PATTERNS)}
    typer.echo(run_file(spec, out, studies=studies, scheduler=scheduler or None, workers=workers))


@app.command()
def verify(file: Annotated[Path, typer.Argument(help="A certificate that a claim's verdict saved: .json.")]) -> None:
    """A stored proof of a claim, checked again from the claim's text alone."""
    from gametheory.claims.certificate import verify_certificate

    typer.echo(verify_certificate(file))


@app.command()
def claims(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    latex: Annotated[Path | None, typer.Option(help="Also write a LaTeX table to this file.")] = None,
) -> None:
    """The article's claims with their verdicts."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Table

    from gametheory.studies.us_mexico import claims as study

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("claims", total=len(study.ledger_entries()))
        lines = study.ledger(done=lambda line: progress.update(task, advance=1, description=f"claim {line.number}"))
        also = study.inconsistencies()
    if latex is not None:
        latex.parent.mkdir(parents=True, exist_ok=True)
        latex.write_text(study.ledger_table(lines), "utf-8")
    if as_json:
        typer.echo(json.dumps(study.ledger_json(lines, also), indent=1))
        return
    table = Table(
        title="The article's claims (* core): in this model, for every payoff consistent with the orderings given"
    )
    for head in ("claim", "statement", "model", "verdict", "finding"):
        table.add_column(head, justify="right" if head == "claim" else "left")
    for line in lines:
        number = f"{line.number}{'*' if line.core else ' '}"
        finding = f"error: {line.error}" if line.error else line.detail
        table.add_row(number, *map(escape, (line.statement, line.model, line.verdict, finding)))
    console = Console()
    console.print(table)
    for item in also:
        console.print(f"{item.id} {item.title}", style="bold", markup=False)
        for reading, finding in zip(
            item.readings, item.findings or (f"error: {item.error}",) * len(item.readings), strict=False
        ):
            console.print(f"  {reading}: {finding or 'silent'}", markup=False)
    console.print(", ".join(f"{verdict} {n}" for verdict, n in study.counts(lines).items()))


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="New episodes: a CSV file with the columns of the study's own cases.")],
    study: Annotated[str, typer.Option(help="Whose models: the name of a study.")] = "us_mexico",
    coding: Annotated[str, typer.Option(help="Under which of the study's codings.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """New episodes against every model of a study, before and after; nothing is refitted."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from gametheory.studies.score import score as score_file
    from gametheory.studies.study import find_study

    found = score_file(find_study(study), file, coding=coding)
    if as_json:
        typer.echo(json.dumps(found.plain(), indent=1))
        return
    table = Table(title=f"New episodes and the models of {found.study}, coding {found.coding!r}, most weight first")
    table.add_column("model")
    for episode in found.new:
        table.add_column(escape(str(episode)), justify="right")
    for head in ("weight before", "weight after"):
        table.add_column(head, justify="right")
    for row in found.models:
        numbers = (*map(float, row.episodes), float(row.before), float(row.after))
        table.add_row(escape(row.model.name), *(f"{x:.3f}" for x in numbers))
    console = Console()
    console.print(table)
    console.print(
        f"A column gives the probability of an episode, given those before it, if {float(found.error):.0%} of episodes are "
        "coded wrongly. Weights are shares among these models (settings alike to begin with), not probabilities of being true."
    )
    for name in found.no_bearing:
        console.print(
            f"{name}: no play between the two sides under this coding, so no model speaks of it.", markup=False
        )


def _plain(solution: Any) -> dict[str, Any]:
    return {
        "concept": str(getattr(solution, "concept", "subgame perfect")),
        "status": solution.status.name,
        "reason": solution.reason,
        "equilibria": [
            {"payoffs": [str(x) for x in e.payoffs], "profile": _text(e.profile)} for e in solution.equilibria
        ],
        "verdict": _verdict(solution),
    }


def _text(value: Any) -> Any:
    return [_text(v) for v in value] if isinstance(value, tuple) else str(value)
