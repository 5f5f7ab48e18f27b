"""One training's speed on several GPUs of Modal: one coordinator, and for each GPU a container of its own (fleet.py)."""

from fleet import Fleet

fleet = Fleet("seizure.cloud_measure:MEASURE", "seizure")
app = fleet.app


@app.function(**fleet.working())
def work(part: dict) -> dict:
    """Measures on the first GPU of the list."""
    return fleet.work(part)


@app.function(**fleet.working(1))
def work_2(part: dict) -> dict:
    """Measures on the second."""
    return fleet.work(part)


@app.function(**fleet.working(2))
def work_3(part: dict) -> dict:
    """Measures on the third."""
    return fleet.work(part)


@app.function(**fleet.working(3))
def work_4(part: dict) -> dict:
    """Measures on the fourth."""
    return fleet.work(part)


@app.function(**fleet.working(4))
def work_5(part: dict) -> dict:
    """Measures on the fifth."""
    return fleet.work(part)


@app.function(**fleet.working(5))
def work_6(part: dict) -> dict:
    """Measures on the sixth."""
    return fleet.work(part)


@app.function(**fleet.working(6))
def work_7(part: dict) -> dict:
    """Measures on the seventh."""
    return fleet.work(part)


@app.function(**fleet.working(7))
def work_8(part: dict) -> dict:
    """Measures on the eighth."""
    return fleet.work(part)


@app.function(**fleet.carrying_out)
def before(order: list[str]) -> dict:
    """There is nothing to do before; every app declares it."""
    return fleet.carry_out(order)


@app.function(**fleet.leading)
def coordinate(launch: dict) -> dict:
    """Leads the run: one container a GPU, one result."""
    works = {"work": work, "work_2": work_2, "work_3": work_3, "work_4": work_4}
    works |= {"work_5": work_5, "work_6": work_6, "work_7": work_7, "work_8": work_8}
    return fleet.lead(launch, coordinate, before, **works)


@app.local_entrypoint()
def main() -> None:
    fleet.begin(coordinate)
