"""Does the method give back what it is told? Records simulated from known parameters, fitted, compared; rivals told apart.

Run it by hand; the last results stand in RESULTS_RECOVERY.md. A slice runs with the tests.
"""

import argparse
import time

from gametheory.studies.us_mexico.estimation import BOX, RIVALS, TRUTH, choose, recover


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--choices", type=int, default=200)
    given = parser.parse_args()
    began = time.process_time()
    print(f"truth: {TRUTH}; ranges: {BOX}; records of 21 periods; 95% profile intervals\n")
    print(
        "| records | repetitions | parameter | bias | root mean square error | intervals that hold the truth | estimates at an end of the range |"
    )
    print("|---|---|---|---|---|---|---|")
    for records in (1, 5, 20, 80):
        found = recover(records=records, repetitions=given.repetitions)
        for n in BOX:
            print(
                f"| {records} | {found.repetitions} | {n} | {found.bias[n]:+.2f} | {found.error[n]:.2f} | {found.covered[n]} | {found.at_edge[n]} |",
                flush=True,
            )
    print("\nShare of records after which a rival was preferred to the model that they came from (precision 2.5):\n")
    sizes = ((8, 1), (12, 1), (21, 1), (21, 5))
    print("| true model | " + " | ".join(f"{r} of {t} periods" for t, r in sizes) + " |")
    print("|---|" + "---|" * len(sizes))
    tables = [choose(periods=t, records=r, repetitions=given.choices) for t, r in sizes]
    for name in RIVALS:
        print(f"| {name} | " + " | ".join(f"{table.wrong(name):.3f}" for table in tables) + " |", flush=True)
    print(f"\n{time.process_time() - began:.0f} s of processor time")


if __name__ == "__main__":
    main()
