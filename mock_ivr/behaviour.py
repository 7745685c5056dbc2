"""How the IVR behaves: as it should, or wrong in one of the ways an external system can be."""

from __future__ import annotations

from typing import Literal

from mock_serving.behaviour import BehaviourSetting

Mode = Literal[
    "normal", "down", "slow", "failed", "partial", "fault", "invalid", "other-reply", "html", "nothing", "drop"
]


#: The behaviours under which the callbacks have been taken, whether or not the sender still waits for the answer.
TAKES: frozenset[Mode] = frozenset({"normal", "slow"})


class Setting(BehaviourSetting):
    """One behaviour of the IVR. Only under `normal` and `slow` it has taken the callbacks, and dials."""

    mode: Mode = "normal"


class Behaviour:
    """The setting that holds."""

    def __init__(self) -> None:
        self._setting = Setting()

    @property
    def setting(self) -> Setting:
        """The setting that holds; `down` is the server's business, not the application's."""
        return self._setting

    def become(self, setting: Setting) -> None:
        """Answer so from the next message on."""
        self._setting = setting
