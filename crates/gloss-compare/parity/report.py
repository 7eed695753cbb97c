"""Counts equal numbers, and shows the first that are not."""

import math

TOLERANCE = 1e-9


class Report:
    def __init__(self):
        self.rows: dict[str, tuple[int, float]] = {}
        self.failures: list[str] = []

    def equal(self, name: str, ours: float | None, theirs: float, tolerance: float = TOLERANCE) -> None:
        """`None` of ours stands for what is not defined: nan of theirs, or the 0 that some libraries give."""
        theirs = float(theirs)
        if ours is None:
            difference = 0.0 if math.isnan(theirs) or theirs == 0.0 else math.inf
        else:
            difference = abs(ours - theirs) if not math.isnan(theirs) else math.inf
        count, worst = self.rows.get(name, (0, 0.0))
        self.rows[name] = (count + 1, max(worst, difference))
        if difference >= tolerance:
            self.failures.append(f"{name}: {ours} is not {theirs}")

    def true(self, name: str, holds: bool) -> None:
        self.equal(name, float(holds), 1.0)

    def summary(self) -> int:
        width = max(map(len, self.rows))
        for name, (count, worst) in self.rows.items():
            print(f"{name:{width}}  {count:7} numbers  largest difference {worst:.1e}")
        for failure in self.failures[:20]:
            print("DIFFERS", failure)
        print(f"{len(self.failures)} differ" if self.failures else "all are equal")
        return 1 if self.failures else 0
