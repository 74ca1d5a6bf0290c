"""The report: accessible, whole, alone, and silent about what is hidden."""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path

import pandas as pd
import pytest

from kunskap.bank import Bank
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.plots import knowledge_by_area, svg
from kunskap.report import save_report, sections
from kunskap.report.files import table_csv
from kunskap.report.findings import key_findings
from kunskap.report.html import unbroken
from kunskap.report.readings.reading import question_of
from kunskap.tables import estimates
from kunskap.words import Words, read_words
from tests import report_example as example
from tests.markup_lint import parse
from tests.page_lint import RULES, page_faults

ROOT = Path(__file__).resolve().parents[1]
POLICY = read_policy(ROOT / "survey")
DATE = datetime.date(2026, 11, 22)
SUMMARY = "svar.csv: 151 svar i filen.\nRader som inte togs med: 3\n– 2: testsvar <b>\n– 1: för sent"


@pytest.fixture(scope="module")
def bank() -> Bank:
    return example.make_bank()


@pytest.fixture(scope="module")
def words() -> Words:
    return read_words(ROOT / "survey", "sv")


def rules_table(*, women: float = 0.0, claimed: float = 0.0, total: pd.DataFrame | None = None) -> pd.DataFrame:
    """The sex difference under both rules, as `compare.dont_know_rules` gives it; `total` is the first rule's rows."""
    parts = [_rule(scale, women) for scale in (("total", "total_chance") if total is None else ("total_chance",))]
    if total is not None:
        parts.insert(0, total[total["statistic"].isin(["mean", "difference"])])
    keys = tuple(f"difference|all|{scale}|k-m|" for scale in ("total", "total_chance"))
    row = {"universe": "all", "scale": "total", "option": "k-m", "statistic": "claimed", "unit": "flag", "n": 120}
    return pd.concat([*parts, estimates([row | {"estimate": claimed, "inputs": keys}], by=["sex"])], ignore_index=True)


def _rule(scale: str, women: float) -> pd.DataFrame:
    common = {"universe": "all", "scale": scale, "unit": "share"}
    rows: list[dict[str, object]] = [
        common | {"sex": level, "statistic": "mean", "n": 60, "estimate": mean, "low": mean - 0.06, "high": mean + 0.06}
        for level, mean in (("k", 0.5 + women), ("m", 0.5))
    ]
    inputs = (f"mean|all|{scale}||sex=k", f"mean|all|{scale}||sex=m")
    gap = {"option": "k-m", "statistic": "difference", "n": 120, "estimate": women, "inputs": inputs}
    rows.append(common | gap | {"low": women - 0.08, "high": women + 0.08})
    return estimates(rows, by=["sex"])


@pytest.fixture(scope="module")
def tables(bank: Bank) -> dict[str, pd.DataFrame]:
    made = example.make_tables(bank, example.make_answers(bank))
    return {**made, "dont_know_rules": rules_table(women=0.01, total=made["total_by_sex"])}


@pytest.fixture(scope="module")
def released(tables: dict[str, pd.DataFrame]) -> Released:
    return release(tables, policy=POLICY, simulated=True)


@pytest.fixture(scope="module")
def folder(released: Released, bank: Bank, words: Words, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    save_report(released, folder, bank=bank, words=words, date=DATE, summary=SUMMARY)
    return folder


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    return (folder / "report.html").read_text("utf-8")


# --- the page


@pytest.mark.parametrize("language", ["sv", "en"])
def test_page_breaks_no_rule(language: str, released: Released, bank: Bank, tmp_path: Path) -> None:
    words = read_words(ROOT / "survey", language)
    page = save_report(released, tmp_path, bank=bank, words=words, date=DATE, summary=SUMMARY)
    text = page.read_text("utf-8")
    assert page_faults(text) == {}
    assert f'<html lang="{language}">' in text


FAULTS = {
    "has_language": ('<html lang="sv">', "<html>"),
    "headings_in_order": ("</h1>", "</h1><h4>hopp</h4>"),
    "headings_say_something": ("</h1>", "</h1><h2> </h2>"),
    "tables_have_caption_and_scope": ('<th scope="row">', "<th>"),
    "rows_are_as_wide_as_the_head": ("<td>", "<td>1</td><td>"),
    "drawings_have_words": ('role="img"', ""),
    "figures_have_a_table_behind": ("</main>", '<figure id="f"><figcaption>x</figcaption></figure></main>'),
    "ids_are_unique_and_found": ('id="method"', 'id="about"'),
    "nothing_is_fetched": ("</main>", '<p style="background: url(https://example.org/a.png)">x</p></main>'),
    "skip_link_is_first": ('href="#content"', 'href="#about"'),
    "wide_parts_scroll_by_keyboard": ('tabindex="0"', ""),
    "folds_have_names": ("</main>", "<details><p>x</p></details></main>"),
}


@pytest.mark.parametrize("rule", [rule.__name__ for rule in RULES])
def test_each_rule_catches_its_fault(rule: str, html: str) -> None:
    sound, broken = FAULTS[rule]
    assert sound in html
    assert rule in page_faults(html.replace(sound, broken, 1))


@pytest.mark.parametrize(
    "fetched",
    ["<script>1</script>", '<link rel="stylesheet" href="a.css">', '<a href="javascript:x()">x</a>',
     '<p onclick="x()">x</p>', "<style>@import 'a.css'</style>"],
)  # fmt: skip
def test_everything_that_fetches_is_caught(fetched: str, html: str) -> None:
    assert "nothing_is_fetched" in page_faults(html.replace("</main>", f"{fetched}</main>"))


def test_says_what_it_is(html: str, released: Released, bank: Bank, words: Words) -> None:
    text = re.sub(r"\s+", " ", parse(html.removeprefix("<!doctype html>")).text())
    assert "Simulerade data" in text
    assert "2026-11-22" in text
    assert bank.version in text
    assert "3 av 4 kunskapsfrågor är ej utprövade" in text
    assert "testsvar <b>" in text
    for key in ("method.finite", "method.bounds", "method.limits", "about.protected"):
        assert words(f"report.{key}") in text
    assert "hävdas bara om den syns på båda sätten" in text
    assert "räknas bara på det första sättet" in text
    for finding in key_findings(released, bank=bank, words=words):
        assert re.sub(r"\s+", " ", finding) in text
    assert html.count("<svg ") == html.count("Simulerade data</text>")


def test_women_and_men_stand_side_by_side_in_the_distribution_too(html: str) -> None:
    assert html.index('id="figure-distribution-sex"') < html.index('id="figure-distribution-role"')
    assert "Antal rätta svar: kvinnor och män" in html


def test_dates_and_codes_are_not_broken_over_lines(html: str) -> None:
    assert re.search(r">2026-11-22<", html)
    shown = re.sub(r"<svg .*?</svg>|<style>.*?</style>", "", html, flags=re.DOTALL)
    loose = re.findall(r'(?<!class="unbroken">)\b\d{4}-\d{2}-\d{2}\b', shown)
    assert loose == []
    assert str(unbroken("[READ-23] <b>")) == '[<span class="unbroken">READ-23</span>] &lt;b&gt;'


def test_paper_says_what_is_left_on_the_screen(html: str, words: Words) -> None:
    assert html.count(words("report.reading.printed")) == 2
    on_paper = html[html.index("@media print") :]
    assert "details:not([open])" in on_paper
    assert ".paper { display: block" in on_paper
    assert ".paper { display: none; }" in html[: html.index("@media print")]


def test_real_answers_have_no_simulated_banner(
    tables: dict[str, pd.DataFrame], bank: Bank, words: Words, tmp_path: Path
) -> None:
    page = save_report(release(tables, policy=POLICY), tmp_path, bank=bank, words=words, date=DATE)
    assert "imulerade" not in page.read_text("utf-8")


def test_bounds_stand_beside_the_headline_share(html: str, released: Released, words: Words) -> None:
    table = released.table("knowledge")
    own = table[table["item"].eq("goals01") & table["option"].eq("right")].set_index("statistic")["estimate"]
    assert f"{words.count(100 * own['bound_low'])}–{words.share(own['bound_high'])}" in html


def test_works_with_what_there_is(bank: Bank, words: Words, tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    few = release({"ability": tables["ability"]}, policy=POLICY)
    text = save_report(few, tmp_path, bank=bank, words=words, date=DATE).read_text("utf-8")
    assert page_faults(text) == {}
    assert words("report.answered.unknown") in text


# --- sentences


def findings_of(tables: dict[str, pd.DataFrame], bank: Bank, words: Words) -> str:
    return " ".join(key_findings(release(tables, policy=POLICY), bank=bank, words=words))


def test_numbers_in_sentences_come_from_the_tables(
    tables: dict[str, pd.DataFrame], bank: Bank, words: Words, released: Released
) -> None:
    rows = released.table("knowledge").query("statistic == 'share' and option == 'right'").set_index("item")["estimate"]
    text = findings_of(tables, bank, words)
    assert f"rätt svar vanligast, {words.share(rows.max())} (yttersta gränser" in text
    assert f"ovanligast, {words.share(rows.min())}" in text
    other = findings_of({**tables, "response_rate": tables["response_rate"].iloc[:1]}, bank, words)
    assert "tjänstepersoner (65 av 90)" in text
    assert "tjänstepersoner (65 av 90)" not in other


def test_a_question_of_one_role_is_marked_where_it_is_shown_and_left_out_of_sentences_on_all(
    tables: dict[str, pd.DataFrame], bank: Bank, words: Words, released: Released
) -> None:
    """The easiest question becomes one that only politicians were asked."""
    easiest = released.table("knowledge").query("statistic == 'share' and option == 'right'").sort_values("estimate")
    item = str(easiest["item"].iloc[-1])
    changed = {}
    for name in ("knowledge", "knowledge_by_sex"):
        table = tables[name]
        own = table["item"].eq(item)
        universe = table["universe"].mask(own, "role=pol")
        inputs = [
            tuple(key.replace("|all|", "|role=pol|") for key in keys) if is_own else keys
            for keys, is_own in zip(table["inputs"], own, strict=True)
        ]
        changed[name] = table.assign(universe=universe, inputs=inputs)
    told = release(changed, policy=POLICY)
    seen = sections.overview(told, bank=bank, words=words)
    assert seen is not None
    marked = [label for group in seen.groups for label, _ in group.rows if "(bara politiker)" in label]
    assert len(marked) == 1 and marked[0].startswith(bank.stem(item, "sv"))
    by_sex = knowledge_by_area(told, bank=bank, words=words, area=str(bank.items[item].area))
    assert f"{item} · ej utprövad · bara politiker" in svg(by_sex, prefix="a")
    assert f"{bank.stem(item, 'sv')} (bara politiker)" in by_sex.alt
    text = " ".join(key_findings(told, bank=bank, words=words))
    assert f"vanligast, {words.share(easiest['estimate'].iloc[-2])}" in text
    assert bank.stem(item, "sv") not in text.split("ovanligast")[0]


@pytest.mark.parametrize(
    ("women", "claimed", "said"),
    [(0.15, 1.0, "15 procentenheter högre"), (-0.15, 1.0, "15 procentenheter lägre"), (0.15, 0.0, "hävdas inte")],
)
def test_sex_difference_is_claimed_only_where_both_rules_agree(
    women: float, claimed: float, said: str, bank: Bank, words: Words
) -> None:
    text = findings_of({"dont_know_rules": rules_table(women=women, claimed=claimed)}, bank, words)
    assert said in text
    assert ("Skillnaden håller" in text) == bool(claimed)


def test_sex_difference_without_people_is_not_told(bank: Bank, words: Words) -> None:
    few = rules_table(women=0.15, claimed=1.0)
    few["n"] = pd.array([5] * len(few), dtype="Int64")
    text = findings_of({"dont_know_rules": few}, bank, words)
    assert "för få svar för att visas" in text
    assert "15" not in text


def test_role_difference_is_claimed_only_off_zero(tables: dict[str, pd.DataFrame], bank: Bank, words: Words) -> None:
    table = tables["total_by_role"].copy()
    is_gap = table["statistic"].eq("difference")
    gap = float(table.loc[is_gap, "estimate"].iloc[0])
    for half, said in (
        (abs(gap) + 0.05, "politiker och tjänstepersoner i andelen rätt hävdas inte"),
        (0.005, "av tio frågor högre än bland"),
    ):
        table.loc[is_gap, ["low", "high"]] = [gap - half, gap + half]
        assert said in findings_of({**tables, "total_by_role": table}, bank, words)


def test_a_long_stem_is_quoted_by_its_question() -> None:
    stem = "En nämnd ska besluta om stöd till företag i länet. Underlaget visar bara företagens bransch. Vad saknas?"
    assert question_of(stem * 1) == stem
    assert question_of("Inledning som är lång. " * 6 + "Vad saknas?") == "… Vad saknas?"


# --- what must not leave


def test_only_released_and_only_the_public_view(bank: Bank, words: Words, tables, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="release"):
        save_report(tables, tmp_path, bank=bank, words=words, date=DATE)
    statistics = example.make_item_statistics(bank, example.make_answers(bank))
    internal = release(statistics, policy=POLICY, view="internal")
    with pytest.raises(KunskapError) as refused:
        save_report(internal, tmp_path, bank=bank, words=words, date=DATE)
    assert refused.value.codes == ("REPORT-01",)
    assert list(tmp_path.iterdir()) == []


SECRET = 4711


def test_a_hidden_number_is_nowhere(bank: Bank, words: Words, tmp_path: Path) -> None:
    # 4 711 officials who all answered alike: unanimity hides a number that could stand nowhere by chance.
    rows = [
        {"role": role, "universe": "all", "item": "goals01", "option": option, "statistic": "share", "unit": "share",
         "count": count, "n": n, "estimate": count / n}
        for role, n, right in (("pol", 40, 22), ("tjm", SECRET, SECRET))
        for option, count in (("right", right), ("wrong", n - right))
    ]  # fmt: skip
    table = estimates(rows, by=["role"])
    released = release({"knowledge_by_role": table, "knowledge_by_sex": table.iloc[:0].rename(columns={"role": "sex"})},
                       policy=POLICY)  # fmt: skip
    assert released.table("knowledge_by_role")["estimate"].isna().sum() == 2
    save_report(released, tmp_path, bank=bank, words=words, date=DATE)
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        text = path.read_text("utf-8")
        for written in (str(SECRET), "4\u00a0711", "4&nbsp;711", "4 711", "4,711"):
            assert written not in text, path
    # the same search finds what is shown
    assert "40" in (tmp_path / "tables/knowledge_by_role.csv").read_text("utf-8")


def test_hostile_texts_stay_texts(words: Words, tmp_path: Path) -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)> & {{ 7*7 }} =1+1'
    bank = example.make_bank(stem=hostile)
    made = example.make_tables(bank, example.make_answers(bank))
    released = release(made, policy=POLICY)
    page = save_report(released, tmp_path, bank=bank, words=words, date=DATE, title=hostile, summary=hostile)
    text = page.read_text("utf-8")
    assert page_faults(text) == {}
    assert "<script>" not in text
    assert "alert(1)" in parse(text.removeprefix("<!doctype html>")).text()
    assert "{{ 7*7 }}" in text


# --- the files


def test_files_beside_the_page(folder: Path, released: Released, words: Words) -> None:
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    expected = {f"tables/{name}.csv" for name in released.names}
    assert names == expected | {"report.html", "dolda-uppgifter.csv", "tables/index.csv", "manifest.json"}


def test_csv_reads_back_to_the_released_table(folder: Path, released: Released) -> None:
    for name in released.names:
        content = (folder / "tables" / f"{name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        table = released.table(name)
        back = pd.read_csv(io.BytesIO(content), sep=";", decimal=",", encoding="utf-8-sig")
        assert list(back.columns) == list(table.columns)
        pd.testing.assert_series_equal(
            back["estimate"].astype("float64"), table["estimate"], check_exact=False, rtol=1e-12
        )
    assert ";0,5" in (folder / "tables/knowledge_by_sex.csv").read_text("utf-8-sig")


def test_formulas_are_disarmed(words: Words) -> None:
    table = pd.DataFrame({"text": ["=1+1", "@x", "k-m", None], "estimate": [-0.5, 0.5, 1, 2]})
    assert table_csv(table, words).decode("utf-8-sig").splitlines()[1:] == ["'=1+1;-0,5", "'@x;0,5", "k-m;1,0", ";2,0"]


def test_log_tells_why_and_no_value(bank: Bank, words: Words, tmp_path: Path) -> None:
    answers = example.make_answers(bank)
    few = answers.drop(answers.index[answers["role"].eq("tjm")][5:])
    released = release(example.make_tables(bank, few), policy=POLICY)
    save_report(released, tmp_path, bank=bank, words=words, date=DATE)
    log = pd.read_csv(tmp_path / "dolda-uppgifter.csv", sep=";", encoding="utf-8-sig")
    assert len(log) == len(released.log) > 0
    assert set(log.columns) == {"table", "key", "reason", "reason_in_words"}
    assert words("report.reasons.base") in set(log["reason_in_words"])
    assert not set(log["reason_in_words"]) & set(log["reason"]), "a reason without words"


def test_twice_gives_the_same_bytes(folder: Path, released: Released, bank: Bank, words: Words) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    save_report(released, folder, bank=bank, words=words, date=DATE, summary=SUMMARY)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_an_earlier_releases_tables_go_and_others_files_stay(
    released: Released, bank: Bank, words: Words, tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    save_report(released, tmp_path, bank=bank, words=words, date=DATE)
    (tmp_path / "tables/egna.csv").write_text("min egen fil")
    save_report(release({"ability": tables["ability"]}, policy=POLICY), tmp_path, bank=bank, words=words, date=DATE)
    assert {path.name for path in (tmp_path / "tables").iterdir()} == {"ability.csv", "index.csv", "egna.csv"}


def test_a_name_of_the_readers_own(released: Released, bank: Bank, words: Words, tmp_path: Path) -> None:
    page = save_report(released, tmp_path / "ny" / "vår rapport.html", bank=bank, words=words, date=DATE)
    assert page.is_file()
    assert page.name == "vår rapport.html"
    assert (tmp_path / "ny/tables/ability.csv").is_file()


def test_broken_off_leaves_the_old_report_whole(
    released: Released, bank: Bank, words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = save_report(released, tmp_path, bank=bank, words=words, date=DATE)
    old = page.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(KunskapError) as broken:
        save_report(released, tmp_path, bank=bank, words=words, date=datetime.date(2027, 1, 1))
    assert broken.value.codes == ("REPORT-06",)
    assert page.read_bytes() == old
    assert not list(tmp_path.rglob("*.part"))


def test_a_file_in_the_way_is_told(released: Released, bank: Bank, words: Words, tmp_path: Path) -> None:
    (tmp_path / "rapport").write_text("en fil, ingen mapp")
    with pytest.raises(KunskapError) as told:
        save_report(released, tmp_path / "rapport", bank=bank, words=words, date=DATE)
    assert told.value.codes == ("REPORT-06",)
    assert re.search("det finns redan något|det är en fil, inte en mapp", told.value.message("sv"))


def test_no_clock_inside() -> None:
    for path in (*(ROOT / "src/kunskap/report").rglob("*.py"), *(ROOT / "src/kunskap/plots").rglob("*.py")):
        assert not re.search(r"\b(now|today|time)\(\)", path.read_text("utf-8")), path


def test_a_report_in_which_every_figure_is_hidden_is_refused(tmp_path: Path, bank: Bank, words: Words) -> None:
    rows = [
        {"universe": "role=tjm", "item": "goals01", "option": option, "statistic": "share", "unit": "share"}
        | {"count": count, "n": 3, "estimate": count / 3}
        for option, count in (("right", 1), ("wrong", 2))
    ]
    released = release({"knowledge": estimates(rows, by=[])}, policy=POLICY)
    with pytest.raises(KunskapError) as error:
        save_report(released, tmp_path, bank=bank, words=words, date=DATE)
    assert error.value.codes == ("REPORT-07",)
    assert not list(tmp_path.iterdir())
