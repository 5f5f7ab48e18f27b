"""Recordings prepared on Modal: one coordinator, and one container for each part of the job (fleet.py)."""

from fleet import Fleet

fleet = Fleet("seizure.cloud:PREPARE", "seizure")
app = fleet.app


@app.function(**fleet.working())
def work(part: dict) -> dict:
    """Prepares one part; restarted by Modal after a preemption, it goes on at the next recording."""
    return fleet.work(part)


@app.function(**fleet.carrying_out)
def before(order: list[str]) -> dict:
    """There is nothing to do before; every app declares it."""
    return fleet.carry_out(order)


@app.function(**fleet.leading)
def coordinate(launch: dict) -> dict:
    """Leads the run: one container a part, one result."""
    return fleet.lead(launch, coordinate, before, work=work)


@app.local_entrypoint()
def main() -> None:
    fleet.begin(coordinate)
