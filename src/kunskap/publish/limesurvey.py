"""LimeSurvey's tab-separated structure file, as version 6.4.2 imports it.

The columns are those of a file that LimeSurvey 6.4.2 imported, and two attributes that newer versions read (an older
one stores and ignores what it does not know).  Question codes are item and variable ids, answer codes option ids; a
battery is an array question whose subquestions are the items.

Order of the options: in knowledge questions it is random for each person, with *don't know* last.  With several
choices LimeSurvey itself keeps the exclusive option in place.  With one choice 6.4.2 has no setting for it
(``keep_codes_order`` came later and is set too), so the group's description carries a few lines of script that move
*don't know* to the end.  LimeSurvey drops scripts when the person who imports is not an administrator of the server;
then *don't know* is shuffled with the rest, and the answers and their codes are not touched by it.

Privacy: no names, no IP, no referring page, no saving with an e-mail address; the time of answering is stored, because
fieldwork and the check of opening and closing dates need it.
"""

from __future__ import annotations

import csv
import html
import io
import zlib
from collections.abc import Iterator, Mapping

from kunskap.bank import DONT_KNOW, Bank
from kunskap.publish.outline import Conditions, Page, Question, outline
from kunskap.words import Words

__all__ = ["COLUMNS", "limesurvey"]

COLUMN_NAMES = """
    id related_id class type/scale name relevance text help language validation mandatory encrypted other default
    same_default same_script allowed_filetypes alphasort answer_width answer_width_bycolumn array_filter
    array_filter_exclude array_filter_style assessment_value category_separator choice_input_columns choice_title
    commented_checkbox commented_checkbox_auto cssclass date_format date_max date_min display_columns display_rows
    display_type dropdown_dates dropdown_dates_minute_step dropdown_dates_month_style dropdown_prefix
    dropdown_prepostfix dropdown_separators dropdown_size dualscale_headerA dualscale_headerB em_validation_q
    em_validation_q_tip em_validation_sq em_validation_sq_tip equals_num_value equation exclude_all_others
    exclude_all_others_auto hidden hide_tip input_boxes input_size label_input_columns location_city location_country
    location_defaultcoordinates location_mapheight location_mapservice location_mapwidth location_mapzoom
    location_nodefaultfromip location_postal location_state max_answers max_filesize max_num_of_files max_num_value
    max_num_value_n max_subquestions maximum_chars min_answers min_num_of_files min_num_value min_num_value_n
    multiflexible_checkbox multiflexible_max multiflexible_min multiflexible_step num_value_int_only numbers_only
    other_comment_mandatory other_numbers_only other_replace_text page_break parent_order placeholder prefix
    printable_help public_statistics random_group random_order rank_title repeat_headings reverse samechoiceheight
    samelistheight scale_export show_comment show_grand_total show_title show_totals showpopups slider_accuracy
    slider_custom_handle slider_default slider_default_set slider_handle slider_layout slider_max slider_middlestart
    slider_min slider_orientation slider_rating slider_reset slider_reversed slider_separator slider_showminmax
    statistics_graphtype statistics_showgraph statistics_showmap suffix text_input_columns text_input_width time_limit
    time_limit_action time_limit_countdown_message time_limit_disable_next time_limit_disable_prev time_limit_message
    time_limit_message_delay time_limit_message_style time_limit_timer_style time_limit_warning time_limit_warning_2
    time_limit_warning_2_display_time time_limit_warning_2_message time_limit_warning_2_style
    time_limit_warning_display_time time_limit_warning_message time_limit_warning_style use_dropdown
    value_range_allows_missing subquestion_order keep_codes_order
"""
COLUMNS = tuple(COLUMN_NAMES.split())
TYPES = {"single": "L", "multiple": "M", "battery": "F", "number": "N", "text": "T", "line": "S"}
SETTINGS = {
    "anonymized": "Y",  # answers are never tied to an invitation
    "format": "G",  # one page per group: filters see the role before the pages that need it
    "datestamp": "Y",
    "ipaddr": "N",
    "refurl": "N",
    "savetimings": "N",
    "allowsave": "N",  # saving for later asks for a name and an e-mail address
    "allowregister": "N",
    "allowprev": "Y",
    "usecookie": "N",
    "listpublic": "N",
    "publicstatistics": "N",
    "publicgraphs": "N",
    "assessments": "N",
    "printanswers": "Y",  # a participant can see and keep the answers
    "showwelcome": "Y",
    "showprogress": "Y",
    "showgroupinfo": "B",
    "showqnumcode": "X",
    "shownoanswer": "N",  # a ready-made "No answer" beside "Don't know" would be a second way to say it
}
# Runs at once or when the page is ready; a space follows each brace, or LimeSurvey would take it for an expression.
DONT_KNOW_LAST = (
    "<script>(function () { function last() { "
    f"document.querySelectorAll('input[type=radio][value={DONT_KNOW}]').forEach(function (choice) {{ "
    "var row = choice.closest('li'); if (row) { row.parentNode.appendChild(row); } }); } "
    "if (document.readyState === 'loading') { document.addEventListener('DOMContentLoaded', last); } "
    "else { last(); } })();</script>"
)
Row = dict[str, str]


def limesurvey(form: str, *, bank: Bank, words: Mapping[str, Words]) -> dict[str, bytes]:
    r"""The structure file of a form, in every language of `words`; the first is the survey's own.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> files = limesurvey("baslinje", bank=read_bank(), words={"sv": read_words(language="sv")})
    >>> files["limesurvey_baslinje.txt"].decode("utf-8").split("\t")[:5]
    ['id', 'related_id', 'class', 'type/scale', 'name']
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_survey(form, bank=bank, words=words))
    numbers = _Numbers()
    for page in outline(form, bank=bank, words=words):
        writer.writerows(_page(page, tuple(words), numbers))
    return {f"limesurvey_{form}.txt": text.getvalue().encode("utf-8")}


class _Numbers:
    """One running number for groups, questions and subquestions: no two may share one."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> str:
        self.last += 1
        return str(self.last)


def _text(text: str) -> str:
    """Plain text as the HTML that LimeSurvey takes.

    An opening brace would start an expression; the import strips a quotation mark at both ends of a cell, and PHP's
    reading of tab-separated files takes a backslash before a quotation mark for an escape.
    """
    escaped = html.escape(text, quote=False)
    for sign in '"{}\\':
        escaped = escaped.replace(sign, f"&#{ord(sign)};")
    return escaped.replace("\r", "").replace("\n", "<br />").replace("\t", " ")


def _survey(form_id: str, *, bank: Bank, words: Mapping[str, Words]) -> Iterator[Row]:
    form, languages = bank.forms[form_id], tuple(words)
    number = str(100_000 + zlib.crc32(form_id.encode()) % 900_000)  # LimeSurvey takes another if it is in use
    settings = {"sid": number, "gsid": "1", "admin": "admin", "language": languages[0]}
    for name, value in {**settings, "additional_languages": " ".join(languages[1:]), **SETTINGS}.items():
        yield {"class": "S", "name": name, "text": value}
    for language in languages:
        own = {
            "surveyls_survey_id": number,
            "surveyls_language": language,
            "surveyls_title": _text(form.title[language]),
            "surveyls_welcometext": _text(form.intro.get(language, "")),
            "surveyls_endtext": _text(words[language]("publish.thanks")),
            "surveyls_numberformat": "1" if language == "sv" else "0",  # 1: decimal comma
        }
        for name, value in own.items():
            yield {"class": "SL", "name": name, "text": value, "language": language}


def _page(page: Page, languages: tuple[str, ...], numbers: _Numbers) -> Iterator[Row]:
    number = numbers.next()
    scripted = any(
        question.kind == "single" and question.shuffled and question.has_dont_know for question in page.questions
    )
    for language in languages:
        title = _text(page.title[language])
        row = {"id": number, "class": "G", "type/scale": number, "name": title, "relevance": "1", "language": language}
        yield row | ({"text": DONT_KNOW_LAST} if scripted else {})
    for question in page.questions:
        number, inner = numbers.next(), _inner_numbers(question, numbers)
        for language in languages:
            # Attributes have no language: once is enough, and a second time would store them twice.
            attributes = _attributes(question) if language == languages[0] else {}
            yield {
                "id": number,
                "class": "Q",
                "type/scale": TYPES[question.kind],
                "name": question.code,
                "relevance": _relevance(question.shown_to),
                "text": _text(question.text[language]),
                "help": _text(question.help.get(language, "")),
                "language": language,
                "mandatory": "Y" if question.mandatory else "N",
                "other": "N",
                **attributes,
            }
            yield from _inside(question, language, inner)


def _inner_numbers(question: Question, numbers: _Numbers) -> dict[str, str]:
    codes = [part.code for part in question.parts]
    if question.kind == "multiple":
        codes = [option.id for option in question.options]
    return {code: numbers.next() for code in codes}


def _inside(question: Question, language: str, numbers: Mapping[str, str]) -> Iterator[Row]:
    """Subquestions, then answers."""
    subquestions = [(part.code, part.text[language], _relevance(part.shown_to)) for part in question.parts]
    if question.kind == "multiple":
        subquestions = [(option.id, option.text[language], "1") for option in question.options]
    for code, text, relevance in subquestions:
        yield {
            "id": numbers[code],
            "class": "SQ",
            "type/scale": "0",
            "name": code,
            "relevance": relevance,
            "text": _text(text),
            "language": language,
        }
    if question.kind != "multiple":
        for option in question.options:
            text = _text(option.text[language])
            answer = {"class": "A", "type/scale": "0", "name": option.id, "relevance": "0", "text": text}
            yield answer | {"language": language}


def _attributes(question: Question) -> Row:
    attributes: Row = {}
    if question.shuffled:
        attributes["random_order"] = "1"  # one choice: the import makes ``answer_order`` of it
        if question.kind == "multiple":
            attributes["subquestion_order"] = "random"
        if question.has_dont_know:
            attributes["keep_codes_order"] = DONT_KNOW
    if question.alone:
        attributes["exclude_all_others"] = ";".join(option.id for option in question.alone)
    if question.minimum is not None:
        attributes["min_num_value_n"] = f"{question.minimum:g}"
    if question.maximum is not None:
        attributes["max_num_value_n"] = f"{question.maximum:g}"
    return attributes


def _relevance(shown_to: Conditions) -> str:
    """Who sees it, as an expression: every variable must have one of its levels.

    >>> _relevance({"role": ("pol",), "orgtype": ("reg", "kom")})
    '((role.NAOK == "pol") and (orgtype.NAOK == "reg" or orgtype.NAOK == "kom"))'
    """
    tests = [
        "(" + " or ".join(f'{variable}.NAOK == "{level}"' for level in levels) + ")"
        for variable, levels in shown_to.items()
    ]
    return f"({' and '.join(tests)})" if tests else "1"
