"""The configuration in force as the JSON of the control API."""

from __future__ import annotations

import dataclasses

from pydantic import BaseModel

from reference_adapter.configuration.settings import AdapterSettings


class Settings(BaseModel):
    """The configuration in force, as far as a test needs to know it; times in seconds."""

    comment_limit: int
    batch_limit: int
    ims_confirmation_seconds: float
    future_skew_seconds: float
    default_language: int
    default_source: str
    languages: list[int]
    trouble_codes: list[str]
    hazards: list[str]
    sources: list[str]
    callback_media: list[str]
    search_types: dict[str, list[str]]
    input_crs: str
    model_crs: str
    callback_results: list[str]
    callback_reasons: list[str]
    incident_statuses: list[str]
    assignment_seconds: float
    requeue_seconds: float
    requeue_limit: int
    archive_after_seconds: float
    publisher: PublisherShape
    prediction: PredictionShape

    @classmethod
    def of(cls, current: AdapterSettings) -> Settings:
        """The settings of the adapter's configuration."""
        callbacks, publisher = current.callbacks, current.publisher
        return cls(
            comment_limit=current.comment_limit,
            batch_limit=current.batch_limit,
            ims_confirmation_seconds=current.ims_confirmation_seconds,
            future_skew_seconds=current.future_skew.total_seconds(),
            default_language=current.default_language,
            default_source=current.default_source,
            languages=sorted(current.languages),
            trouble_codes=sorted(current.trouble_codes),
            hazards=sorted(current.hazards),
            sources=sorted(current.sources),
            callback_media=sorted(current.callback_media),
            search_types={name: list(kind.properties) for name, kind in current.landbase.search_types.items()},
            input_crs=current.input_crs,
            model_crs=current.model_crs,
            callback_results=sorted(callbacks.results),
            callback_reasons=sorted(callbacks.reasons),
            incident_statuses=sorted(current.incidents.statuses),
            assignment_seconds=callbacks.queue.assignment.total_seconds(),
            requeue_seconds=callbacks.queue.requeue.total_seconds(),
            requeue_limit=callbacks.queue.requeue_limit,
            archive_after_seconds=current.incidents.archive_after.total_seconds(),
            publisher=PublisherShape(
                seconds=publisher.seconds,
                priorities=sorted(publisher.priorities, reverse=True),
                batch=publisher.batch,
                tries=publisher.tries,
                retry_seconds=publisher.retry_seconds,
                timeout_seconds=publisher.timeout_seconds,
                assignee=publisher.assignee,
            ),
            prediction=PredictionShape(**dataclasses.asdict(current.prediction)),
        )


class PublisherShape(BaseModel):
    """How callbacks are sent to the external system; times in seconds."""

    seconds: float
    priorities: list[int]
    batch: int
    tries: int
    retry_seconds: float
    timeout_seconds: float
    assignee: str


class PredictionShape(BaseModel):
    """When a device counts as out."""

    usage_points: int
    transformers: int
    transformer_share: float
    laterals: int
    lateral_share: float
