"""Changes a mock's behaviour, also the part of it that is a matter of the port, and back by itself."""

from __future__ import annotations

import asyncio
import logging
from typing import Generic, Protocol, TypeVar

from mock_serving.behaviour import BehaviourSetting

logger = logging.getLogger(__name__)

Setting = TypeVar("Setting", bound=BehaviourSetting)


class Behaviour(Protocol[Setting]):
    """Who answers as a setting says."""

    @property
    def setting(self) -> Setting:
        """The setting that holds."""

    def become(self, setting: Setting) -> None:
        """Answer so from the next request on; `down` is the line's business."""


class Line(Protocol):
    """What can be cut: the server that clients reach."""

    async def open(self) -> None:
        """Answer; raises OSError when that fails."""

    async def close(self) -> None:
        """Refuse connections and drop those that exist."""


class Switch(Generic[Setting]):
    """Puts one setting in force at a time; the newest wins over an expiry. `normal` is what follows an expiry."""

    def __init__(self, behaviour: Behaviour[Setting], line: Line, normal: Setting) -> None:
        self._behaviour = behaviour
        self._line = line
        self._normal = normal
        self._lock = asyncio.Lock()
        self._expiry: asyncio.Task[None] | None = None
        self._deadline = 0.0

    @property
    def setting(self) -> Setting:
        """The setting that holds, with the seconds it still holds."""
        if self._expiry is None:
            return self._behaviour.setting
        left = max(0.0, self._deadline - asyncio.get_running_loop().time())
        return self._behaviour.setting.model_copy(update={"expires_after_seconds": round(left, 3)})

    async def change(self, setting: Setting) -> Setting:
        """Behave so from now on; returns once it holds. Raises OSError when the line cannot be opened."""
        async with self._lock:
            await self._enter(setting)
            if self._expiry is not None:
                self._expiry.cancel()
                self._expiry = None
            if setting.expires_after_seconds is not None:
                self._deadline = asyncio.get_running_loop().time() + setting.expires_after_seconds
                self._expiry = asyncio.create_task(self._expire(setting.expires_after_seconds))
            return self.setting

    async def _enter(self, setting: Setting) -> None:
        if setting.mode == "down":
            await self._line.close()
        else:
            await self._line.open()
        self._behaviour.become(setting)

    async def _expire(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        async with self._lock:
            self._expiry = None
            try:
                await self._enter(self._normal)
            except OSError as error:
                logger.error("the port stays closed: %s", error)
