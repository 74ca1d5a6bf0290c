"""JupyterLab with the notebooks: quiet, without questions to foreign hosts, and closed by one Ctrl+C."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from kunskap.content import notebooks_folder

__all__ = ["own_notebooks", "serve_notebooks"]

OWN_FOLDER = "kunskap-notebooks"
PATIENCE = 10.0  # seconds for JupyterLab to close its notebooks


def own_notebooks(project: Path | None) -> Path:
    """The notebooks to work in: the project's or the working folder's, else a copy that the user owns.

    Parameters
    ----------
    project : Path, optional
        A project's folder.
    """
    notebooks = notebooks_folder(project)
    if not notebooks.resolve().is_relative_to(Path(str(files("kunskap")))):
        return notebooks
    own = Path(OWN_FOLDER)
    if not own.exists():
        shutil.copytree(notebooks, own)
    return own


def serve_notebooks(notebooks: Path, *, browser: bool) -> int:
    """Run JupyterLab until it ends, or until Ctrl+C ends it.

    Parameters
    ----------
    notebooks : Path
        The folder with ``start.ipynb``, which is opened first.
    browser : bool
        Whether JupyterLab opens a browser; either way it prints its address.

    Returns
    -------
    int
        0 when it was closed, else JupyterLab's exit code.
    """
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={notebooks.parent.resolve()}"]
    command += [f"--LabApp.default_url=/lab/tree/{notebooks.name}/start.ipynb", "--log-level=ERROR"]
    command += ["--ServerApp.answer_yes=True"]  # Ctrl+C once, and no question in English
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container there is no one else to be
    # JupyterLab's news pop-up asks a foreign host; this configuration turns it off
    configuration = [str(files("kunskap") / "static" / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    environment = os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, configuration))}
    server = subprocess.Popen(command, env=environment)
    try:
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        _close(server)


def _close(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
