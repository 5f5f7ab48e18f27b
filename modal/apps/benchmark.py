"""The benchmark on Modal: one coordinator, and one container for each part of the job (fleet.py).

    ANN_TUI_LAUNCH=launch.json modal run --detach benchmark.py
"""

from fleet import Fleet

fleet = Fleet("annbench.cloud.workload:BENCH", "annbench")
app = fleet.app


@app.function(**fleet.working())
def measure(part: dict) -> dict:
    """Measures one part; restarted by Modal after a preemption, it goes on at the next point."""
    return fleet.work(part)


@app.function(**fleet.carrying_out)
def build(sources: list[str]) -> dict:
    """Compiles user code once, on the machines that will run it."""
    return fleet.carry_out(sources)


@app.function(**fleet.leading)
def coordinate(launch: dict) -> dict:
    """Leads the run: data, compiling, one container a part, one result. It leaves when they are done."""
    return fleet.lead(launch, coordinate, build, work=measure)


@app.local_entrypoint()
def main() -> None:
    fleet.begin(coordinate)
