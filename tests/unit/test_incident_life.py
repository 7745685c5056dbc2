"""An incident from its first ticket to the archive: which step fits where it stands."""

from datetime import timedelta

import pytest
from builders import NOW, incident

from reference_adapter.outage_model.incidents import CrewAssignment, LifeCycleError

LATER = NOW + timedelta(hours=1)
ONE, TWO = CrewAssignment("C-1", "One"), CrewAssignment("C-2", "Two")
NEW = incident("TRF-1", confirmed=False)
RESTORED = incident("TRF-1", restored_at=NOW)
CLOSED = incident("TRF-1", restored_at=NOW, closed_at=NOW, status="Closed")
CANCELLED = incident("TRF-1", closed_at=NOW, status="Cancelled")


def test_it_is_open_until_it_is_restored_or_cancelled():
    assert [each.is_open for each in (NEW, incident("TRF-1"), RESTORED, CLOSED, CANCELLED)] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_each_step_changes_what_it_is_about_and_nothing_else():
    assert NEW.confirm() == incident("TRF-1")
    assert NEW.confirm().confirm() == incident("TRF-1")
    assert NEW.restore(LATER) == incident("TRF-1", confirmed=False, restored_at=LATER)
    assert RESTORED.close(LATER, 0) == incident("TRF-1", restored_at=NOW, closed_at=LATER, status="Closed")
    assert NEW.cancel(LATER) == incident("TRF-1", confirmed=False, closed_at=LATER, status="Cancelled")
    assert CLOSED.archive() == incident("TRF-1", restored_at=NOW, closed_at=NOW, status="Archived")
    assert CANCELLED.archive() == CANCELLED


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (lambda: RESTORED.confirm(), "cannot be confirmed: it is over"),
        (lambda: CANCELLED.confirm(), "cannot be confirmed: it is over"),
        (lambda: RESTORED.restore(LATER), "cannot be restored: it is over"),
        (lambda: CANCELLED.restore(LATER), "cannot be restored: it is over"),
        (lambda: RESTORED.cancel(LATER), "cannot be cancelled: it is over"),
        (lambda: RESTORED.assign(ONE), "cannot be given a crew: it is over"),
        (lambda: NEW.close(LATER, 0), "cannot be closed: it is not restored"),
        (lambda: RESTORED.close(LATER, 2), "cannot be closed: 2 callbacks are open"),
        (lambda: CLOSED.close(LATER, 0), "is closed already"),
        (lambda: NEW.archive(), "cannot be archived: it is not closed"),
        (lambda: RESTORED.archive(), "cannot be archived: it is not closed"),
    ],
)
def test_a_step_that_does_not_fit_is_refused(step, says):
    with pytest.raises(LifeCycleError, match=f"^incident INC-TRF-1 {says}$"):
        step()


def test_a_first_crew_makes_a_new_incident_assigned():
    assert (NEW.assign(ONE).status, NEW.assign(ONE).crews) == ("Assigned", (ONE,))
    arrived = incident("TRF-1", status="Arrived")
    assert arrived.assign(ONE).status == "Arrived"


def test_a_crew_stands_once_on_an_incident():
    both = NEW.assign(ONE).assign(TWO)
    renamed = both.assign(CrewAssignment("C-1", "Uno"))
    assert [each.name for each in renamed.crews] == ["Two", "Uno"]
    assert both.release("C-1").crews == (TWO,)
    assert both.release("C-9") == both


def test_comments_stand_one_behind_the_other():
    assert NEW.remark("tree").remark("cut").comment == "tree\ncut"


@pytest.mark.parametrize(
    ("changes", "worked_on"),
    [
        ({}, False),
        ({"confirmed": True}, False),
        ({"by_operator": True}, True),
        ({"status": "Dispatched"}, True),
        ({"comment": "tree"}, True),
        ({"cause": "Weather"}, True),
        ({"crews": (ONE,)}, True),
        ({"estimated_restoration": LATER}, True),
    ],
)
def test_whether_an_operator_has_put_anything_into_it(changes, worked_on):
    assert incident("TRF-1", **changes).is_worked_on is worked_on
