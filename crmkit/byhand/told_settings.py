"""A profile's lists and limits in the shape of the control API's settings."""

from __future__ import annotations

from crmkit.profile.model import Profile
from crmkit.suite.access.control import Json


def settings(profile: Profile) -> Json:
    """What GET /settings would say; a list that the profile leaves out is left out."""
    limits = profile.limits
    lists = {name: value for name, value in profile.lists.model_dump().items() if value is not None}
    return {
        **lists,
        "comment_limit": limits.comment_limit,
        "ims_confirmation_seconds": limits.ims_seconds,
        "future_skew_seconds": limits.future_skew_seconds,
        "assignment_seconds": limits.assignment_seconds,
        "requeue_seconds": limits.requeue_seconds,
        "input_crs": limits.input_crs,
        "model_crs": limits.model_crs,
        "publisher": {
            "seconds": limits.publisher_seconds,
            "priorities": limits.publisher_priorities,
            "tries": limits.publisher_tries,
            "retry_seconds": limits.publisher_retry_seconds,
        },
    }
