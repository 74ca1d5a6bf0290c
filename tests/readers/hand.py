"""Files in other tools' layouts, written by hand from the true answers: nothing here comes from the readers."""

import csv
import datetime
import io

import openpyxl
import pandas as pd
import pyreadstat

TEXTS = {
    "role": {"pol": "Politiker", "tjm": "Tjänsteman"},
    "sex": {"k": "Kvinna", "m": "Man", "-oth-": "Annat", "u": "Vill inte uppge"},
    "goals01": {
        "a": "Samma makt att forma samhället och sina egna liv",
        "b": "Lika många kvinnor som män i varje nämnd",
        "c": "Lika lön för lika arbete; inget annat",
        "dk": "Vet ej",
    },
    "stats02": {"a": "Kvinnor", "b": "Män", "c": '"Därav kvinnor"', "dk": "Vet ej"},
    "degree": {"1": "Inte alls", "2": "Lite", "3": "Delvis", "4": "Till stor del", "5": "Helt"},
    "rds03": {"y": "Ja", "n": "Nej"},
}
SYSTEM = {
    "sv": ["ID", "Starttid", "Slutförandetid", "E-post", "Namn"],
    "en": ["ID", "Start time", "Completion time", "Email", "Name"],
}
QUIZ = {"sv": ("Poäng - ", "Feedback - "), "en": ("Points - ", "Feedback - ")}
# Stems as the survey has them; a no-break space and a line break are what Forms leaves in headings.
QUESTIONS = {
    "role": "Vilken roll\u00a0har du?",
    "sex": "Kön",
    "years": "Hur många år har du haft uppdraget?",
    "goals01": "Vad är det övergripande målet för jämställdhetspolitiken?\nVälj ett alternativ.",
    "stats02": "Vilka kolumner behöver en könsuppdelad tabell?",
    "atti[a1]": "Frågan är viktig i mitt uppdrag",
    "atti[a2]": "Jag har tid för den",
    "atti[a3]": "Jag vet vem jag kan fråga",
    "rds03": "Bara för politiker: har nämnden behandlat RUS?",
    "comment": "Vill du tillägga något?",
    "sex[other]": "sex.other",
    "stats02[other]": "stats02.other",
}


def cell_texts(person):
    """One person's answers as texts, by question."""
    texts = {name: person.get(name, "") for name in QUESTIONS}
    for name in ("role", "sex", "goals01", "rds03"):
        texts[name] = TEXTS[name].get(person[name], "")
    for name in ("atti[a1]", "atti[a2]", "atti[a3]"):
        texts[name] = TEXTS["degree"].get(person[name], "")
    texts["stats02"] = "".join(f"{text};" for option, text in TEXTS["stats02"].items() if person[f"stats02[{option}]"])
    texts["years"] = person["years"].replace(".", ",")
    return texts


def forms_rows(people, *, language="sv", quiz=False, moment=lambda text: datetime.datetime.fromisoformat(text)):
    """Heading row and answer rows of a Microsoft Forms file; only completed sittings have any."""
    headings = list(SYSTEM[language])
    if quiz:
        headings += {"sv": ["Totalt antal poäng", "Testfeedback"], "en": ["Total points", "Quiz feedback"]}[language]
    for name, question in QUESTIONS.items():
        headings += [question, *(f"{prefix}{question}" for prefix in QUIZ[language] if quiz and name == "goals01")]
    rows = [headings]
    for person in people:
        texts = cell_texts(person)
        row = [int(person["id"]), moment(person["startdate"]), moment(person["submitdate"]), "anonymous", ""]
        row += [3, ""] if quiz else []
        for name in QUESTIONS:
            row += [texts[name], *([1, "Rätt!"] if quiz and name == "goals01" else [])]
        rows.append(row)
    return rows


def save_workbook(path, rows, *, margin=0):
    book = openpyxl.Workbook()
    tab = book.active
    for _ in range(margin):
        tab.append([])
    for row in rows:
        tab.append([value if value != "" else None for value in row])
        for cell in tab[tab.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # "=1+1" is an answer, not a formula
    book.save(path)
    return path


def save_csv(path, rows, *, delimiter=",", encoding="cp1252"):
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def american(text):
    moment = datetime.datetime.fromisoformat(text)
    return f"{moment.month}/{moment.day}/{moment:%y %H:%M:%S}"


def save_spss(path, people, *, dates="text"):
    """An SPSS file with numeric codes and labels, 0/1 per choice, and 88 and 99 declared missing."""
    codes = {name: {key: float(place) for place, key in enumerate(texts, 1)} for name, texts in TEXTS.items()}
    columns = {}
    columns["id"] = [float(person["id"]) for person in people]
    for name in ("startdate", "submitdate"):
        values = [person[name] for person in people]
        columns[name] = values if dates == "text" else pd.to_datetime(values)
    labels, missing = {}, {}

    def add(variable, source, answers, *, dk=None):
        own = {code: text for text, code in zip(TEXTS[source].values(), codes[source].values(), strict=True)}
        values = [codes[source].get(answer, 99.0) for answer in answers]
        if dk is not None:
            values = [88.0 if answer == dk else value for answer, value in zip(answers, values, strict=True)]
            del own[codes[source][dk]]
            own[88.0] = "Vet ej"
        labels[variable] = {**own, 99.0: "Ej svar"}
        missing[variable] = [88.0, 99.0] if dk else [99.0]
        columns[variable] = values

    add("role", "role", [person["role"] for person in people])
    add("sex", "sex", [person["sex"] for person in people])
    columns["years"] = [float(person["years"]) if person["years"] else None for person in people]
    add("goals01", "goals01", [person["goals01"] for person in people], dk="dk")
    for option in TEXTS["stats02"]:
        columns[f"stats02_{option}"] = [float(person[f"stats02[{option}]"] == "Y") for person in people]
        labels[f"stats02_{option}"] = {0.0: "Nej", 1.0: "Ja"}
    for item in ("a1", "a2", "a3"):
        add(f"atti_{item}", "degree", [person[f"atti[{item}]"] for person in people])
    add("rds03", "rds03", [person["rds03"] for person in people])
    for variable, name in (("comment", "comment"), ("sex_other", "sex[other]"), ("stats02_other", "stats02[other]")):
        columns[variable] = [person[name] for person in people]
    frame = pd.DataFrame(columns)
    pyreadstat.write_sav(
        frame,
        str(path),
        variable_value_labels=labels,
        missing_ranges=missing,
        column_labels={"role": "Vilken roll har du?"},
    )
    return path
