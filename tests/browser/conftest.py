"""A real Chromium, a page that serves the quiz without a network, and a real JupyterLab."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.site import Site

Need = Callable[[bool, str], None]
PATIENCE = 30
# what does not come fails the test; how soon it comes is another matter, where others use the machine too
expect.set_options(timeout=15_000)


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a `Site` in a browser context with the settings given; errors in the page's script fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_site(site: Site, **settings: object) -> Page:
        context = chromium.new_context(**settings)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        site.serve(page)
        page.goto("http://quiz.test/")
        return page

    yield open_site
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, need: Need, root: Path) -> Iterator[SimpleNamespace]:
    """A JupyterLab of our own on loopback, with empty folders, and a notebook that shows a quiz.

    Attributes: ``url`` of the notebook; ``kernel()`` the process id of its kernel; ``add(name, notebook)`` puts
    another one beside it and returns its address; ``windowing(mode)`` sets how notebooks opened from now on are drawn.
    """
    need(find_spec("jupyterlab") is not None, "JupyterLab is not installed")
    folder = tmp_path_factory.mktemp("lab")
    (folder / "work").mkdir()
    pid_file = folder / "kernel.pid"
    cell = (
        f"import os; from pathlib import Path; Path({str(pid_file)!r}).write_text(str(os.getpid()))\n"
        "from tests.quiz_bank import TEACHING, quiz_bank\n"
        "from kunskap.widgets import Quiz\n"
        "quiz = Quiz(TEACHING, bank=quiz_bank(), seed=5, tries=2, hints={'one01': 'Läs målets andra led.'})\n"
        "quiz"
    )
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell), nbformat.v4.new_markdown_cell("Efter quizet.")],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, folder / "work" / "quiz.ipynb")
    # JupyterLab would otherwise ask whether to fetch its news, in front of the notebook.
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(
        json.dumps({"fetchNews": "false", "checkForUpdates": False})
    )
    port = free_port()
    environment = os.environ | {
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)]),
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--IdentityProvider.token=", f"--ServerApp.root_dir={folder / 'work'}", "--ServerApp.port_retries=0",
        "--LabApp.disabled_extensions={'@jupyterlab/apputils-extension:announcements': True}",
    ]  # fmt: skip
    with (folder / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status", server, folder / "lab.log")

        def address(name: str) -> str:
            return f"http://127.0.0.1:{port}/lab/tree/{name}?reset"

        def add(name: str, made: nbformat.NotebookNode) -> str:
            nbformat.write(made, folder / "work" / name)
            return address(name)

        def windowing(mode: str) -> None:
            place = folder / "settings" / "@jupyterlab" / "notebook-extension"
            place.mkdir(exist_ok=True)
            (place / "tracker.jupyterlab-settings").write_text(json.dumps({"windowingMode": mode}))

        yield SimpleNamespace(
            url=address("quiz.ipynb"), add=add, windowing=windowing, kernel=lambda: int(pid_file.read_text())
        )
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
