"""Tokens, sign-in, environments and money, asked by the real client."""

import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from driving import Driven, driven, eventually

SPENDER = """
import modal

app = modal.App("spender", tags={"run": "r1"})


@app.function(cpu=4, memory=2048)
def spend():
    import time

    time.sleep(2)


@app.local_entrypoint()
def main():
    spend.remote()
"""


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    with driven(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"MODAL_TOKEN_ID": "ak-0123456789abcdefghijkl"}, "Token not found"),
        ({"MODAL_TOKEN_SECRET": "as-0123456789abcdefghijkl"}, "Token not found"),
        ({"MODAL_TOKEN_ID": "swapped"}, "Token ID is malformed"),
    ],
)
def test_a_wrong_token_is_refused(stand_in: Driven, wrong: dict, text: str):
    done = stand_in.cli("token", "info", env=stand_in.env(**wrong), rc=1)
    assert text in done.stderr


def test_a_token_tells_whose_it_is_and_when_it_ends(stand_in: Driven):
    token = stand_in.admin("/tokens", {"user": "grace", "lifetime": 3600})
    env = stand_in.env(MODAL_TOKEN_ID=token["token_id"], MODAL_TOKEN_SECRET=token["token_secret"])
    told = stand_in.cli("token", "info", env=env).stdout
    assert f"Token: {token['token_id']}" in told
    assert "Workspace: acme (ac-" in told
    assert "User: grace" in told
    assert "Expires at:" in told

    stand_in.admin(f"/tokens/{token['token_id']}", {"lifetime": -1})
    assert "Token expired" in stand_in.cli("token", "info", env=env, rc=1).stderr
    stand_in.admin(f"/tokens/{token['token_id']}", {"delete": True})
    assert "Token not found" in stand_in.cli("token", "info", env=env, rc=1).stderr


def test_setup_waits_for_the_person_at_the_browser(tmp_path: Path):
    with driven(tmp_path) as stand_in:
        setup = subprocess.Popen(
            [sys.executable, "-m", "modal", "setup"], env=stand_in.signed_out(BROWSER="false"), stdout=subprocess.PIPE, text=True
        )
        try:
            flow = eventually(lambda: stand_in.admin("/token-flows"), what="the sign-in")[0]
            assert flow["state"] == "waiting"
            stand_in.admin("/token-flows/approve", {"flow": flow["flow"], "workspace": "lab", "seconds": 0.5})
            said, _ = setup.communicate(timeout=60)
        finally:
            setup.kill()
        assert setup.returncode == 0, said
        assert flow["url"] in said
        assert f"Enter this code: {flow['code']}" in said
        assert "Token is connected to the lab workspace." in said
        assert "Token verified successfully!" in said
        assert 'token_id = "ak-' in (tmp_path / "modal.toml").read_text()
        profiles = stand_in.json("profile", "list", env=stand_in.signed_out())
        assert profiles == [{"name": "lab", "workspace": "lab", "active": True}]


def test_a_denied_sign_in_writes_nothing(tmp_path: Path):
    with driven(tmp_path) as stand_in:
        stand_in.admin("/token-flows/habit", {"verb": "deny"})
        done = stand_in.cli("token", "new", env=stand_in.signed_out(BROWSER="false"), rc=1)
        assert "denied" in done.stderr
        assert not (tmp_path / "modal.toml").exists()


def test_rotating_deletes_the_old_token(tmp_path: Path):
    with driven(tmp_path) as stand_in:
        stand_in.admin("/token-flows/habit", {"verb": "approve"})
        env = stand_in.signed_out(BROWSER="false")
        stand_in.cli("token", "new", env=env)
        first = {row["token_id"] for row in stand_in.admin("/tokens")}
        stand_in.cli("token", "rotate", "--expires-in", "7d", env=env)
        left = stand_in.admin("/tokens")
        assert len(left) == len(first)
        fresh = next(row for row in left if row["token_id"] not in first)
        assert fresh["expires"] > datetime.now(timezone.utc).timestamp() + 6 * 86400


def test_environments(stand_in: Driven):
    stand_in.cli("environment", "create", "dev")
    stand_in.cli("volume", "create", "-e", "dev", "only-here")
    assert [row["name"] for row in stand_in.json("volume", "list", "-e", "dev")] == ["only-here"]
    assert "only-here" not in [row["name"] for row in stand_in.json("volume", "list", "-e", "main")]
    assert "already exists" in stand_in.cli("environment", "create", "dev", rc=1).stderr
    stand_in.cli("environment", "update", "dev", "--set-name", "trial")
    rows = {row["name"]: row for row in stand_in.json("environment", "list")}
    assert set(rows) == {"main", "trial"}
    assert rows["main"]["active"] == "True"
    stand_in.cli("environment", "delete", "-y", "trial")
    assert "Environment 'trial' not found" in stand_in.cli("volume", "list", "-e", "trial", rc=1).stderr
    assert stand_in.cli("environment", "delete", "-y", "main", rc=1).returncode == 1


def test_budgets_are_told_to_the_python_api(stand_in: Driven):
    stand_in.admin("/environments/acme/frugal", {"cycle_budget_dollars": 7.5, "max_concurrent_gpus": 2})
    code = """
import json
from modal.environments import list_environments
item = next(item for item in list_environments() if item.name == "frugal")
print(json.dumps([item.cycle_budget_dollars, item.effective_cycle_spend_limit, item.max_concurrent_gpus, item.spend_limit_reached]))
"""
    assert json.loads(stand_in.python(code)) == [7.5, 7.5, 2, False]
    stand_in.admin("/environments/acme/frugal", {"cycle_budget_dollars": 0})
    assert json.loads(stand_in.python(code))[3] is True


def test_rates_are_those_of_the_prices_file(stand_in: Driven):
    rates = stand_in.json("billing", "rates")
    prices = (Path(__file__).parents[2] / "configs" / "prices.yaml").read_text()
    assert Decimal(rates["cpu_hour_cost"]) == Decimal("0.0473")
    assert "core: 0.0473" in prices
    assert Decimal(rates["gpu_hour_cost_a100_80gb"]) == Decimal("2.50")
    assert {"gpu_hour_cost_a10g", "gpu_hour_cost_rtx6000", "gpu_hour_cost_b300", "mem_gib_hour_cost"} <= set(rates)


def test_the_report_is_the_bill(tmp_path: Path):
    with driven(tmp_path) as stand_in:
        app = tmp_path / "spender.py"
        app.write_text(SPENDER)
        stand_in.cli("run", str(app))
        stand_in.cli("run", str(app))
        tables = eventually(lambda: [r for r in [stand_in.admin("/bill")] if len(r["rows"]) == 2], what="two containers")
        total = Decimal(tables[0]["total"])
        assert total > 2 * 2 * (4 * Decimal("0.0473") + 2 * Decimal("0.008")) / 3600

        rows = stand_in.json("billing", "report", "--for", "today", "-r", "h", "-t", "run")
        assert {row["description"] for row in rows} == {"spender"}
        assert all(row["object_id"].startswith("ap-") and row["environment"] == "main" for row in rows)
        assert all(json.loads(row["tags"]) == {"run": "r1"} for row in rows)
        known = Decimal(stand_in.admin("/bill")["total"])
        reported = sum(Decimal(row["cost"]) for row in rows)
        assert total * Decimal("0.999999") <= reported <= known * Decimal("1.000001")

        parts = stand_in.json("billing", "report", "--for", "today", "--show-resources")
        assert {row["resource"] for row in parts} == {"CPU", "Memory"}

        # What has not ended yet is not reported, except to who asks beyond its end.
        today = datetime.now(timezone.utc)
        start = (today - timedelta(days=1)).strftime("%Y-%m-%d")
        assert stand_in.json("billing", "report", "--start", start) == []

        summary = stand_in.json("billing", "summary")
        metered = Decimal(summary["metered_cost"])
        assert metered > 0
        assert Decimal(summary["billed_cost"]) == 0
        assert Decimal(summary["adjustments"]["credits"]) == -metered

        code = "from modal.environments import list_environments; print(list_environments()[0].current_cycle_usage)"
        assert abs(float(stand_in.python(code)) - float(metered)) < 1e-6

        stand_in.admin("/workspaces/acme", {"bill_lag": 3600})
        assert stand_in.json("billing", "report", "--for", "today") == []
        stand_in.admin("/workspaces/acme", {"plan": "starter"})
        assert "Team and Enterprise" in stand_in.cli("billing", "report", "--for", "today", rc=1).stderr
        stand_in.cli("billing", "rates")


def test_the_workspace(stand_in: Driven):
    members = stand_in.json("workspace", "members", "list")
    assert (members[0]["name"], members[0]["role"]) == ("ada", "owner")
    settings = {row["setting"]: row["value"] for row in stand_in.json("workspace", "settings", "list")}
    assert settings["default-environment"] == "main"
