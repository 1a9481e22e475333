"""Readers and writers of game files: round trips, errors with their place, hostile files, Gambit as oracle."""

import io
import json
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gametheory as gt
from gametheory import interop
from gametheory.errors import InputError, ReadError, UnsupportedError
from gametheory.games.institutions import Bonus, Counter, Fine, Modulate, Prohibit, Sunset, Tremble, stepped
from gametheory.games.tree import Chance, Tree, Turn
from gametheory.interop import read_bytes, read_game, write_game
from tests.strategies import dynamic_games

GAMES = Path(__file__).parent / "data" / "games"
DILEMMA = gt.StageGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], ("US", "MX"), (("C", "D"), ("c", "d")))


def read(text, ending):
    return read_bytes(text.encode() if isinstance(text, str) else text, ending, "file" + ending)


def round_trip(game, folder, *endings):
    for ending in endings or (".toml", ".json"):
        path = folder / ("game" + ending)
        write_game(game, path)
        assert read_game(path) == game, ending


# --- what is written is read back -------------------------------------------------------------------------------------

names = st.text(min_size=1, max_size=6).filter(lambda s: "\0" not in s and "\r" not in s)
numbers = st.one_of(st.integers(-3, 3), st.fractions(max_denominator=9), st.integers(-(10**30), 10**30)).map(Fraction)
expressions = st.sampled_from(["t", "2*t - s/3", "t**2 + 1/2", "s/(t + 1)", "-t"]).map(gt.exact)


@st.composite
def labelled_games(draw, payoffs=numbers, largest=3):
    m, n = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    table = st.lists(st.lists(payoffs, min_size=n, max_size=n), min_size=m, max_size=m)
    players = draw(st.lists(names, min_size=2, max_size=2, unique=True))
    actions = [draw(st.lists(names, min_size=k, max_size=k, unique=True)) for k in (m, n)]
    labels = draw(st.lists(names, min_size=m * n, max_size=m * n, unique=True))
    labels = [labels[i * n : (i + 1) * n] for i in range(m)]
    return gt.StageGame(draw(table), draw(table), players, actions, labels=labels, ordinal=draw(st.booleans()))


@settings(max_examples=80)
@given(labelled_games(payoffs=st.one_of(numbers, expressions)))
def test_toml_and_json_give_back_any_stage_game(tmp_path_factory, game):
    round_trip(game, tmp_path_factory.getbasetemp())


@settings(max_examples=80)
@given(labelled_games())
def test_nfg_gives_back_payoffs_and_names(tmp_path_factory, game):
    path = tmp_path_factory.getbasetemp() / "game.nfg"
    write_game(game, path)
    back = read_game(path)
    assert (back.A, back.B, back.players, back.actions) == (game.A, game.B, game.players, game.actions)
    if not all(x.isdigit() or x[:1] == "_" for row in game.labels for x in row):
        assert back.labels == game.labels


@settings(max_examples=30)
@given(dynamic_games())
def test_toml_and_json_give_back_any_stochastic_game(tmp_path_factory, game):
    round_trip(game, tmp_path_factory.getbasetemp())


@st.composite
def rules(draw):
    chance = st.sampled_from(["p", "1/2", Fraction(1, 3), 0.25, 1, 0, "p*(1 - k/4)"])
    amount = st.sampled_from(["c*k", "c", 2, -1, 0.5, Fraction(2, 7), "k**2/3"])
    some = st.sampled_from(["Cc", "Dd", ("Dc",), ("Cd", "Dc")])
    held = [Counter("k", upto=draw(st.integers(0, 2)), on={"Dc": draw(chance)}, ratchet=True)]
    pool = [
        Counter("f", upto=1, on={"Dd": draw(chance)}, reset_on=draw(st.sampled_from(["Cc", ("Cc", "Cd"), stepped("k")]))),
        Counter("g", upto=2, on={"Cc": draw(chance)}, down={"Dd": draw(chance)}, start=1),
        Fine("US", on=draw(some), by=draw(amount)),
        Bonus("MX", on=draw(some), by=draw(amount)),
        Prohibit("US", "D", when="k >= 2 and not k == 1", binds_trembles=draw(st.booleans())),
        Tremble("MX", to="d", probability="1/10", instead_of=draw(st.sampled_from([(), "c", ("c",)]))),
        Modulate("m", ("dove", "hawk"), (("3/4", "1/4"), (0.5, Fraction(1, 2))), draw(st.sampled_from([None, "hawk"]))),
    ]
    held += [rule for rule in pool if draw(st.booleans())]
    if any(isinstance(r, Counter) and r.name == "f" for r in held) and draw(st.booleans()):
        held.append(Sunset("f", draw(st.sampled_from(["1/5", 0.5])), to=draw(st.integers(0, 1))))
    return held


@settings(max_examples=25)
@given(rules(), st.booleans(), st.sampled_from([("delta", "delta"), ("1/2", "2/3"), (0.9, "d")]))
def test_toml_and_json_give_back_rules_and_parameters(tmp_path_factory, given_rules, bind, discount):
    game = gt.DynamicGame.repeated(DILEMMA, discount=discount).with_rules(*given_rules)
    if bind:
        game = game.subs(**dict.fromkeys(game.parameters, "1/3"))
    round_trip(game, tmp_path_factory.getbasetemp())


def test_sequential_perceived_and_trembling_games_come_back(tmp_path):
    payoffs = {"NE": (2, 2), "NS": (0, "s"), "UA": (1, 1), "UP": (0, 2)}
    game = gt.DynamicGame.sequential(
        first="MX", moves={"N": ("E", "S"), "U": ("A", "P")}, payoffs=payoffs, players=("US", "MX"), discount="delta"
    )
    round_trip(game, tmp_path)
    round_trip(game.subs(delta="1/2"), tmp_path)
    ruled = game.with_rules(Counter("k", upto=2, on={"UP": "rho"}), Fine("US", on=("UA", "UP"), by="c*k"))
    round_trip(ruled, tmp_path)
    round_trip(ruled.subs(delta="1/2", c=2), tmp_path)
    round_trip(ruled.perceived("MX", without=["k"]), tmp_path)
    mixed = gt.DynamicGame.sequential(
        first="US", moves=["a", {"b": ("c", "d")}], payoffs={"a": (1, 1), "bc": (0, 0), "bd": (2, 2)},
        players=("US", "MX"), discount="1/2",
    )  # fmt: skip
    round_trip(mixed, tmp_path)
    # A base whose own moves are lotteries has no short form: it is written out node by node.
    shaken = mixed.with_rules(Tremble("US", to="a", probability="1/10"))
    bare = gt.DynamicGame(shaken.players, shaken.states, shaken.periods, shaken.discount)
    round_trip(bare, tmp_path)


def test_symbolic_orderings_come_back_as_orderings_even_with_spaces_in_names(tmp_path):
    us, mx = gt.Ordering("UC > NC >= UR; UR > NR"), gt.Ordering("NR ~ NC > UR; UC > UR")
    table = [["NC", "NR"], ["UC", "UR"]]
    game = gt.StageGame.from_orderings(us, mx, outcomes=table, symbolic=True, players=("United States", "Mexico"))
    round_trip(game, tmp_path)
    assert "UC > NC >= UR > NR" in (tmp_path / "game.toml").read_text()
    twisted = gt.StageGame(game.A, game.B, game.players, game.actions, domain=game.domain[:1])
    round_trip(twisted, tmp_path)


@st.composite
def trees(draw):
    plays = []

    def moves(history, depth):
        kind = draw(st.sampled_from(["ends", "moves", "turn", "chance"])) if depth < 3 else "ends"
        labels = draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True))
        after = {x: moves(history + x, depth + 1) if kind != "ends" and draw(st.booleans()) else None for x in labels}
        plays.extend(history + x for x in labels if after[x] is None)
        if kind == "chance":
            p = Fraction(1, len(labels))
            return Chance({x: (p, a) if a is not None else p for x, a in after.items()})
        return Turn(draw(st.sampled_from(["US", "MX"])), after) if kind == "turn" else after

    given_moves = moves("", 0)
    return Tree.from_moves(given_moves, {x: (draw(numbers), draw(numbers)) for x in plays}, players=("US", "MX"))


@settings(max_examples=60)
@given(trees())
def test_trees_come_back_from_efg_toml_and_json(tmp_path_factory, tree):
    round_trip(tree, tmp_path_factory.getbasetemp(), ".efg", ".toml", ".json")


@pytest.mark.parametrize("path", sorted(GAMES.iterdir()), ids=lambda path: path.name)
def test_every_example_is_read_and_comes_back(path, tmp_path):
    game = read_game(path)
    round_trip(game, tmp_path)


def test_examples_in_the_documentation_are_read():
    blocks = [block.split("\n\n")[0] for block in interop.__doc__.split("::\n\n")[1:]]
    assert len(blocks) == 5
    kinds = []
    for block in blocks:
        kinds.append(type(read("\n".join(line.strip() for line in block.splitlines()), ".toml")).__name__)
    assert kinds == ["StageGame", "StageGame", "DynamicGame", "DynamicGame", "Tree"]


def test_a_hand_written_game_means_what_it_says():
    game = read((GAMES / "sequential.toml").read_text(), ".toml")
    built = gt.DynamicGame.sequential(
        first="US", moves={"N": ("E", "S"), "U": ("A", "P")}, players=("US", "MX"), discount="delta",
        payoffs={"NE": (2, 2), "NS": (0, 3), "UA": (1, 1), "UP": (0, 2)},
    )  # fmt: skip
    built = built.with_rules(Counter("k", upto=3, on={"UP": "1/2"}), Fine("US", on=("UA", "UP"), by="c*k"))
    assert game == built.subs(delta="3/4", c=1)
    ordinal = read((GAMES / "orderings.toml").read_text(), ".toml")
    us, mx = gt.Ordering("UC > NC > UR > NR"), gt.Ordering("NR > NC > UR > UC")
    assert ordinal == gt.StageGame.from_orderings(us, mx, outcomes=[["NC", "NR"], ["UC", "UR"]], players=("US", "MX"))


def test_nfg_payoff_and_outcome_forms_run_rows_fastest_and_decimals_are_exact():
    game = read_game(GAMES / "payoff_form.nfg")
    assert ((3, Fraction(1, 4), -7), (5, 10, 4)) == game.A
    assert ((3, Fraction(-1, 3), 2), (0, Fraction(1, 2), 0)) == game.B
    game = read_game(GAMES / "outcome_form.nfg")
    assert game.players == ("US", 'the "other" side') and game.actions == (("N", "U"), ("C", "R"))
    half = Fraction(1, 2)
    assert ((3, 0), (half, half)) == game.A and ((3, 0), (-half, -half)) == game.B
    assert read_game(GAMES / "named_outcomes.nfg").payoffs("good") == (Fraction(3, 2), 2)


def test_large_games_with_numbers_as_names_have_outcomes_that_differ():
    payoffs = " ".join(["1 2"] * 144)
    game = read(f'NFG 1 R "" {{ "a" "b" }} {{ 12 12 }} {payoffs}', ".nfg")
    assert game.shape == (12, 12) and game.labels[0][10] == "1,11"


# --- Gambit as oracle -------------------------------------------------------------------------------------------------


def gambit_tables(text):
    gambit = pytest.importorskip("pygambit")
    game = gambit.read_nfg(io.BytesIO(text.encode()))
    return [[[Fraction(int(x.numerator), int(x.denominator)) for x in row] for row in t] for t in game.to_arrays()]


plain_names = st.text("abXY '\"{}1", min_size=1, max_size=5).filter(lambda s: s == s.strip() and "  " not in s)


@settings(max_examples=40)
@given(labelled_games(), st.data())
def test_gambit_reads_our_nfg_to_the_same_payoffs(tmp_path_factory, game, data):
    m, n = game.shape
    actions = [data.draw(st.lists(plain_names, min_size=k, max_size=k, unique=True)) for k in (m, n)]
    labels = [[f"o {i} {j}" for j in range(n)] for i in range(m)]
    game = gt.StageGame(game.A, game.B, ("p 1", '"q"'), actions, labels=labels)
    path = tmp_path_factory.getbasetemp() / "gambit.nfg"
    write_game(game, path)
    assert gambit_tables(path.read_text()) == [[list(row) for row in table] for table in (game.A, game.B)]


def test_gambit_and_this_reader_agree_on_the_example_files():
    for path in sorted(GAMES.glob("*.nfg")):
        text = path.read_text()
        if "1 2 0 2" in text:  # pygambit 16 cannot tabulate cells without an outcome
            text = text.replace("1 2 0 2", "1 2 4 2").replace('{ "" 7 1 }', '{ "" 7 1 } { "none" 0 0 }')
        text = text.replace("+4", "4")  # nor does it read a plus sign
        game = read_game(path)
        assert gambit_tables(text) == [[list(row) for row in table] for table in (game.A, game.B)], path


def plan_payoffs(gambit, text):
    """Gambit's reduced normal form of a tree, as a multiset of payoff pairs."""
    game = gambit.read_efg(io.BytesIO(text.encode()))
    first, second = game.to_arrays()
    return sorted((str(u), str(v)) for u, v in zip(first.ravel(), second.ravel(), strict=True))


def test_gambit_reads_our_trees_to_the_same_normal_form(tmp_path):
    gambit = pytest.importorskip("pygambit")
    write_game(read_game(GAMES / "entry.efg"), tmp_path / "entry.efg")
    ours = plan_payoffs(gambit, (tmp_path / "entry.efg").read_text())
    assert ours == plan_payoffs(gambit, (GAMES / "entry.efg").read_text())
    stage = read_game(GAMES / "entry.efg").to_stage()
    pairs = [(str(stage.A[i][j]), str(stage.B[i][j])) for i in range(stage.shape[0]) for j in range(stage.shape[1])]
    assert ours == sorted(pairs)


# --- refusals with their place ----------------------------------------------------------------------------------------

PD = 'NFG 1 R "PD" { "US" "MX" }\n{ 2 2 }\n\n3 3 5 0 0 5 1 1\n'

BROKEN_NFG = [
    ("", (1, 1), "expected NFG"),
    (PD.replace("NFG", "EFG"), (1, 1), "expected NFG"),
    (PD.replace("1 R", "2 R"), (1, 5), "version 1"),
    (PD.replace("R", "X"), (1, 7), "R .rational."),
    (PD.replace('"PD" ', ""), (1, 9), "title"),
    (PD.replace('"MX"', '"US"'), (1, 14), "two different players"),
    (PD.replace(' "MX"', ""), (1, 14), "two players"),
    (PD.replace("{ 2 2 }", "{ 2 }"), (2, 1), "each of the two players"),
    (PD.replace("{ 2 2 }", "{ 1000000 1000000 }"), (2, 1), "at most 250000"),
    (PD.replace("{ 2 2 }", "{ 99999999999 2 }"), (2, 3), "a number of strategies"),
    (PD.replace("{ 2 2 }", "{ 0 2 }"), (2, 1), "one or more strategies"),
    (PD.replace("5 1 1", "5 1"), (5, 1), "a payoff, found the end of the file"),
    (PD.replace("1 1", "1 x"), (4, 15), "a payoff, found x"),
    (PD.replace("1 1", "1 1/0"), (4, 15), "division by zero"),
    (PD.replace("1 1", "1 1e999999999"), (4, 15), "1000 digits"),
    (PD.replace("1 1", "1 " + "9" * 1001), (4, 15), "1000 digits"),
    (PD.replace("1 1", "1 1 1"), (4, 17), "end of the file"),
    (PD.replace('"PD"', '"PD'), (1, 16), "expected .*players' names.*found US"),
    (PD.replace("5 1 1", '5 1 "'), (4, 15), "not closed"),
    (PD.replace("3 3 5", "nan 3 5"), (4, 1), "a payoff, found nan"),
    (PD.replace("{ 2 2 }", '{ {"a" "a"} {"b" "c"} }'), (2, 1), "names of US's strategies repeat"),
    (PD[: PD.index("3 3")] + '{ { "o" 1 2 } } 1 1 1 2', (4, 23), "outcome 2, but there are 1"),
]


@pytest.mark.parametrize(("text", "place", "message"), BROKEN_NFG)
def test_broken_nfg_is_refused_with_its_place(text, place, message):
    with pytest.raises(ReadError, match=message) as caught:
        read(text, ".nfg")
    assert (caught.value.line, caught.value.column) == place


EFG = 'EFG 2 R "" { "A" "B" }\n""\np "" 1 1 "" { "l" "r" } 0\nt "" 1 "" { 1 2 }\nt "" 2 "" { 3 4 }\n'


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (EFG.replace('t "" 2 "" { 3 4 }\n', ""), (5, 1), "expected a node"),
        (EFG + 't "" 0', (6, 1), "end of the file"),
        (EFG.replace('2 "" { 3 4 }', "2"), (5, 6), "outcome 2 has no payoffs"),
        (EFG.replace('2 "" { 3 4 }', '1 "" { 3 4 }'), (5, 6), "other payoffs before"),
        (EFG.replace('"l" "r"', '"l" "l"'), (3, 13), "names that differ"),
        (EFG.replace('"" 1 1', '"" 3 1'), (3, 6), "player 3"),
        (EFG.replace('p "" 1 1 "" { "l" "r" }', 'c "" 1 "" { "l" 1/2 "r" 1/3 }'), (3, 11), "sum to 5/6"),
        ('EFG 2 R "" { "A" "B" } t "" 0', (1, 1), "at least one move"),
        ('EFG 2 R "" { "A" "B" } ' + "".join(f'p "" 1 {i} "" {{ "a" }} 0 ' for i in range(200)), (1, 2415), "100 moves"),
    ],
)
def test_broken_efg_is_refused_with_its_place(text, place, message):
    with pytest.raises(ReadError, match=message) as caught:
        read(text, ".efg")
    assert (caught.value.line, caught.value.column)[: 1 if place[1] == 2415 else 2] == place[: 1 if place[1] == 2415 else 2]


def test_what_is_not_supported_is_refused_by_name_with_the_tool_that_does_it():
    with pytest.raises(UnsupportedError, match="three or more use Gambit"):
        read('NFG 1 R "" { "A" "B" "C" } { 2 2 2 } 1', ".nfg")
    with pytest.raises(UnsupportedError, match="three or more use Gambit"):
        read('players = ["A", "B", "C"]', ".toml")
    second = 'p "" 2 1 "" { "x" } 0\nt "" 1 "" { 1 1 }\n'
    head = 'EFG 2 R "" { "A" "B" }\np "" 1 1 "" { "l" "r" } 0\n'
    with pytest.raises(UnsupportedError, match=r"information set 1 of player 2 .*Gambit"):
        read(head + second + second.replace(' "" { "x" } 0', ' "" { "x" } 0'), ".efg")


STAGE = 'players = ["A", "B"]\nactions = [["x", "y"], ["z"]]\n[payoffs]\nxz = [1, 2]\nyz = [3, "t"]\n'


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("players = [", (1, 12), "Invalid value"),
        ("a = 1\na = 2", (2, 6), "overwrite"),
        ("x = 1", (1, 1), "'players' is missing"),
        (STAGE.replace("actions", "actoins"), (1, 1), "'actions' is missing"),
        (STAGE.replace("[payoffs]", "oridnal = true\n[payoffs]"), (3, 1), "unknown key 'oridnal'; did you mean 'ordinal'"),
        (STAGE.replace('"t"', '"t**99"'), (5, 10), r"payoffs.yz\[1\].*integer exponent"),
        (STAGE.replace('"t"', "nan"), (5, 10), "finite"),
        (STAGE.replace('"t"', "true"), (5, 10), "expected a number"),
        (STAGE.replace('"t"', "1979-05-27"), (5, 10), "expected a number"),
        (STAGE.replace('"t"', "1e99999"), (5, 10), "1000 digits"),
        (STAGE.replace('"t"', "\"__import__('os').system('true')\""), (5, 10), "numbers, names"),
        (STAGE.replace("yz", "yy"), (5, 1), "unknown outcome 'yy'"),
        (STAGE.replace("yz = [3, ", "yz = [3, 4, "), (5, 1), "two entries, for A and for B; found 3"),
        ("schema = 'gametheory/9'\n" + STAGE, (1, 1), "expected 'gametheory/1'"),
        ("kind = 'bayesian'\n" + STAGE, (1, 1), "expected one of stage"),
        ("discount = 2\n" + STAGE, (1, 1), "strictly between 0 and 1"),
        ("discount = 'd'\n" + STAGE + "[parameters]\nz = 1", (8, 1), "no such parameter; the game has d, t"),
        ("discount = 'd'\n" + STAGE + "[parameters]\nself = 1", (8, 1), "no such parameter"),
        ("discount = 'd'\n" + STAGE + "[[rules]]\nrule = 'Countr'", (8, 1), "Counter"),
        ("discount = 'd'\n" + STAGE + "[[rules]]\nrule = 'Fine'\nplayer = 'A'\non = 'xz'\nby = '1/0'", (11, 1), "zero"),
        ("discount = 'd'\n" + STAGE + "[[rules]]\nrule='Counter'\nname='k'\nupto=999999\non={xz=1}", (7, 1), "steps to build"),
        (STAGE.replace("[payoffs]", "domain = ['1 > 0']\n[payoffs]"), (3, 11), "neither always true"),
        (STAGE.replace("[payoffs]", "[orderings]").replace("xz = [1, 2]\nyz = [3, ", "A = 'xz > > yz'\nB = ["), (4, 1), "chains"),
        ("x = " + "[" * 2000, (1, 105), "nested brackets"),
        ("x = 1" + "\na" + ".a" * 5000 + " = 1", (2, 202), "key of more than"),
        ("x = 0x" + "f" * 5000, (1, 5), "more than 1000"),
    ],
)
def test_broken_toml_is_refused_with_its_place(text, place, message):
    with pytest.raises(ReadError, match=message) as caught:
        read(text, ".toml")
    assert (caught.value.line, caught.value.column) == place, str(caught.value)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('{"players": [', (1, 14), "value"),
        ('{"a": 1,\n "a": 2}', (2, 2), "'a' stands twice"),
        ('{"players": ["A", "B"],\n "actions": [["x"], ["y", 3]]}', (2, 27), r"actions\[1\]\[1\]: expected text"),
        ('{"players": ["A", "B"],\n "discount": NaN}', (2, 2), "'outcomes'|finite"),
        ("[1, 2]", (1, 1), "expected a table"),
        ("[" * 100000, (1, 101), "nested brackets"),
        ('{"players": ["A", null]}', (1, 19), r"players\[1\]: expected text, found nothing"),
    ],
)
def test_broken_json_is_refused_with_its_place(text, place, message):
    with pytest.raises(ReadError, match=message) as caught:
        read(text, ".json")
    assert (caught.value.line, caught.value.column) == place, str(caught.value)


@pytest.mark.parametrize("ending", [".nfg", ".efg", ".toml", ".json"])
def test_bytes_that_are_no_text_are_refused_and_marks_and_line_ends_are_not(ending):
    good = next(iter(sorted(GAMES.glob("*" + ending)))).read_bytes()
    plain = read(good, ending)
    assert read(b"\xef\xbb\xbf" + good, ending) == plain
    assert read(good.replace(b"\n", b"\r\n"), ending) == plain
    for bad, message in [(b"\0", "NUL"), (b"\xff", "UTF-8"), (b"\xc3", "UTF-8")]:
        with pytest.raises(ReadError, match=message) as caught:
            read(good[:10] + b"\n" + bad + b" " + good[10:], ending)
        assert caught.value.line == good[:10].count(b"\n") + 2 and caught.value.column == 1
    with pytest.raises(ReadError, match="UTF-16"):
        read(good.decode().encode("utf-16"), ending)
    with pytest.raises(ReadError, match="larger than"):
        read(b" " * 10_000_001, ending)


@pytest.mark.parametrize("path", sorted(GAMES.iterdir()), ids=lambda path: path.name)
def test_every_truncation_is_refused_or_read(path):
    data = path.read_bytes()
    for size in range(0, len(data), max(1, len(data) // 120)):
        try:
            read(data[:size], path.suffix)
        except (ReadError, UnsupportedError):
            continue


HOSTILE = {
    "strings": ('NFG 1 R "' + '\\"' * 400_000, ".nfg"),
    "backslashes": ('NFG 1 R "' + "\\" * 900_000, ".nfg"),
    "braces": ('NFG 1 R "" ' + "{" * 900_000, ".nfg"),
    "spaces": (" " * 9_000_000, ".nfg"),
    "names": ('NFG 1 R "" { "a" "b" } { { ' + '"x" ' * 300_000, ".nfg"),
    "wide names": ('NFG 1 R "" { "a" "b" } { {' + "}{".join(" ".join(f'"{"x" * 990}{i}"' for i in range(400)) for _ in "ab")
                   + "} } " + "0 " * 320_000, ".nfg"),
    "deep tree": ('EFG 2 R "" { "a" "b" } ' + "".join(f'p "" 1 {i} "" {{ "a" "b" }} 0 ' for i in range(100_000)), ".efg"),
    "toml quotes": ('a = """' + '""\\' * 300_000, ".toml"),
    "toml dots": ("\n".join("a" + ".b" * 90 + f".c{i} = 1" for i in range(4000)), ".toml"),
    "toml tables": ("\n".join(f"[a{i}]" for i in range(100_000)), ".toml"),
    "toml arrays": ("\n".join("[[a]]" for i in range(150_000)), ".toml"),
    "toml escapes": ('a = "' + "\\u0041" * 150_000 + '"', ".toml"),
    "json keys": (json.dumps({str(i): i for i in range(60_000)}), ".json"),
    "json same keys": ("{" + '"a": 1,' * 100_000 + '"a": 1}', ".json"),
    "json numbers": ("[" + "1e308," * 150_000 + "1]", ".json"),
    "power tower": (STAGE.replace('"t"', '"' + "(" * 9 + "t-t+9" + ")**20" * 9 + '"'), ".toml"),
    "expansion": (STAGE.replace("xz = [1", 'xz = ["1/((a+b+c+d+e+f)**20*(a-b-c)**20)"'), ".toml"),
    "parentheses": (STAGE.replace('"t"', '"' + "(" * 900 + "t" + ")" * 900 + '"'), ".toml"),
    "symbolic chances": (
        'kind="stochastic"\nplayers=["a","b"]\ndiscount="d"\n[[states]]\nname="s"\nactions=[["x"],["y"]]\npayoffs={xy=[1,1]}\nnext={xy={'
        + "s='1/(a+b+c+d)**20'}}", ".toml"),
    "orderings": ('players=["a","b"]\noutcomes=[["x","y"]]\n[orderings]\na="' + " > ".join(f"o{i}" for i in range(3000)) + '"\nb="x"', ".toml"),
    "power tower in a condition": (
        'discount="d"\n' + STAGE + '[[rules]]\nrule="Counter"\nname="k"\nupto=1\non={xz=1}\n[[rules]]\nrule="Prohibit"\nplayer="A"\n'
        'action="x"\nwhen="' + "(" * 9 + "t-t+9" + ")**20" * 9 + ' > 1"', ".toml"),
    "counters": ('discount="d"\n' + STAGE + "".join(f'[[rules]]\nrule="Counter"\nname="k{i}"\nupto=1\non={{xz="1/2"}}\n' for i in range(30)), ".toml"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_in_bounded_time(case):
    text, ending = HOSTILE[case]
    begin = time.process_time()
    with pytest.raises((ReadError, UnsupportedError)):
        read(text, ending)
    assert time.process_time() - begin < 5


def test_the_largest_game_that_is_read_takes_seconds():
    begin = time.process_time()
    game = read('NFG 1 R "" { "a" "b" } { 200 200 } ' + "1/3 -2.5 " * 40_000, ".nfg")
    assert game.shape == (200, 200) and time.process_time() - begin < 8


@settings(max_examples=150)
@given(st.data())
def test_mutated_files_raise_only_the_errors_for_bad_input(data):
    path = data.draw(st.sampled_from(sorted(GAMES.iterdir())))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        drop = data.draw(st.integers(0, 12))
        piece = data.draw(st.sampled_from([b"", b"{", b"}", b'"', b"[", b"]", b"-1/0", b"1e9", b",", b"=", b"\\", b"k", b"'"]))
        content[at : at + drop] = piece
    try:
        game = read(bytes(content), path.suffix)
    except (ReadError, UnsupportedError):
        return  # any other exception fails the test
    assert isinstance(game, (gt.StageGame, gt.DynamicGame, Tree))


def test_corpus_of_the_fuzzer_is_read_or_refused():
    corpus = sorted((Path(__file__).parent / "fuzz" / "corpus").iterdir())
    assert corpus
    for path in corpus:
        try:
            read(path.read_bytes(), path.suffix)
        except (ReadError, UnsupportedError):
            continue


# --- paths ------------------------------------------------------------------------------------------------------------


def test_paths_that_cannot_be_used_are_input_errors(tmp_path):
    with pytest.raises(InputError, match="ends in"):
        read_game(tmp_path / "game.xml")
    with pytest.raises(InputError, match="can be read"):
        read_game(tmp_path / "absent.nfg")
    with pytest.raises(InputError, match="can be read"):
        read_game("a\0b.nfg")
    with pytest.raises(gt.InputTypeError):
        read_game(3)
    with pytest.raises(InputError, match="can be written"):
        write_game(DILEMMA, tmp_path / "no" / "game.toml")


def test_what_a_file_cannot_hold_is_refused_and_nothing_is_written(tmp_path):
    symbolic = gt.StageGame([["t"]], [[1]])
    with pytest.raises(InputError, match="substitute"):
        write_game(symbolic, tmp_path / "game.nfg")
    with pytest.raises(UnsupportedError, match=r"a Tree in a .efg file"):
        write_game(DILEMMA, tmp_path / "game.efg")
    import sympy

    for payoff in (sympy.sqrt(2), sympy.Symbol("t", positive=True), sympy.pi):
        with pytest.raises(UnsupportedError, match="rational payoffs"):
            write_game(gt.StageGame([[payoff]], [[1]]), tmp_path / "game.toml")
    assert list(tmp_path.iterdir()) == []
