"""The result of a callback while the rules judge it."""

from __future__ import annotations

from dataclasses import dataclass

from crm_contract.messages import CallBackResult
from reference_adapter.outage_model.callbacks import Callback, Consequence


@dataclass(slots=True)
class ResultEntry:
    """An entry of CreatedCallBacksResults. The rules read `sent`, settle the rest, and may refuse it.

    `callback` is the one it names, as it stands before; `comment` what its comment is to be afterwards.
    """

    sent: CallBackResult
    number: int
    callback: Callback | None = None
    refused: bool = False
    comment: str | None = None
    consequence: Consequence | None = None

    @property
    def mrid(self) -> str | None:
        """What it names its callback by; a blank mRID is none."""
        return self.sent.mrid if (self.sent.mrid or "").strip() else None

    @property
    def alias(self) -> str:
        """How details name it: by mRID, else name, else its place (D-15)."""
        name = self.sent.name
        return self.mrid or (name if name and name.strip() else f"#{self.number}")

    @property
    def result(self) -> str | None:
        """The result word as sent; a blank one is none."""
        word = self.sent.status.value if self.sent.status is not None else None
        return word if word and word.strip() else None

    @property
    def added_comment(self) -> str | None:
        """The remark that is to be appended; a blank one is none."""
        comment = self.sent.comment
        return comment if comment and comment.strip() else None
