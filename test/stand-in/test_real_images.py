"""Images that are really built. Minutes of downloads the first time, so only where STAND_IN_IMAGES names the folder that keeps them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from driving import FOLDER, Driven

IMAGES = os.environ.get("STAND_IN_IMAGES", "")

APP = '''
import os, sys, modal
app = modal.App("real")
image = (
    modal.Image.debian_slim(python_version="3.11")
    .pip_install("six")
    .add_local_file(__file__, "/copied/app.py", copy=True)
    .env({"FOO": "1"})
    .run_commands("echo $FOO > /built.txt", "g++ --version")
)
broken = image.run_commands("echo about to fail; exit 7")

@app.function(image=image)
def look():
    import six
    open("/opt/own", "w").write("x")
    return [open("/built.txt").read(), six.__file__, sys.executable, os.path.exists("/copied/app.py")]

@app.local_entrypoint()
def main():
    print(look.remote())
'''


@pytest.mark.skipif(not IMAGES, reason="STAND_IN_IMAGES names no folder")
@pytest.mark.skipif(os.getuid() != 0 or shutil.which("debootstrap") is None, reason="needs root and debootstrap")
def test_a_built_image_is_what_its_containers_run_in(tmp_path: Path) -> None:
    command = [sys.executable, str(FOLDER), "--real-images", IMAGES]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        modal = Driven(process, json.loads(process.stdout.readline()), tmp_path)
        path = tmp_path / "app.py"
        path.write_text(APP)
        out = modal.cli("run", str(path), timeout=900).stdout
        assert "['1\\n', '/usr/local/lib/python3.11/dist-packages/six.py', '/usr/local/bin/python', True]" in out
        path.write_text(APP.replace("@app.function(image=image)", "@app.function(image=broken)"))
        done = modal.cli("run", str(path), timeout=900, rc=1)
        assert "about to fail" in done.stdout and "exit code 7" in done.stdout
        assert "Image build for im-" in done.stderr
        assert modal.admin("/health")["crashes"] == []
    finally:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()
