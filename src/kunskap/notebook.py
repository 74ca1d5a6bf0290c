"""Buttons for those who never type code: choose a file, see what was refused, make the report."""

from __future__ import annotations

import html
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from urllib.parse import quote

import ipywidgets
import pandas as pd
from IPython.display import HTML

from kunskap.content import data_folder
from kunskap.decided import read_decided_bank
from kunskap.design import design_of_wave, read_design
from kunskap.disclosure import read_policy
from kunskap.errors import KunskapError
from kunskap.inventory import inventory
from kunskap.ledger import release_beside
from kunskap.planning import plan, sections
from kunskap.project import Project, open_project
from kunskap.readers import Import, read_responses
from kunskap.report import project_inputs, save_report
from kunskap.report.unheard import without_few_unheard
from kunskap.words import Words, read_words

__all__ = ["PlanPanel", "StartPanel"]

DEMO_WAVE = "2016"
SHOWN_REJECTS = 50
ACCEPTED = ".csv,.txt,.tsv,.xlsx,.sav"
FAULT_STYLE = "border-left:4px solid #b3261e;padding:.2em .8em"


class StartPanel(ipywidgets.VBox):
    """The whole way from a file to a report, in three steps with one button each.

    Parameters
    ----------
    project : Path, optional
        A project made by ``kunskap new``; found beside the notebook when not given.
    language : str
        ``"sv"`` or ``"en"``.
    reports : Path, optional
        Where reports are put; when not given the project's ``reports``, and without a project a folder beside the
        notebooks, never among them: what lies there would follow with the notebooks.

    Notes
    -----
    A chosen file is read from a temporary folder that is emptied at once: no copy of the answers remains.
    """

    def __init__(self, project: Path | None = None, *, language: str = "sv", reports: Path | None = None) -> None:
        self.words: Words = read_words(language=language)
        self.project: Project = open_project(project, beside=Path.cwd() / "start.ipynb")
        self.reports = reports or (self.project.folder or _beside_the_notebooks()) / "reports"
        self.source = self.project
        self.imported: Import | None = None
        self.page: Path | None = None
        self.inputs: dict[str, str] = {}
        self.name = ""

        words = self.words
        self.upload = ipywidgets.FileUpload(accept=ACCEPTED, multiple=False, description=words("start.choose"))
        self.wave = ipywidgets.Dropdown(options=list(self.project.waves), description=words("start.wave"))
        self.read_button = self._button("start.read", self._read_upload)
        self.demo_button = self._button("start.demo", self._read_demo)
        self.report_button = self._button("start.report", self._make_report)
        self.report_button.disabled = True
        for widget in (self.upload, self.read_button, self.demo_button, self.report_button):
            widget.layout = ipywidgets.Layout(width="auto", min_width="16em", height="44px")
        self.told = ipywidgets.HTML()
        self.made = ipywidgets.HTML()
        self.link = ipywidgets.Output()
        self.upload.observe(self._tell_chosen, "value")
        wave = [self.wave] if self.project.waves else []
        super().__init__(
            [
                self._heading("start.step1"),
                ipywidgets.HBox([self.upload, *wave]),
                ipywidgets.HBox([self.read_button, self.demo_button]),
                self._heading("start.step2"),
                self.told,
                self._heading("start.step3"),
                self.report_button,
                self.made,
                self.link,
            ]
        )
        self._tell(self.told, words("start.nothing_read"))

    def _heading(self, key: str) -> ipywidgets.HTML:
        return ipywidgets.HTML(f'<h3 lang="{self.words.language}">{html.escape(self.words(key))}</h3>')

    def _button(self, key: str, action: Callable[[], None]) -> ipywidgets.Button:
        button = ipywidgets.Button(description=self.words(key), tooltip=self.words(key))
        button.on_click(lambda _: self._guarded(action))
        return button

    def _guarded(self, action: Callable[[], None]) -> None:
        place = self.made if action == self._make_report else self.told
        self._tell(place, self.words("start.working"))
        try:
            action()
        except KunskapError as error:
            self._tell(place, error.message(self.words.language), is_fault=True)
        except OSError as error:
            self._tell(place, f"{error.filename or ''}: {error.strerror or error}", is_fault=True)

    def _tell(self, place: ipywidgets.HTML, text: str, *, more: str = "", is_fault: bool = False) -> None:
        paragraphs = "<br>".join(html.escape(line) for line in text.splitlines())
        how = 'role="status"'
        if is_fault:
            how = f'role="alert" style="{FAULT_STYLE}"'
            paragraphs = f"<strong>{html.escape(self.words('start.fault'))}</strong><br>{paragraphs}"
        place.value = f'<div {how} lang="{self.words.language}"><p>{paragraphs}</p>{more}</div>'

    def _tell_chosen(self, _: object) -> None:
        if self.upload.value:
            self._forget()
            self._tell(self.told, self.words("start.chosen", name=self.upload.value[0]["name"]))

    def _forget(self) -> None:
        """Let nothing of an earlier file stand beside a new one."""
        self.imported = None
        self.page = None
        self.report_button.disabled = True
        self.made.value = ""
        self.link.outputs = ()

    def _read_upload(self) -> None:
        if not self.upload.value:
            self._tell(self.told, self.words("start.choose_first"), is_fault=True)
            return
        chosen = self.upload.value[0]
        wave = self.project.wave(self.wave.value)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(chosen["name"]).name
            path.write_bytes(bytes(chosen["content"]))
            self._read(path, self.project, wave.id if wave else None)

    def _read_demo(self) -> None:
        folder = data_folder() / "demo"
        self._read(folder / "limesurvey_2016_simulerad.csv", open_project(folder), DEMO_WAVE)

    def _read(self, path: Path, project: Project, wave_id: str | None) -> None:
        wave = project.wave(wave_id)
        self._forget()
        self.imported = read_responses(
            path,
            bank=read_decided_bank(project.survey),
            form=wave.form if wave else "baslinje",
            wave=wave.id if wave else None,
            opens=wave.opens if wave else None,
            closes=wave.closes if wave else None,
            key=project.key,
        )
        self.source = project
        self.inputs, self.name = project_inputs(project, [path], words=self.words), path.stem
        self._tell(self.told, self.imported.summary(self.words.language), more=self._rejects_table())
        self.report_button.disabled = False

    def _rejects_table(self) -> str:
        if self.imported is None or self.imported.rejects.empty:
            return ""
        rejects = self.imported.rejects
        columns = {
            "row": self.words("start.row"),
            "column": self.words("start.column"),
            "value": self.words("start.value"),
            f"reason_{self.words.language}": self.words("start.reason"),
        }
        head = "".join(f'<th scope="col">{html.escape(title)}</th>' for title in columns.values())
        rows = [
            "".join(f"<td>{'' if pd.isna(cell) else html.escape(str(cell))}</td>" for cell in row)
            for row in rejects[list(columns)].head(SHOWN_REJECTS).itertuples(index=False)
        ]
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        caption = self.words("start.rejects", shown=len(rows), total=len(rejects))
        caption = f"<caption>{html.escape(caption)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _make_report(self) -> None:
        if self.imported is None:
            self._tell(self.made, self.words("start.nothing_read"), is_fault=True)
            return
        survey = self.source.survey
        bank = read_decided_bank(survey)
        policy, today = read_policy(survey), date.today()
        design = design_of_wave(self.imported.responses, self.source, today=today)
        tables = inventory(self.imported, bank=bank, design=design)
        with ExitStack() as undo:
            released = release_beside(
                without_few_unheard(tables, self.imported, design=design, policy=policy),
                [self.imported],
                project=self.source,
                policy=policy,
                name="inventering",
                date=today,
                undo=undo,
            )
            self.page = save_report(
                released,
                self.reports / self.name,
                bank=bank,
                words=self.words,
                date=today,
                summary=self.imported.public_summary(self.words.language, bank=bank),
                inputs=self.inputs | project_inputs(self.source, words=self.words),
                before_leaving=undo.pop_all,
            )
        key = "start.made" if len(released.log) else "start.made_whole"
        count = self.words.count(len(released.log))
        told = [self.words(key, page=self.page.resolve(), hidden=count)]
        if self.source.folder is None:
            told.append(self.words("report.outside_project"))
        self._tell(self.made, "\n".join(told))
        self.link.outputs = ()
        self.link.append_display_data(HTML(self._link_to(self.page)))

    def _link_to(self, page: Path) -> str:
        """A link that JupyterLab follows: relative to the notebook."""
        try:
            place = Path(os.path.relpath(page, Path.cwd())).as_posix()
        except ValueError:  # another drive
            return ""
        return f'<a href="{html.escape(quote(place))}">{html.escape(self.words("start.open"))}</a>'


class PlanPanel(ipywidgets.VBox):
    """What the project's frame can find at the response that is chosen, in words.

    Parameters
    ----------
    project : Path, optional
        As in `StartPanel`.
    language : str
        ``"sv"`` or ``"en"``.
    """

    def __init__(self, project: Path | None = None, *, language: str = "sv") -> None:
        self.words: Words = read_words(language=language)
        self.project: Project = open_project(project, beside=Path.cwd() / "start.ipynb")
        shares = [(self.words.share(tens / 10), tens / 10) for tens in range(2, 11)]
        self.response = ipywidgets.Dropdown(
            options=shares,
            value=0.6,
            description=self.words("start.response"),
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="auto", max_width="30em", height="44px"),
        )
        self.told = ipywidgets.HTML()
        self.response.observe(lambda _: self._tell(), "value")
        super().__init__([self.response, self.told])
        self._tell()

    def _tell(self) -> None:
        survey, language = self.project.survey, self.words.language
        try:
            found = plan(read_design(survey), response=self.response.value, base=read_policy(survey).base_for)
        except KunskapError as error:
            text = "<br>".join(html.escape(line) for line in error.message(language).splitlines())
            self.told.value = f'<div role="alert" lang="{language}" style="{FAULT_STYLE}"><p>{text}</p></div>'
            return
        parts = [
            f"<h3>{html.escape(title)}</h3><ul>{''.join(f'<li>{html.escape(line)}</li>' for line in lines)}</ul>"
            for title, lines in sections(found, words=self.words)
        ]
        self.told.value = f'<div role="status" lang="{language}">{"".join(parts)}</div>'


def _beside_the_notebooks() -> Path:
    here = Path.cwd()
    return here.parent if (here / "start.ipynb").is_file() else here
