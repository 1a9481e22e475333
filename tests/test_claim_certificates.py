"""Stored proofs: they survive storage, and nothing tampered with passes."""

import ast
import copy
import json
import random
from fractions import Fraction
from pathlib import Path

import pytest

from gametheory import cli
from gametheory.claims import Claim, verify_certificate
from gametheory.claims.certificate import seal
from gametheory.claims.ordinal import stage_model
from gametheory.claims.statements import cells, evaluate, negation, read_statement
from gametheory.errors import CertificateError
from gametheory.games.preferences import Ordering

DILEMMA = Ordering("T > R > P > S")
CLAIMS = [
    Claim("T + R > P + S", DILEMMA),
    Claim("0 < (T-R)/(T-P) < 1", DILEMMA),
    Claim("(R >= (1-d)*T + d*P) == (d >= (T-R)/(T-P))", [DILEMMA, "0 < d < 1"]),
    Claim("T + S < 2*R", DILEMMA),
    Claim("P >= R or S > P", DILEMMA),
    Claim("a > 9", ["a > b", "b > c", "c >= a"]),
    Claim("x**3 + y**3 + z**3 >= 3*x*y*z", ["x > 0", "y > 0", "z > 0"]),
    Claim("x**2 + y**2 + z**2 >= x*y + y*z + z*x"),
    Claim("(a - c)*(b - c) > 0", [Ordering("a ~ b > c")]),
    Claim("a + b == 2*c", [Ordering("a ~ b; c"), "c == b"]),
]
VERDICTS = [claim.prove() for claim in CLAIMS]
CERTIFICATES = [v.certificate for v in VERDICTS]


def test_every_kind_of_evidence_is_among_them():
    assert {label for c in CERTIFICATES for label in c["evidence"]} == {"Farkas", "gap", "Handelman", "examples"}
    assert {c["verdict"] for c in CERTIFICATES} == {"proved", "refuted", "mixed", "contradictory"}


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda v: v.claim.text)
def test_certificates_survive_storage(verdict, tmp_path):
    verdict.save(tmp_path / "proof.json")
    assert verify_certificate(tmp_path / "proof.json") == verdict.verify()
    assert json.loads((tmp_path / "proof.json").read_text()) == verdict.certificate


def test_the_command_line_checks_a_file(tmp_path, capsys, monkeypatch):
    VERDICTS[0].save(tmp_path / "proof.json")
    monkeypatch.setattr("sys.argv", ["gametheory", "verify", str(tmp_path / "proof.json")])
    cli.main()
    assert capsys.readouterr().out.startswith("Proved: T + R > P + S, for all values such that T > R and")
    (tmp_path / "proof.json").write_text("{}")
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 2
    assert "format" in capsys.readouterr().err


def test_the_checker_shares_nothing_with_the_provers():
    folder = Path(verify_certificate.__code__.co_filename).parent
    for name in ("certificate.py", "statements.py", "_recount.py"):
        for node in ast.walk(ast.parse((folder / name).read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("gametheory"):
                assert node.module in {
                    "gametheory.errors",
                    "gametheory.claims.statements",
                    "gametheory.claims.certificate",
                    "gametheory.claims._recount",
                }


# --- tampering ----------------------------------------------------------------------------------------------------------


def paths_of(data, at=()):
    """Places of all leaves and containers."""
    yield at
    if isinstance(data, dict):
        for k in data:
            yield from paths_of(data[k], (*at, k))
    elif isinstance(data, list):
        for k in range(len(data)):
            yield from paths_of(data[k], (*at, k))


def changed(value, rng):
    """A different value of some kind."""
    if isinstance(value, str):
        options = [value + "0", "-" + value, value[:-1], "1/3", "T > S", "", "proved", "Farkas"]
        try:
            options += [str(Fraction(value) + 1), str(-Fraction(value)), str(Fraction(value) * 2)]
        except (ValueError, ZeroDivisionError):
            options += [value.replace(">", ">=", 1), value.replace("T", "R"), value.replace(">", "<")]
    elif isinstance(value, bool) or value is None:
        options = [{}, [], "x", 1]
    elif isinstance(value, int):
        options = [value + 1, value - 1, -1, 99, "0", None, True]
    elif isinstance(value, list):
        options = [value[1:], value[:-1], [*value, *value[:1]], [*value, "x"], value[::-1], [], None]
    else:
        options = [{k: v for k, v in value.items() if k != drop} for drop in value] + [{}, [], {**value, "more": "1"}]
    options = [x for x in options if x != value or type(x) is not type(value)]
    return rng.choice(options)


def mutate(certificate, rng):
    data = copy.deepcopy(certificate)
    at = rng.choice([p for p in paths_of(data) if p])
    home = data
    for k in at[:-1]:
        home = home[k]
    home[at[-1]] = changed(home[at[-1]], rng)
    return data


def test_1000_tampered_certificates_are_rejected():
    rng = random.Random(1)
    for _ in range(1000):
        bad = mutate(rng.choice(CERTIFICATES), rng)
        with pytest.raises(CertificateError):
            verify_certificate(bad)


def true_of_its_text(data):
    """Whether what a certificate says is so, as a fresh proof of its own text finds."""
    if data["verdict"] == "contradictory":
        return Claim("0 == 0", data["conflict"]).prove().kind == "contradictory"
    claim = Claim(
        data["statement"],
        data["given"],
        parameters=sorted(set(data["example"] or {}) | set(data["counterexample"] or {})),
    )
    return claim.prove().kind == data["verdict"]


def test_1000_forged_certificates_with_a_fresh_digest_are_rejected_unless_what_they_say_is_true():
    """A change may leave a proof a proof (another example, the same terms in another order): then its claim is true."""
    rng = random.Random(4)
    accepted = 0
    for _ in range(1000):
        forged = mutate(rng.choice(CERTIFICATES), rng)
        try:
            forged = seal(forged)
            verify_certificate(forged)
        except CertificateError:
            continue
        except (TypeError, AttributeError):
            continue  # not even an object that could be sealed
        accepted += 1
        assert true_of_its_text(forged), forged
    assert accepted < 150


def test_forged_claims_do_not_borrow_a_proof():
    """The proof of one claim under the text of another."""
    rng = random.Random(9)
    for _ in range(200):
        a, b = rng.sample(CERTIFICATES, 2)
        for field in ("statement", "given", "refutations", "verdict"):
            forged = seal({**a, field: b[field]})
            if forged[field] == a[field]:
                continue
            try:
                verify_certificate(forged)
            except CertificateError:
                continue
            assert true_of_its_text(forged)


def test_a_false_identity_with_the_right_total_needs_non_negative_multiples():
    """From T > R alone, T > P would follow if negative multiples were allowed."""
    good = Claim("T > P", ["T > R", "R > P"]).prove().certificate
    forged = {**good, "given": ["T > R", "R < P"], "example": {"T": "5", "R": "1", "P": "3"}}
    terms = [["1", [2]], ["1", [0]], ["-1", [1]]]
    with pytest.raises(CertificateError, match="negative multiple"):
        verify_certificate(seal({**forged, "refutations": [{"terms": terms}]}))
    weak = {**good, "given": ["T >= R", "R >= P"], "example": {"T": "5", "R": "3", "P": "1"}}
    terms = [["1", [2]], ["1", [0]], ["1", [1]]]
    with pytest.raises(CertificateError, match="no term .* is positive"):
        verify_certificate(seal({**weak, "refutations": [{"terms": terms}]}))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "null",
        "{",
        '{"format": 1}',
        "[" * 100_000,
        '{"format": "gametheory certificate 1", "digest": ""}',
        "\udcff",
    ],
)
def test_files_that_are_no_certificate_are_refused(content, tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(CertificateError):
        verify_certificate(path)
    with pytest.raises(CertificateError, match="cannot be read"):
        verify_certificate(tmp_path / "missing.json")


def test_huge_certificates_are_refused_and_do_not_run_for_ever():
    good = CERTIFICATES[0]
    for refutation in (
        {"terms": [["1", [0, 1, 2, 3] * 14]] * 50},
        {"terms": [["1", [0]]] * 10_000},
        {"terms": [["9" * 9000, [0]]]},
        {"lemmas": [{"positive": "(T+R+P+S)**20", "terms": [["1", [0]]]}], "terms": [["1", [0]]]},
        {"eliminate": [[0, "T"]] * 5, "terms": [["1", [0]]]},
    ):
        with pytest.raises(CertificateError):
            verify_certificate(seal({**good, "refutations": [refutation]}))


def test_exhaustive_certificates_need_the_predicate_and_are_counted_again():
    def dominant(game):
        return game.best_responses()[0] == {(1, 0), (1, 1)}

    model = stage_model([["CC", "CD"], ["DC", "DD"]], ("A", "B"))
    claim = Claim(
        dominant, {"A": Ordering("DC > CC; DD > CD"), "B": Ordering("CC; CD; DC; DD")}, model=model, ordinal=True
    )
    verdict = claim.prove()
    certificate = verdict.certificate
    assert certificate["classes"] == 19 * 75 or certificate["classes"] > 75
    assert verify_certificate(certificate, predicate=dominant, model=model).startswith(
        "Proved: dominant is true in all"
    )
    with pytest.raises(CertificateError, match="must be given"):
        verify_certificate(certificate)
    with pytest.raises(CertificateError):
        verify_certificate(certificate, predicate=lambda game: False, model=model)
    for change in (
        {"classes": 5},
        {"tally": [1, 0]},
        {"verdict": "mixed"},
        {"ties": False},
        {"groups": []},
        {"given": []},
    ):
        with pytest.raises(CertificateError):
            verify_certificate(seal({**certificate, **change}), predicate=dominant, model=model)


def test_a_verdict_vouches_for_its_own_claim_only():
    from dataclasses import replace

    other = replace(VERDICTS[0], certificate=VERDICTS[1].certificate)
    with pytest.raises(CertificateError, match="another claim"):
        other.verify()


def test_cells_cover_a_formula_exactly():
    """At random points: a formula is true exactly where one of its cells is."""
    rng = random.Random(6)
    text = "(a > b or not (b >= c and a != c)) == (a + b == 2*c or 1/(a - b) > c)"
    f = read_statement(text)
    for g in (f, negation(f)):
        ways = cells([g])
        for _ in range(400):
            point = {x: Fraction(rng.randint(-2, 2)) for x in "abc"}
            signs = [all(true_at(atom, point) for atom in way) for way in ways]
            assert any(signs) is evaluate(g, point)


def true_at(atom, point):
    total = Fraction(0)
    for m, c in atom[0].items():
        for name, e in m:
            c *= point[name] ** e
        total += c
    return total > 0 if atom[1] == ">" else total >= 0 if atom[1] == ">=" else total == 0
