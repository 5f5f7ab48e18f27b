"""Recordings without labels predicted on Modal: one coordinator, and one container for each part of the job (fleet.py)."""

from fleet import Fleet

fleet = Fleet("seizure.cloud:PREDICT", "seizure")
app = fleet.app


@app.function(**fleet.working())
def work(part: dict) -> dict:
    """Predicts; restarted by Modal after a preemption, it goes on at the next recording."""
    return fleet.work(part)


@app.function(**fleet.working(1))
def work_2(part: dict) -> dict:
    """The same on the GPU that will do when the first is not to be had."""
    return fleet.work(part)


@app.function(**fleet.working(2))
def work_3(part: dict) -> dict:
    """The same on the third choice."""
    return fleet.work(part)


@app.function(**fleet.working(3))
def work_4(part: dict) -> dict:
    """The same on the last choice."""
    return fleet.work(part)


@app.function(**fleet.carrying_out)
def before(order: list[str]) -> dict:
    """There is nothing to do before; every app declares it."""
    return fleet.carry_out(order)


@app.function(**fleet.leading)
def coordinate(launch: dict) -> dict:
    """Leads the run: one container a part, one result."""
    return fleet.lead(launch, coordinate, before, work=work, work_2=work_2, work_3=work_3, work_4=work_4)


@app.local_entrypoint()
def main() -> None:
    fleet.begin(coordinate)
