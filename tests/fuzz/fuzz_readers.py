"""Coverage-guided fuzzing of the readers of game files; run on demand, needs atheris.

    python tests/fuzz/fuzz_readers.py .nfg --seconds 60 [--found DIR]

Property: whatever the bytes, a reader returns a game or raises one of the package's own errors for bad input
(ReadError, UnsupportedError, InputError), and takes less than a second of processor time. A stage game that is read is
also written and read again. Seeds: tests/data/games and the kept corpus. New inputs that reached new code are left in DIR.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["gametheory._readers", "gametheory.interop", "tomllib"]):
    from gametheory import interop
    from gametheory._readers import dump, encode, gambit, syntax, table  # noqa: F401 - instrumented  # noqa: F401 - instrumented

from gametheory.errors import InputError, ReadError, UnsupportedError
from gametheory.games.stage import StageGame

HERE = Path(__file__).parent
WORDS = [
    b"NFG 1 R", b"EFG 2 R", b'"" 1 1 "" { "a" "b" } 0\n', b't "" 1 "" { 1, 2 }\n', b"{ 2 2 }", b"{ 1000000 1000000 }", b"1/3",
    b"-1.5e3", b"1e999999999", b"1/0", b'\\"', b"\xef\xbb\xbf", b"\0", b"\r\n", b"[[rules]]\n", b'rule = "Counter"\n', b"kind = ",
    b'"stochastic"', b"on = {", b"upto = ", b"99999999", b"[parameters]\n", b"(a+b)**20", b"1/(x-x)", b"nan", b"inf",
    b"discount = ", b'"delta"', b"symbolic = true\n", b"> ~ >= ;", b'{"fraction": "1/3"}', b"null", b"0x", b"a.a.a.a.a", b"[[[[[[[[",
]  # fmt: skip
slowest = 0.0


def check(data: bytes, ending: str) -> None:
    """The property, for one input."""
    global slowest
    begin = time.process_time()
    try:
        game = interop.read_bytes(data, ending, "input" + ending)
    except (ReadError, UnsupportedError, InputError):
        game = None
    taken = time.process_time() - begin
    if taken > slowest:
        slowest = taken
        print(f"slowest call so far: {slowest:.3f} s of processor time", flush=True)
    if taken > 1:
        raise RuntimeError(f"{taken:.2f} s")
    if isinstance(game, StageGame) and ending in (".toml", ".json") and max(game.shape) <= 3:
        try:
            document = encode.encode_game(game)
        except UnsupportedError:
            return
        text = dump.toml_text(document) if ending == ".toml" else dump.json_text(document)
        try:
            again = interop.read_bytes(text.encode(), ending, "again" + ending)
        except UnicodeEncodeError:
            return
        if again != game:
            raise RuntimeError("another game after writing and reading")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("ending", choices=[".nfg", ".efg", ".toml", ".json"])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--found", type=Path)
    options = parser.parse_args()
    found = options.found or Path(tempfile.mkdtemp())
    found.mkdir(parents=True, exist_ok=True)
    for folder in (HERE.parent / "data" / "games", HERE / "corpus"):
        for seed in sorted(folder.glob("*" + options.ending)):
            (found / seed.name).write_bytes(seed.read_bytes())

    def mutate(data: bytes, size: int, seed: int) -> bytes:
        draw = random.Random(seed)
        if draw.random() < 0.4:
            at = draw.randrange(len(data) + 1)
            drop = draw.choice([0, 0, 1, 5])
            return (data[:at] + draw.choice(WORDS) + data[at + drop :])[:size]
        return atheris.Mutate(data, size)

    def target(data: bytes) -> None:
        check(data, options.ending)

    atheris.Setup(
        [sys.argv[0], f"-max_total_time={options.seconds}", "-max_len=3000", "-timeout=20", f"-artifact_prefix={found}/", str(found)],
        target,
        custom_mutator=mutate,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
