"""What the scenarios of a run share: the target, the control API, and a supply of things nobody has used before."""

from __future__ import annotations

import itertools
import random
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from crmkit.suite.access.clock import TargetClock
from crmkit.suite.access.control import Control, Json, LandbaseControl
from crmkit.suite.access.fixture_points import FixturePool
from crmkit.suite.access.landmarks import Landmarks
from crmkit.suite.access.positions import DEGREES
from crmkit.suite.access.search_types import Landmark
from crmkit.suite.access.target import Target
from crmkit.suite.access.usage_points import UsagePointPool
from crmkit.suite.access.vocabulary import Vocabulary
from crmkit.suite.errors import CouldNotTest, NotApplicable
from crmkit.suite.evidence import Transcript
from crmkit.suite.messages import Messenger
from crmkit.suite.values import DEFAULT_COMMENT_LIMIT

_MODEL_CRS = "EPSG:2277"
NO_CONTROL = "give --control URL of the target's control API"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the target is configured to; the contract's defaults where there is no control API to ask."""

    comment_limit: int = DEFAULT_COMMENT_LIMIT
    input_crs: str = DEGREES
    model_crs: str = _MODEL_CRS
    vocabulary: Vocabulary = field(default_factory=Vocabulary)


@dataclass
class Run:
    """One run of the suite. `seed` decides which usage points and landbase objects are used."""

    target: Target
    control: Control | None = None
    seed: str = field(default_factory=lambda: secrets.token_hex(4))
    # Which part of the usage points is this run's, of how many: others may use the target at the same time.
    share: tuple[int, int] = (0, 1)
    seen_message_ids: set[str] = field(default_factory=set)
    stuck_messages: int = 0
    # The last ticket's and the last callback's number when somebody last looked: what comes is behind them.
    position: int | None = None
    callback_position: int | None = None
    # Found out when a scenario needs it.
    comment_separator: str | None = None
    # By decision, the reading that the target says it holds: another one that the decision allows fails then.
    interpretations: Mapping[str, str] = field(default_factory=dict)
    # What the target cannot do at all, and how that is known (crmkit.suite.running.capabilities).
    lacks: Mapping[str, str] = field(default_factory=dict)
    # What it is configured to, where there is no control API that tells it.
    stated: Settings | None = None
    # Who called whom in the scenario that is running, and what in it only a person has seen.
    transcript: Transcript = field(default_factory=Transcript, repr=False)
    attested: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)
        self._numbers = itertools.count(1)
        self._messengers: dict[str, Messenger] = {}
        self.clock = TargetClock(self.control)
        self.target.transcript = self.transcript
        if self.control is not None:
            self.control.note_in(self.transcript)

    def begin_scenario(self) -> None:
        """Nothing has been called in it, and nobody has said anything."""
        self.transcript.begin()
        self.attested.clear()
        if self.fixture_points is not None:
            self.fixture_points.begin()

    def attest(self, what: str) -> None:
        """The scenario rests on what only a person has seen: it ends attested instead of passed."""
        self.attested.append(what)

    def advance_clock(self, seconds: float) -> None:
        """Let the target's time pass; it is put right when the run ends."""
        self.clock.advance(seconds)

    def end(self) -> None:
        """Undo what was done to the target for the run as a whole."""
        self.clock.restore()
        if self.control is not None:
            self.control.told.finish()

    def needs_control(self) -> Control:
        """The control API; CouldNotTest without one."""
        if self.control is None:
            raise CouldNotTest(NO_CONTROL)
        return self.control

    @cached_property
    def configuration(self) -> Json:
        """All that the control API tells of the target's settings."""
        return self.needs_control().settings()

    @cached_property
    def settings(self) -> Settings:
        """The target's settings."""
        if self.control is None:
            return self.stated or Settings()
        told = self.configuration
        limits = int(told["comment_limit"]), str(told["input_crs"]), str(told["model_crs"])
        return Settings(*limits, Vocabulary.of_settings(told))

    @cached_property
    def usage_points(self) -> UsagePointPool:
        """Usage points of the model."""
        if self.needs_control().is_by_hand:
            raise CouldNotTest(
                "the whole model is to be looked through: name a control API (target.control, or --control)"
            )
        return UsagePointPool(self.needs_control(), self._rng, self.share)

    @cached_property
    def fixture_points(self) -> FixturePool | None:
        """Usage points of the profile, where there is only a stand-in for a control API."""
        return FixturePool(self.control) if self.control is not None and self.control.is_by_hand else None

    @cached_property
    def landmarks(self) -> Landmarks:
        """Objects of the landbase beside the target."""
        if (reason := self.lacks.get("landbase")) is not None:
            raise NotApplicable(reason)
        control = self.needs_control()
        given = [
            Landmark(each["type"], tuple(each["parameters"].items()), each["longitude"], each["latitude"])
            for each in control.given_landmarks()
        ]
        return Landmarks(control.neighbours().get("landbase"), self._rng, self.transcript, given)

    @cached_property
    def landbase_control(self) -> LandbaseControl:
        """What tells the landbase to be down."""
        url = self.needs_control().neighbours().get("landbase_control")
        if not url:
            raise CouldNotTest(
                "no landbase stands beside the target: give [listen.landbase] in the profile, or a control API "
                "whose /neighbours names a landbase_control"
            )
        return LandbaseControl(url, self.transcript)

    def messenger(self, service: str) -> Messenger:
        """Builds and sends the messages of a service."""
        if service not in self._messengers:
            self._messengers[service] = Messenger(self.target, service)
        return self._messengers[service]

    def fresh(self, word: str) -> str:
        """A name that was never used before, in this run or another."""
        return f"{word}-{self.seed}-{next(self._numbers)}-{secrets.token_hex(2)}"

    def is_a_siblings(self, name: str) -> bool:
        """Whether another run that shares the target with this one has made that name (`fresh`)."""
        if self.share[1] == 1:
            return False
        parts = name.split("-")
        return len(parts) > 1 and parts[1] != self.seed and parts[1][:-1] == self.seed[:-1]

    def message_id(self) -> str:
        """The id of a new message."""
        made = str(uuid.uuid4())
        self.seen_message_ids.add(made)
        return made
