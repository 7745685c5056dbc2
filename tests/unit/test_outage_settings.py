"""AdapterCrm.xml: callbacks, publisher, incidents and prediction; what is said of a broken edit of them."""

from datetime import timedelta
from pathlib import Path

import pytest
from builders import SHIPPED, shipped_settings

from reference_adapter.configuration.settings import PublisherSettings, parse_adapter_settings
from reference_adapter.configuration.watched import ConfigurationError
from reference_adapter.outage_model.callbacks import Consequence, QueueRules
from reference_adapter.outage_model.prediction import Thresholds

TEXT = (SHIPPED / "AdapterCrm.xml").read_text(encoding="utf-8")


def changed(old, new):
    assert TEXT.count(old) == 1
    return parse_adapter_settings(TEXT.replace(old, new).encode(), Path("AdapterCrm.xml"))


def test_the_shipped_results_lead_where_the_decisions_say():
    shipped = shipped_settings().callbacks
    assert shipped.results == {
        "Restored": Consequence.CLOSE,
        "Left Message": Consequence.CLOSE,
        "Undialable": Consequence.CLOSE,
        "Declined": Consequence.CLOSE,
        "Not Restored": Consequence.REPORT_AGAIN,
        "No Answer": Consequence.REQUEUE,
        "Busy": Consequence.REQUEUE,
    }
    assert shipped.queue == QueueRules(timedelta(minutes=30), timedelta(minutes=15), 3, "Max Attempts")
    assert (shipped.restored_reason, shipped.reported_again_code) == ("PowerRestored", "Not Restored")
    assert shipped.reasons == {"PowerRestored", "EtrUpdate", "InitialEtr", "CrewDispatched"}


def test_the_shipped_publisher_incidents_and_prediction():
    shipped = shipped_settings()
    assert shipped.publisher == PublisherSettings(60.0, frozenset({6, 5}), 50, 3, 10.0, 10.0, "CrmAdapter")
    assert shipped.incidents.archive_after == timedelta(hours=24)
    assert shipped.incidents.statuses == {
        "New",
        "Assigned",
        "Dispatched",
        "En Route",
        "Arrived",
        "In Progress",
        "Suspended",
        "Field Completed",
    }
    assert shipped.prediction == Thresholds(2, 2, 0.3, 2, 0.25)
    assert shipped.archived_sources == {
        "CallCenter": "CC",
        "IVR": "IVR",
        "Portal": "OutagePortal",
        "Operator": "Operator",
        "Unknown": "Unknown",
    }


@pytest.mark.parametrize(
    ("old", "new", "read", "value"),
    [
        ('assignmentMinutes="30"', 'assignmentMinutes="0.5"', lambda s: s.callbacks.queue.assignment.seconds, 30),
        ('requeueMinutes="15"', 'requeueMinutes="1"', lambda s: s.callbacks.queue.requeue.seconds, 60),
        ('requeueLimit="3"', 'requeueLimit="7"', lambda s: s.callbacks.queue.requeue_limit, 7),
        ('exhaustedResult="Max Attempts"', 'exhaustedResult="X"', lambda s: s.callbacks.queue.exhausted_result, "X"),
        (
            'restoredReason="PowerRestored"',
            'restoredReason="EtrUpdate"',
            lambda s: s.callbacks.restored_reason,
            "EtrUpdate",
        ),
        (
            'name="Busy" then="requeue"',
            'name="Busy" then="close"',
            lambda s: s.callbacks.results["Busy"].value,
            "close",
        ),
        (
            'reportedAgainCode="Not Restored"',
            'reportedAgainCode="Other"',
            lambda s: s.callbacks.reported_again_code,
            "Other",
        ),
        ('priorities="6,5"', 'priorities="0, 3"', lambda s: s.publisher.priorities, {0, 3}),
        ('seconds="60" priorities', 'seconds="1.5" priorities', lambda s: s.publisher.seconds, 1.5),
        ('batch="50"', 'batch="2"', lambda s: s.publisher.batch, 2),
        ('tries="3"', 'tries="1"', lambda s: s.publisher.tries, 1),
        ('retrySeconds="10"', 'retrySeconds="0.1"', lambda s: s.publisher.retry_seconds, 0.1),
        ('timeoutSeconds="10"', 'timeoutSeconds="3"', lambda s: s.publisher.timeout_seconds, 3.0),
        ('assignee="CrmAdapter"', 'assignee="Robot"', lambda s: s.publisher.assignee, "Robot"),
        ('archiveAfterHours="24"', 'archiveAfterHours="0.5"', lambda s: s.incidents.archive_after.seconds, 1800),
        ('<IncidentStatus name="Suspended"/>', "", lambda s: "Suspended" in s.incidents.statuses, False),
        ('usagePoints="2"', 'usagePoints="3"', lambda s: s.prediction.usage_points, 3),
        (' transformers="2"', ' transformers="4"', lambda s: s.prediction.transformers, 4),
        ('transformerShare="0.30"', 'transformerShare="1"', lambda s: s.prediction.transformer_share, 1.0),
        ('laterals="2"', 'laterals="5"', lambda s: s.prediction.laterals, 5),
        ('lateralShare="0.25"', 'lateralShare="0"', lambda s: s.prediction.lateral_share, 0.0),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_each_setting_is_read_from_the_file(old, new, read, value):
    assert read(shipped_settings()) != value
    assert read(changed(old, new)) == value


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('assignmentMinutes="30"', 'assignmentMinutes="0"', "Callbacks/@assignmentMinutes cannot be '0'"),
        ('requeueMinutes="15"', 'requeueMinutes="1e9"', "Callbacks/@requeueMinutes"),
        ('requeueLimit="3"', 'requeueLimit="-1"', "Callbacks/@requeueLimit cannot be '-1'"),
        ('exhaustedResult="Max Attempts"', "", "Callbacks needs the attribute exhaustedResult"),
        ('exhaustedResult="Max Attempts"', 'exhaustedResult="Busy"', "Busy is the system's own and no CallbackResult"),
        ('restoredReason="PowerRestored"', 'restoredReason="Joy"', "restoredReason 'Joy' is no CallbackReason"),
        ('reportedAgainCode="Not Restored"', 'reportedAgainCode="Joy"', "reportedAgainCode 'Joy' is no TroubleCode"),
        ('name="Busy" then="requeue"', 'name="Busy" then="shrug"', "CallbackResult/@then cannot be 'shrug'"),
        ('name="Busy" then="requeue"', 'then="requeue"', "CallbackResult needs the attribute name"),
        ('<CallbackReason name="EtrUpdate"/>', "<CallbackReason/>", "CallbackReason needs the attribute name"),
        ('priorities="6,5"', 'priorities="7"', "Publisher/@priorities cannot be '7'"),
        ('priorities="6,5"', 'priorities="6,,5"', "Publisher/@priorities"),
        ('priorities="6,5"', 'priorities="high"', "Publisher/@priorities"),
        ('seconds="60" priorities', 'seconds="1e300" priorities', "Publisher/@seconds"),
        ('batch="50"', 'batch="0"', "Publisher/@batch"),
        ('tries="3"', 'tries="0"', "Publisher/@tries"),
        ('retrySeconds="10"', 'retrySeconds="1e15"', "Publisher/@retrySeconds"),
        ('timeoutSeconds="10"', 'timeoutSeconds="inf"', "Publisher/@timeoutSeconds"),
        ('assignee="CrmAdapter"', 'assignee=""', "Publisher needs the attribute assignee"),
        ('archiveAfterHours="24"', 'archiveAfterHours="NaN"', "Incidents/@archiveAfterHours"),
        ('<IncidentStatus name="New"/>', "<IncidentStatus/>", "IncidentStatus needs the attribute name"),
        ('usagePoints="2"', 'usagePoints="0"', "Prediction/@usagePoints"),
        ('transformerShare="0.30"', 'transformerShare="30"', "Prediction/@transformerShare cannot be '30'"),
        ('lateralShare="0.25"', 'lateralShare="NaN"', "Prediction/@lateralShare"),
        ("<Prediction ", "<Prediction/><Prediction ", "AdapterCrm needs exactly one Prediction"),
        ("<Publisher ", "<Pub ", "AdapterCrm needs exactly one Publisher"),
    ],
)
def test_a_broken_edit_is_refused_with_what_is_wrong(old, new, complaint):
    with pytest.raises(ConfigurationError) as refused:
        changed(old, new)
    assert str(refused.value).startswith("AdapterCrm.xml")
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)
