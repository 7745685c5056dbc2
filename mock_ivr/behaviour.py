"""How the IVR behaves: as it should, or wrong in one of the ways an external system can be."""

from __future__ import annotations

from typing import Literal

from mock_serving.behaviour import BehaviourSetting

Mode = Literal[
    "normal", "down", "slow", "failed", "partial", "fault", "invalid", "other-reply", "html", "nothing", "drop"
]


class Setting(BehaviourSetting):
    """One behaviour of the IVR. Under any but `normal` nothing is dialled."""

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
