"""Run every benchmark and print one table."""

from itertools import chain

from rich.console import Console
from rich.table import Table

from bench.cards import card_rows
from bench.rate_window import rate_window_rows


def main() -> None:
    table = Table("Benchmark", "Result", "Baseline", "Ratio", "Goal", "Verdict", title="fortnox-bridge benchmarks")
    is_short = False
    for row in chain(rate_window_rows(), card_rows()):
        is_short |= not row.passes
        table.add_row(
            row.name, row.result, row.baseline, f"{row.ratio:.2f}", row.goal, "pass" if row.passes else "falls short"
        )
    Console(width=140).print(table)
    raise SystemExit(1 if is_short else 0)


if __name__ == "__main__":
    main()
