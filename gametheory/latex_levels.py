"""Plans of play by levels as LaTeX: the conditions for every number of levels, and the induction steps that were proved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gametheory.conditions import Region
from gametheory.errors import InputTypeError
from gametheory.exact import parse
from gametheory.latex import _AND, Proposition, Step, _condition, _value, chains, escape, formula, formula_name

if TYPE_CHECKING:
    from gametheory.claims.induction import LevelTheorem

__all__ = ["level_proposition"]


def level_proposition(theorem: LevelTheorem, *, title: str = "") -> Proposition:
    """A plan of play by levels as a proposition: the conditions for every number of levels, and the induction steps.

    Parameters
    ----------
    theorem : LevelTheorem
        Of :func:`gametheory.claims.induction.for_every_level`; it is verified first.
    title : str
        Plain text.

    Raises
    ------
    CertificateError
        If the theorem does not verify.
    """
    import sympy

    theorem.verify()
    plan = theorem.plan
    begin = ["0", *plan.until]
    ends = [*plan.until, plan.top]
    told = []
    for phase, a, b in zip(plan.phases, begin, ends, strict=True):
        close = rf"\leq {plan.top}" if b == plan.top else f"< {b}"
        answers = ", ".join(f"{action} after {history}" for history, action in phase.answers.items())
        words = f"{phase} ({answers})" if answers else str(phase)
        told.append(f"{escape(words)} at the levels ${a} \\leq {plan.level} {close}$")
    order = " < ".join(dict.fromkeys(["0", *plan.until, plan.top]))
    if theorem.open:
        raise InputTypeError("theorem", str(theorem.open[0]), "a theorem whose conditions are all reduced")
    apart = [sympy.Symbol(plan.level), *(sympy.Symbol(x.name) for x in plan.powers)]
    conditions = dict.fromkeys(_collected(c, apart) for c in theorem.region.conditions)
    steps: dict[str, None] = {}
    for part in theorem.parts:
        if part.at == "alike":
            continue
        c = part.condition
        inside = _collected(Region(c.region.domain, part.formula).conditions[0], apart)
        where = f"For ${formula(c.first)} \\leq {plan.level} \\leq {formula(c.last)}$" + (
            f", ${c.inner}$" if c.inner else ""
        )
        if part.turning_level is not None:
            place = f"at the level ${formula(c.last)}$, or at the first with ${plan.level} \\geq {_inline(part.turning_level)}"
            conditions[f"{inside}$ {place}"] = None
        binds = {"first": "the first level binds", "last": "the last level binds", "turn": "one level binds"}
        used = dict.fromkeys(e for step in part.steps for e in step.evidence)
        facts = dict.fromkeys(_claim(step) for step in part.steps if step.claim.names)
        reason = f"from level to level, since {', '.join(f'${x}$' for x in facts)} ({', '.join(used)})"
        shown = (
            f"of ${inside}$"
            if len(inside) < 120
            else "of the longer condition in $" + ", ".join(_moving(part, apart)) + "$"
        )
        steps[f"{where}, {shown} {binds.get(part.at, 'one of the ends binds')}, {reason}."] = None
    text = " ".join([*conditions, *steps])
    defined = [
        f"${formula_name(x.name)} = ({formula(x.base)})^{{{formula(x.exponent)}}}$"
        for x in plan.powers
        if formula_name(x.name) in text
    ]
    opening = "Values follow from the recurrence in the level; they were put into the plan's equations, which they satisfy identically."
    statement = f"Let {chains(plan.assumptions)}. " if plan.assumptions else ""
    statement += f"For all ${order}$, the plan {', '.join(told)} is a Markov perfect equilibrium if and only if"
    after = f"if and only if, with {', '.join(defined)}," if defined else "if and only if"
    statement = statement.removesuffix("if and only if") + after
    return Proposition(
        escape(title),
        statement,
        _AND.join(conditions),
        (Step(opening, "substitution"), *(Step(x, "certificate") for x in steps)),
    )


def _inline(x: Any) -> str:
    """A quotient; a long one with a stroke, so that it can be broken."""
    import sympy

    top, bottom = sympy.fraction(sympy.factor(x))
    shown = _value(x)
    return shown if len(shown) < 60 or bottom == 1 else f"({formula(top)}) / ({formula(bottom)})"


def _moving(part: Any, apart: Sequence[Any]) -> list[str]:
    """What a condition holds that moves with the level."""
    names = Region(part.condition.region.domain, part.formula).conditions[0].free_symbols
    return [formula(s) for s in apart if s in names]


def _collected(relation: Any, apart: Sequence[Any]) -> str:
    """A comparison with zero, where some symbols stand apart: their factors collected, and each written as a product."""
    import sympy

    if not isinstance(relation, sympy.core.relational.Relational) or not relation.free_symbols & set(apart):
        return _condition(relation)
    flip = isinstance(relation, (sympy.Lt, sympy.Le))
    whole = sympy.Poly((relation.rhs - relation.lhs) if flip else (relation.lhs - relation.rhs), *apart)
    told = ""
    for powers, coefficient in whole.terms():
        factor = sympy.factor(coefficient)
        negative = bool(factor.could_extract_minus_sign())
        mark = sympy.Mul(*(s**n for s, n in zip(apart, powers, strict=True)))
        amount = -factor if negative else factor
        body = rf"({formula(amount)})" if amount.is_Add and (mark != 1 or negative) else formula(amount)
        if mark != 1:
            body = formula(mark) if amount == 1 else body + " " + formula(mark)
        told += (" - " if negative else " + " if told else "") + body
    sign = ">" if isinstance(relation, (sympy.Gt, sympy.Lt)) else r"\geq"
    return f"{told.strip()} {sign} 0"


def _claim(step: Any) -> str:
    """A comparison of a claim in LaTeX mathematics."""
    for op, shown in ((">=", r"\geq"), ("<=", r"\leq"), ("==", "="), (">", ">"), ("<", "<")):
        if f" {op} " in step.claim.text:
            left, right = step.claim.text.split(f" {op} ", 1)
            return f"{formula(parse(left))} {shown} {formula(parse(right))}"
    raise InputTypeError("step", step.claim.text, "a comparison")
