"""The ledger: complete, computed rather than written down, robust against a failing entry, and right where it can be recomputed."""

import json
import random
import re
from fractions import Fraction as F

import pytest

import gametheory as gt
from gametheory.errors import InputError
from gametheory.studies.us_mexico import claims as module
from gametheory.studies.us_mexico import ledger_tools as tools
from gametheory.studies.us_mexico import reduced, verdicts
from gametheory.studies.us_mexico.claims import (
    counts,
    inconsistencies,
    ledger,
    ledger_entries,
    ledger_json,
    ledger_table,
)
from gametheory.studies.us_mexico.ledger_tools import Entry, Finding, LedgerVerdict
from gametheory.studies.us_mexico.preferences import STATED, StatedOrdering, calibration


@pytest.fixture(scope="module")
def lines():
    return ledger()


SMALL = reduced.reduced_game(K=1, F=1)


def line(lines, number):
    return next(x for x in lines if x.number == number)


def test_every_claim_has_one_entry_and_every_check_runs(lines):
    assert [x.number for x in lines] == list(range(1, 94))
    assert sum(x.core for x in lines) == 44
    assert not [x for x in lines if x.error]
    assert {x.verdict for x in lines} <= {v.value for v in LedgerVerdict}
    assert all(x.detail and x.statement and x.section for x in lines)
    assert sum(x.seconds for x in lines) < 300


def test_an_error_stays_in_its_line():
    def bad():
        raise ZeroDivisionError("by design")

    done = []
    good = next(e for e in ledger_entries() if e.number == 7)
    found = ledger(entries=[Entry(5, "broken", "", "", bad), good], done=done.append)
    assert [x.verdict for x in found] == ["error", "assumed"]
    assert found[0].error == "ZeroDivisionError: by design"
    assert tuple(done) == found
    assert "error: ZeroDivisionError" in ledger_table(found)


def test_assumed_is_computed_from_the_orderings(monkeypatch):
    """Turn Mexico's ordering round, and the two entries that rest on UP > UA say so."""
    monkeypatch.setitem(STATED, "mx", StatedOrdering("MX", "", gt.Ordering("NS > NE > UA > UP"), "", (), ""))
    assert [x.verdict for x in ledger(numbers=[3, 7])] == ["contradicted", "contradicted"]


def test_built_in_is_read_off_the_game(monkeypatch):
    """A counter that can fall is no ratchet, and the entry notices."""
    from gametheory.games.institutions import Bonus, Counter, Fine, stepped

    def falling(*, K=3, F=2, naive=False, relief=False):
        base = reduced.reduced_game(K=K, F=F).base
        return base.with_rules(
            Counter("k", upto=K, on={"UP": "rho"}, down={"NE": 1}),
            Counter("f", upto=F, on={"NS": 1, "NE": "q"}, reset_on=stepped("k")),
            Fine("US", on=("UA", "UP"), by="c*k"),
            Bonus("US", on=("UA", "UP"), by="a1*f"),
            Bonus("MX", on="NE", by="m1*k"),
        )

    monkeypatch.setattr(tools, "reduced_game", falling)
    tools._game.cache_clear()
    try:
        found = ledger(numbers=[28, 35])
    finally:
        tools._game.cache_clear()
        tools._SOLVED.clear()
    assert [x.verdict for x in found] == ["contradicted", "contradicted"]
    assert "k never falls" in found[0].detail


def test_a_claim_of_which_no_member_speaks_is_undecided(monkeypatch):
    monkeypatch.setattr(tools, "MEMBERS", {**tools.MEMBERS, "certification": "agencies"})
    assert ledger(numbers=[57])[0].verdict == "undecided"


def test_untestable_ends_when_the_model_speaks_of_it(monkeypatch):
    monkeypatch.setattr(tools, "PARAMETERS", {**tools.PARAMETERS, "h": "cost of a leak"})
    assert ledger(numbers=[42])[0].verdict == "undecided"


@pytest.mark.parametrize(
    ("worlds", "expected"),
    [
        ({"a": True, "b": False}, "conditional"),
        ({"a": False, "b": False}, "contradicted"),
        ({"a": True, "b": True}, "undecided"),
    ],
)
def test_solved_cases_never_count_as_a_proof(worlds, expected):
    assert tools.cases_decide(lambda: worlds, lambda: "x")().verdict.value == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [("UP > UA", "derived"), ("UA > UP", "contradicted"), ("NS - NE > UP - UA", "conditional")],
)
def test_statements_about_payoffs_get_the_verdict_of_the_proof(statement, expected):
    assert tools.proved(statement, STATED["mx"].ordering)().verdict.value == expected


def test_conditional_lines_show_both_sides(lines):
    for x in lines:
        if x.verdict == "conditional" and x.evidence == "exact solutions, both ways" and x.number != 33:
            assert "holds: " in x.detail and "Fails: " in x.detail, x


def draw(rng):
    """Payoffs of the small reduced game that satisfy the stated orderings, or None."""
    z = F(rng.randint(2, 8), 4)
    values = {
        "delta_US": F(rng.randint(1, 19), 20), "delta_MX": F(rng.randint(1, 19), 20), "rho": rng.choice((F(1), F(1, 2))),
        "q": F(rng.randint(1, 4), 5), "rc": F(rng.randint(2, 8), 2), "ru": F(rng.randint(1, 8), 2), "l": F(rng.randint(1, 8), 4),
        "a0": F(rng.randint(0, 4), 4), "a1": F(rng.randint(0, 8), 4), "c": F(rng.randint(0, 8), 4), "m0": F(0),
        "m1": F(rng.choice((0, 2, 4)), 4), "e": F(rng.randint(1, 6), 4), "z": z, "s": z + F(rng.randint(1, 8), 8), "t": F(3),
    }  # fmt: skip
    game = SMALL.subs(**values)
    return game if all(all(c.holds) for c in calibration(game) if c.k == 0) else None


def test_no_raid_is_let_pass_in_play_whatever_the_payoffs(lines):
    """Claim 25's theorem for the path of play, held against every pure equilibrium of games drawn at random."""
    assert "z < s suffices" in line(lines, 25).detail
    rng = random.Random(8)
    solved = 0
    while solved < 60:
        game = draw(rng)
        if game is None:
            continue
        for e in gt.solve(game, gt.MarkovPerfect(pure=True)).equilibria:
            solved += 1
            assert "UA" not in e.chain.outcomes


def test_findings_against_the_article_rest_on_payoffs_that_keep_the_orderings():
    for values in (tools.APPEASING, tools.YIELDING, tools.TWO_OPENINGS):
        assert tools.keeps_orderings(tools.game(K=1, F=1, **values))
    (appeasing,) = tools.solved(tools.game(K=1, F=1, **tools.APPEASING)).equilibria
    assert appeasing.path(1).sentence().startswith("NE")
    assert appeasing.policy["k=0, f=0"]["MX after N"] == "E"
    (yielding,) = tools.solved(tools.game(K=1, F=1, **tools.YIELDING)).equilibria
    assert yielding.policy["k=0, f=0"]["MX after U"] == "A"
    openings = {path.split()[0].strip(",") for path in tools.solved(tools.game(K=1, F=1, **tools.TWO_OPENINGS)).paths}
    assert openings == {"NS", "UP"}


def test_the_threshold_of_claim_31_is_where_institutions_pay():
    """Independent of the ledger: the last joint work needs m0 + 3 m1 >= e, that is m1 >= 1/3 at the baseline."""
    for m1, pattern in (("1/3", None), ("3334/10000", "cycle"), ("3332/10000", "deadlock")):
        variant = reduced.Variant("x", "x", {"m1": m1})
        (result,) = verdicts.solve_variants([variant])
        assert pattern is None or result.patterns == (pattern,)


def test_the_inconsistencies_have_a_finding_for_each_reading():
    found = inconsistencies()
    assert [x.id for x in found] == [f"I-{n}" for n in range(1, 21)]
    for x in found:
        assert not x.error and x.title and len(x.readings) == len(x.findings), x
    by_id = {x.id: x.findings for x in found}
    assert "cycle 1)" in by_id["I-3"][0] and "deadlock 1)" in by_id["I-3"][1]
    assert "unilateral-principled 1" in by_id["I-4"][1]
    assert "216 and 442" in by_id["I-19"][1]


def test_json_is_plain_and_the_same_twice(lines):
    also = inconsistencies()
    text = json.dumps(ledger_json(lines, also))
    assert text == json.dumps(ledger_json(ledger(), inconsistencies()))
    data = json.loads(text)
    assert sum(data["counts"].values()) == 93 == sum(counts(lines).values())
    assert "every payoff consistent with the orderings" in data["note"]


def test_the_latex_table_escapes_everything(lines):
    table = ledger_table(lines)
    assert table.count("\n") == 93 + 8
    rows = [row for row in table.splitlines() if re.match(r"\d+(\$\^\{\*\}\$)? & ", row)]
    assert len(rows) == 93
    for row in rows:
        assert len(re.findall(r"(?<!\\)&", row)) == 3
        bare = re.sub(r"\\[a-zA-Z]+\{\}|\\[&%$#_{}\\]|\$\^\{\*\}\$", "", row)
        assert not re.search(r"[%$#_{}^~<>|]", bare), row
    strange = Entry(1, r"100% & $x_1^2$ {~} \<|>#", "", "", lambda: Finding(LedgerVerdict.ASSUMED, "", "a_b"))
    row = next(r for r in ledger_table(ledger(entries=[strange])).splitlines() if r.startswith("1$"))
    assert (
        r"100\% \& \$x\_1\textasciicircum{}2\$ \{\textasciitilde{}\} \textbackslash{}\textless{}\textbar{}\textgreater{}\#"
        in row
    )


def test_unknown_numbers_are_refused():
    with pytest.raises(InputError, match="94"):
        ledger(numbers=[94])


def test_the_command_prints_json(monkeypatch):
    from typer.testing import CliRunner

    from gametheory.cli import app

    few = tuple(e for e in ledger_entries() if e.number in (1, 7, 25))
    monkeypatch.setattr(module, "ledger_entries", lambda: few)
    result = CliRunner().invoke(app, ["claims", "--json"])
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert [c["number"] for c in data["claims"]] == [1, 7, 25]
    shown = CliRunner().invoke(app, ["claims"])
    assert shown.exit_code == 0 and "conditional 1" in shown.stdout
