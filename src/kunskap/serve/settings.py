"""What one running page needs to know; nothing in it changes while the page runs."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from kunskap.bank import Bank, Form, Item
from kunskap.disclosure.policy import Decision, Policy
from kunskap.errors import KunskapError, fault
from kunskap.project import Project
from kunskap.quiz import start
from kunskap.quiz.advice import Teaches
from kunskap.store import Room, Store, open_store
from kunskap.words import Words

__all__ = ["HERE", "Settings", "settings_for"]

HERE = ZoneInfo("Europe/Stockholm")
OCCASIONS = ("inventory", "before", "after", "later")
PACES = ("self", "trainer")


@dataclass(frozen=True)
class Settings:
    """One form, one wave, one store.

    Attributes
    ----------
    feedback : str
        ``"at_once"`` for a teaching quiz, ``"never"`` for a survey.
    key : bytes
        The project's secret: makes pseudonyms, and signs the session.
    opens, closes : date, optional
        The first and the last day, in Swedish time.
    contact : str
        Whom to tell of a fault; shown to everyone.
    project : Path, optional
        The project's folder, where withdrawals are noted for every other file too.
    erasure : Decision, optional
        The project's decision on erasure, from its policy.
    shown : str
        ``"one"`` question at a time, or ``"all"`` on one page.
    tries : int, optional
        Tries per question where feedback is given; as many as wanted when None.
    modules : tuple of Teaches
        What the result may advise as the next module.
    paced : str
        ``"self"``, or ``"trainer"`` where one question at a time is opened for everyone in the `room`.
    form_after : str
        Trainer-paced: what is asked after the module; empty = the same form.
    policy : Policy, optional
        What the room may see; without it nothing.
    token : str
        What the trainer's screen shows that it is the trainer's.
    tls : bool
        Whether the page is reached through TLS; the cookies then never leave it.
    """

    store: Store
    bank: Bank
    words: Mapping[str, Words]
    form: Form
    wave: str
    occasion: str
    feedback: str
    survey: Path
    key: bytes = field(repr=False)
    opens: dt.date | None = None
    closes: dt.date | None = None
    contact: str = ""
    tls: bool = False
    simulated: bool = False
    project: Path | None = None
    erasure: Decision | None = None
    shown: str = "one"
    tries: int | None = None
    modules: tuple[Teaches, ...] = ()
    paced: str = "self"
    room: str = ""
    form_after: str = ""
    policy: Policy | None = field(default=None, repr=False)
    token: str = field(default="", repr=False)

    @property
    def forms(self) -> tuple[str, str]:
        """The forms of the rounds before and after, in a room."""
        return self.form.id, self.form_after or self.form.id

    @property
    def is_sheet(self) -> bool:
        """Whether all questions are answered on one sheet and handed in together."""
        return self.shown == "all" and self.feedback == "never"

    @property
    def deciding(self) -> frozenset[str]:
        """The questions whose answers decide which others there are."""
        return frozenset(name for rule in self.form.shown_to.values() for name in rule)

    def in_room(self, room: Room) -> Settings:
        """The same settings in the round where the room is."""
        return replace(self, form=self.bank.forms[room.form], occasion=room.occasion)

    @property
    def cookie_secret(self) -> str:
        """What signs the session: follows from the key, so that a restarted server knows everyone again."""
        return hmac.new(self.key, b"kunskap serve: session", hashlib.sha256).hexdigest()

    def state_on(self, day: dt.date) -> str:
        """``"early"``, ``"open"`` or ``"late"``."""
        if self.opens is not None and day < self.opens:
            return "early"
        return "late" if self.closes is not None and day > self.closes else "open"

    @property
    def state(self) -> str:
        """Whether the page is open now, in Swedish time."""
        return self.state_on(dt.datetime.now(HERE).date())


def settings_for(
    project: Project,
    *,
    store: str,
    bank: Bank,
    words: Mapping[str, Words],
    form: str | None = None,
    wave: str | None = None,
    occasion: str | None = None,
    feedback: str | None = None,
    contact: str = "",
    tls: bool = False,
    policy: Policy | None = None,
    paced: str | None = None,
    room: str | None = None,
    form_after: str | None = None,
    shown: str = "one",
    tries: int | None = None,
) -> Settings:
    """Put the settings together from a project.

    Parameters
    ----------
    project : Project
        From `open_project`; without one a key is made that is gone when the page stops.
    store : str
        The address of the database where answers are kept; opened, and made if need be, once all else is right.
    bank, words
        The questions, and interface words by language.
    form, wave : str, optional
        As in ``waves.toml`` when not given.
    feedback : str, optional
        When not given: at once if every knowledge question is of the teaching pool, else never.
    policy : Policy, optional
        From ``policy.toml``: the decision on erasure, and what a room may see.
    paced : str, optional
        ``"trainer"`` or ``"self"``; when not given, a form of teaching questions alone is paced by the trainer.
    room : str, optional
        What the room is called where several share a store; the wave when not given.
    form_after : str, optional
        Trainer-paced: the form of the round after.
    shown, tries
        At one's own pace: as `kunskap.quiz.start` has them.

    Raises
    ------
    KunskapError
        ``SERVE-01`` no such form, ``SERVE-02`` no such occasion, ``SERVE-03`` a question that may not be asked (a
        draft), ``SERVE-06`` no such pace, ``QUIZ-04`` feedback on a question of the survey pool,
        ``QUIZ-05`` another setting; ``STORE-01``, ``STORE-02`` if the database cannot be opened.
    """
    chosen = project.wave(wave)
    name = form or (chosen.form if chosen else "baslinje")
    faults = []
    for option, value, known in (
        ("--form", name, tuple(bank.forms)),
        ("--form-after", form_after or name, tuple(bank.forms)),
    ):
        if value not in known:
            faults.append(fault("SERVE-01", option, value=value, expected=", ".join(known)))
    if occasion is not None and occasion not in OCCASIONS:
        faults.append(fault("SERVE-02", "--occasion", value=occasion, expected=", ".join(OCCASIONS)))
    if paced is not None and paced not in PACES:
        faults.append(fault("SERVE-06", "--paced", value=paced, expected=", ".join(PACES)))
    if faults:
        raise KunskapError(faults)
    items = [bank.items[item_id] for form_id in {name, form_after or name} for item_id in bank.forms[form_id].item_ids]
    drafts = [fault("SERVE-03", item.id) for item in items if item.status in ("draft", "retired")]
    is_teaching = not any(item.pool == "survey" for item in items) and any(item.is_knowledge for item in items)
    if feedback == "at_once":
        drafts += [fault("QUIZ-04", item.id) for item in items if item.pool == "survey"]
    if drafts:
        raise KunskapError(drafts)
    given = feedback or ("at_once" if is_teaching else "never")
    # what is wrong with the settings is told now and not to a participant
    asked = list({item.id: item for item in items}.values())
    start(asked, seed=0, language=bank.languages[0], feedback=given, shown=shown, tries=tries)
    is_trainers = (paced or ("trainer" if is_teaching else "self")) == "trainer"
    wave_id = chosen.id if chosen else name
    return Settings(
        store=open_store(store),
        bank=bank,
        words=words,
        form=bank.forms[name],
        wave=wave_id,
        occasion=occasion or ("before" if is_trainers else "inventory"),
        feedback=given,
        survey=project.survey,
        key=project.key or secrets.token_bytes(32),
        opens=chosen.opens if chosen else None,
        closes=chosen.closes if chosen else None,
        contact=contact,
        tls=tls,
        simulated=project.simulated,
        project=project.folder,
        erasure=policy.decisions.get("erasure") if policy else None,
        shown=shown,
        tries=tries,
        modules=_modules(items, bank, project.survey),
        paced="trainer" if is_trainers else "self",
        room=room or wave_id,
        form_after=form_after or "",
        policy=policy,
        token=secrets.token_urlsafe(24),
    )


def _modules(items: Sequence[Item], bank: Bank, survey: Path) -> tuple[Teaches, ...]:
    """What can be advised: nothing where nobody rates themselves, or where there is no list of modules."""
    if not any(item.type == "ability" for item in items):
        return ()
    from kunskap.needs import read_modules  # the analyses take memory that a quiz has no use for

    try:
        return read_modules(survey, bank=bank)
    except KunskapError:
        return ()
