"""The mapping file: drafted by the reader, finished by a person, and then the file reads like any other."""

import tomllib

import pytest

from kunskap.errors import KunskapError
from kunskap.readers import draft_mapping, read_responses

from .conftest import KEY, assert_truth
from .hand import cell_texts, save_csv, save_workbook
from .test_forms import in_order

# A tool that nobody has described, with its own headings and one answer worded in its own way.
HEADINGS = {
    "role": "Roll i arbetet",
    "sex": "Kön",
    "years": "Antal år",
    "goals01": "Vad är det övergripande målet för jämställdhetspolitiken",
    "stats02": "Kolumner",
    "atti[a1]": "Frågan är viktig i mitt uppdrag",
    "atti[a2]": "Jag har tid för den",
    "atti[a3]": "Jag vet vem jag kan fråga",
    "rds03": "RUS?",
    "comment": "Övrigt att säga",
}
FINISHED = {
    "Svarsnummer": "sitting",
    "Klart": "submitted",
    "Roll i arbetet": "role",
    "Antal år": "years",
    "Kolumner": "stats02",
    "RUS?": "rds03",
    "Övrigt att säga": "comment",
    "Skostorlek": "ignore",
}


@pytest.fixture
def strange(people, tmp_path):
    people = [person for person in people if person["submitdate"]]
    people = [{**person, "sex[other]": "", "stats02[other]": ""} for person in people]
    rows = [["Svarsnummer", "Klart", "E-postadress", "Din kod", *HEADINGS.values(), "Skostorlek"]]
    for number, person in enumerate(people):
        texts = cell_texts(person)
        texts["role"] = {"Politiker": "Förtroendevald (politiker)", "Tjänsteman": "Tjänstemän"}[texts["role"]]
        address = f"anna{number}@example.org"
        row = [person["id"], person["submitdate"], address, f"hemlig{number}", *(texts[name] for name in HEADINGS)]
        rows.append([*row, "42"])
    return rows, people


def finish(path):
    """What a person does: fill in what the draft left open."""
    lines, heading = [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("heading = "):
            heading = tomllib.loads(line)["heading"]
        if line.startswith("target = ") and heading in FINISHED:
            line = f'target = "{FINISHED[heading]}"'
        lines.append(line)
        if heading == "Roll i arbetet" and line.startswith("target"):
            lines += ["[columns.values]", '"Förtroendevald (politiker)" = "pol"', '"Tjänstemän" = "tjm"']
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_finished_draft_reads_the_file_to_the_truth(kind, strange, bank, tmp_path):
    rows, people = strange
    path = tmp_path / f"svar.{kind}"
    save_csv(path, rows, delimiter=";") if kind == "csv" else save_workbook(path, rows)
    draft = draft_mapping(path, bank=bank, form="example")
    assert draft == tmp_path / "svar.mapping.toml"
    read = read_responses(path, bank=bank, form="example", mapping=finish(draft), key=KEY)
    assert read.kind == "table"
    assert_truth(in_order(read), people, completed=False)
    assert read.rejects.empty
    assert read.responses["respondent_id"].str.fullmatch("[0-9a-f]{32}").all()


def test_the_draft_guesses_tells_and_holds_no_personal_data(strange, bank, tmp_path):
    rows, _ = strange
    rows[2][rows[0].index("Vad är det övergripande målet för jämställdhetspolitiken")] = "Samma makt att forma samhälet"
    draft = draft_mapping(save_csv(tmp_path / "svar.csv", rows, delimiter=";"), bank=bank, form="example")
    text = draft.read_text(encoding="utf-8")
    found = {entry["heading"]: entry for entry in tomllib.loads(text)["columns"]}
    assert [entry["heading"] for entry in tomllib.loads(text)["columns"]] == rows[0]
    goals = found["Vad är det övergripande målet för jämställdhetspolitiken"]
    assert goals["target"] == "goals01"
    assert goals["values"] == {"Samma makt att forma samhälet": "a"}
    assert "en gissning" in text
    assert found["E-postadress"]["target"] == "ignore"
    assert found["Din kod"]["target"] == "code"
    assert found["Kön"]["target"] == "sex"
    assert found["RUS?"]["target"] == ""
    for secret in ("anna", "hemlig", "Kort.", "Han sa"):
        assert secret not in text


def test_an_unfinished_draft_reads_what_it_can_and_tells(strange, bank, tmp_path):
    rows, _ = strange
    path = save_csv(tmp_path / "svar.csv", rows, delimiter=";")
    read = read_responses(
        path, bank=bank, form="example", mapping=draft_mapping(path, bank=bank, form="example"), key=KEY
    )
    told = {note.code: note for note in read.notes}
    assert "RUS?" in told["READ-19"].values["headings"]
    assert "rds03" in told["READ-18"].values["items"]
    assert read.responses["a1"].notna().all()


def test_a_draft_is_not_overwritten(strange, bank, tmp_path):
    path = save_csv(tmp_path / "svar.csv", strange[0], delimiter=";")
    draft_mapping(path, bank=bank, form="example")
    with pytest.raises(KunskapError) as error:
        draft_mapping(path, bank=bank, form="example")
    assert error.value.codes == ("READ-36",)


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ("columns = [", ("READ-34",)),
        ('[[columns]]\nheading = "Köön"\ntarget = "sex"', ("READ-35",)),
        ('[[columns]]\nheading = "Kön"\ntarget = "sx"', ("READ-35",)),
        ('[[columns]]\nheading = "Kön"\ntarget = "sex"\nvalues = {"Kvinna" = "kv"}', ("READ-35",)),
        ('[values.goals1]\n"x" = "a"', ("READ-35",)),
        ('kolumner = 1\n[values.goals01]\n"x" = "z"', ("READ-35", "READ-35")),
        ('values = "x"\ncolumns = 3', ("READ-35", "READ-35")),
        ('columns = ["x"]', ("READ-35",)),
        ('[values]\ngoals01 = "a"', ("READ-35",)),
    ],
)
def test_a_broken_mapping_file_tells_all_its_faults(content, codes, strange, bank, tmp_path):
    path = save_csv(tmp_path / "svar.csv", strange[0], delimiter=";")
    mapping = tmp_path / "m.toml"
    mapping.write_text(content, encoding="utf-8")
    with pytest.raises(KunskapError) as error:
        read_responses(path, bank=bank, form="example", mapping=mapping)
    assert error.value.codes == codes


def test_a_missing_mapping_file(strange, bank, tmp_path):
    path = save_csv(tmp_path / "svar.csv", strange[0], delimiter=";")
    with pytest.raises(KunskapError) as error:
        read_responses(path, bank=bank, form="example", mapping=tmp_path / "m.toml")
    assert error.value.codes == ("READ-01",)
    with pytest.raises(KunskapError) as error:
        read_responses(path, bank=bank, form="example", mapping=tmp_path)
    assert error.value.codes == ("READ-03",)


def test_a_mapping_cannot_let_addresses_in(strange, bank, tmp_path):
    path = save_csv(tmp_path / "svar.csv", strange[0], delimiter=";")
    mapping = tmp_path / "m.toml"
    mapping.write_text('[[columns]]\nheading = "E-postadress"\ntarget = "comment"\n', encoding="utf-8")
    read = read_responses(path, bank=bank, form="example", mapping=mapping, key=KEY)
    assert "example.org" not in read.texts.to_csv() + read.rejects.to_csv() + read.summary()
