"""The rules that letters, legal drafts and pilot texts keep; test_letters.py tries them on texts and planted faults."""

from __future__ import annotations

import ast
import re
from pathlib import Path

SHOWN_LIX = re.compile(r"^LIX: (\d+)$", re.MULTILINE)
PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}")
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")


def read(path: Path) -> str:
    """The file's text."""
    return path.read_text(encoding="utf-8")


# --- the rules: each returns what breaks it, so that an empty list means kept ---


def measured(text: str) -> str:
    """What the LIX is counted on: what stands between a letter's first and last rule, else all above the number."""
    body = SHOWN_LIX.sub("", text)
    lines = body.splitlines()
    rules = [number for number, line in enumerate(lines) if line == "---"]
    return "\n".join(lines[rules[0] + 1 : rules[-1]]) if len(rules) > 1 else body


def lix(text: str) -> float:
    """Björnsson's LIX, without the package's own function: a line, a cell, a stop and a colon end a sentence."""
    words: list[str] = []
    sentences = 0
    for line in PLACEHOLDER.sub("fält", LINK.sub(r"\1", text)).splitlines():
        for cell in re.sub(r"https?://\S+", "", line).split("|"):
            for sentence in re.split(r"[.!?:]+(?=\W|$)", cell):
                found = re.findall(r"\w+(?:[-.,:]\w+)*", sentence.replace("_", ""))
                words += found
                sentences += bool(found)
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def wrong_lix(text: str, *, bound: int) -> list[str]:
    """The number shown at the end is the text's own, within one, and within the bound."""
    value = lix(measured(text))
    shown = SHOWN_LIX.findall(text)
    if len(shown) != 1 or not text.endswith(f"LIX: {shown[0]}\n"):
        return [f"the last line must be LIX: {value:.0f}"]
    faults = [f"shown {shown[0]}, counted {value:.1f}"] if abs(int(shown[0]) - value) > 1 else []
    return faults + ([f"{value:.1f} is above {bound}"] if value > bound else [])


# Untrue of answers that may be public records, that can reveal one of a few, and that only a decision destroys.
UNTRUE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!inte )\banonym",
        r"\bingen (annan |utomstående |obehörig )?(kan|får|kommer att|ska kunna) "
        r"(läsa|se\b|ta del|veta|begära|ta reda)",
        r"\b(bara|endast) (vi|projektet) (kan |får |kommer att )?(läser|läsa|ser|se)\b",
        r"\bkonfidentiell|\bsträngt förtrolig|\bförtroliga svar",
        r"\bsvar(en)? (är|förblir|hålls|behandlas|stannar) (helt |alltid )?(hemlig|förtrolig|skyddad|privat)",
        r"\bsvar(en)? (omfattas|skyddas) av sekretess",
        r"(?<!inte lova att )\bsvaren stannar hos oss",
        r"\b(kan|går) (inte|aldrig) (att )?(spåras?|härledas?|identifieras?|kopplas? till)",
        r"\b(inga|aldrig några) personuppgifter",
        r"\b(raderas|förstörs|slängs) (direkt|genast|automatiskt|när|efter|så snart)",
        r"\b(lämnas aldrig|aldrig lämnas|lämnar aldrig|lämnar inte) ut",
        r"\bgaranter",
    )
)


def untrue_promises(text: str) -> list[str]:
    """Promises to those who answer that cannot be kept."""
    plain = " ".join(text.replace("*", "").split())
    return [found.group() for pattern in UNTRUE for found in pattern.finditer(plain)]


def party_questions(text: str) -> list[str]:
    """Questions on party, votes or political opinion."""
    asked = re.compile(
        r"\b(vilket|vilka) parti\w*|\bparti\w* (tillhör|representerar|röstar)|\b(hur|vad) (röstar|röstade)|"
        r"\brösta\w* på|\bdin (politiska )?åsikt\b|\bvad tycker du om jämställdhet",
        re.IGNORECASE,
    )
    return [found.group() for found in asked.finditer(" ".join(text.split()))]


ENGLISH = re.compile(
    r"\b(the|of|with|your|you|is|are|this|that|from|survey|respondents?|answers?|please|not|will|by|to|data set)\b",
    re.IGNORECASE,
)


def english_words(text: str) -> list[str]:
    """English words outside code, links' targets and placeholders."""
    return ENGLISH.findall(PLACEHOLDER.sub("", re.sub(r"`[^`]*`", "", LINK.sub(r"\1", text))))


CITED = re.compile(r"\bOSL \d+:\d+|\b(?:RÅ|HFD) [\d: ref.]+\d|\b\d{4}:\d+|\bartikel \d+(?:\.\d+)?", re.IGNORECASE)
# Seen in the act or with the authority; whatever else is cited stands in a question to the lawyer.
SEEN = {"2010:630", "2018:1937", "OSL 5:1", "artikel 6.1", "artikel 9", "artikel 9.1", "artikel 9.2", "artikel 35"}


def unsure_law(text: str) -> list[str]:
    """Law that nobody has checked, stated as a fact: outside a line that asks the reader to check it."""
    return [
        cited
        for line in text.splitlines()
        if "kontrollera" not in line.lower()
        for cited in CITED.findall(line)
        if cited not in SEEN and cited[0].lower() + cited[1:] not in SEEN
    ]


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


def dead_links(path: Path) -> list[str]:
    """Links within the repository that lead nowhere."""
    dead = []
    for _, target in LINK.findall(read(path)):
        file, _, anchor = target.partition("#")
        goal = path if not file else path.parent / file
        if file.startswith("https://"):
            continue
        if not goal.exists() or (
            anchor and anchor not in {slug(h) for h in re.findall(r"^#+ (.*)$", read(goal), re.MULTILINE)}
        ):
            dead.append(target)
    return dead


def reachable(start: Path) -> set[Path]:
    """Every file that links lead to from `start`."""
    seen: set[Path] = set()
    waiting = [start.resolve()]
    while waiting:
        path = waiting.pop()
        if path in seen or not path.is_file():
            continue
        seen.add(path)
        if path.suffix == ".md":
            links = (target.partition("#")[0] for _, target in LINK.findall(read(path)))
            waiting += [(path.parent / link).resolve() for link in links if link and "://" not in link]
    return seen


def documented(guide: str) -> set[str]:
    """The placeholders that the guide's table explains, with an explanation."""
    rows = re.findall(r"^\| (`\{\{.*?) \| (.+?) \|$", guide, re.MULTILINE)
    return {name for names, explained in rows if explained.strip() for name in PLACEHOLDER.findall(names)}


# --- what is stored ---

FILE_LIKE = re.compile(r"[\w åäöÅÄÖ.-]*\w\.(csv|toml|key|sqlite|json|txt|html|log|db)")
PLACED = re.compile(r"([\w-]+)\.")


def stored_places(source: str) -> set[str]:
    """The files and folders that a module names: constants, what lies under a project's folder, and what is sent.

    Parameters
    ----------
    source : str
        A module.
    """
    tree = ast.parse(source)
    named: set[str] = set()
    constants: dict[str, list[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                constants[target.id] = _strings(node.value)
    for name, values in constants.items():
        named |= {value for value in values if FILE_LIKE.fullmatch(value) or name.endswith("FOLDER")}
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            under = {each.attr for each in ast.walk(node.left) if isinstance(each, ast.Attribute)}
            if under & {"folder", "survey"}:  # what is in survey/ came with it, but for single files
                named |= {name for name in _strings(node.right) if FILE_LIKE.fullmatch(name)}
            if "folder" in under:
                named |= {name for name in _strings(node.right) if name.isidentifier()}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Path":
            first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else ""
            named |= {first} if re.fullmatch(r"[\w-]+(\.html)?", str(first)) else set()
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "attach":
            named |= {found[1] for value in _strings(node) if (found := PLACED.match(value))}
    return named


def _strings(node: ast.AST) -> list[str]:
    return [each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
