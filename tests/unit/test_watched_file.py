"""A configuration file is read again when it changed; a broken edit keeps the last good content."""

import logging
import os

import pytest

from reference_adapter.configuration.watched import ConfigurationError, WatchedFile


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "settings.txt"
    path.write_text("1")
    return path


class Parser:
    """Reads a number; counts how often it was asked."""

    def __init__(self):
        self.calls = 0

    def __call__(self, content, path):
        self.calls += 1
        try:
            return int(content)
        except ValueError as error:
            raise ConfigurationError(f"{path}: {content!r} is no number") from error


@pytest.fixture
def parser():
    return Parser()


@pytest.fixture
def watched(file, parser):
    return WatchedFile(file, parser)


def complaints(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]


def test_an_unchanged_file_is_read_once(watched, parser):
    assert [watched.current() for _ in range(5)] == [1] * 5
    assert parser.calls == 1


def test_a_changed_file_is_read_again_and_once(watched, file, parser):
    file.write_text("22")
    assert [watched.current() for _ in range(5)] == [22] * 5
    assert parser.calls == 2


def test_a_change_of_the_same_size_is_seen_by_its_time(watched, file):
    file.write_text("2")
    os.utime(file, ns=(0, 0))
    assert watched.current() == 2


def test_a_replaced_file_of_the_same_size_and_time_is_seen_by_its_inode(file, parser):
    os.utime(file, ns=(0, 0))
    watched = WatchedFile(file, parser)
    other = file.with_name("other")
    other.write_text("2")
    os.utime(other, ns=(0, 0))
    other.replace(file)
    assert watched.current() == 2


def test_a_broken_edit_keeps_the_last_good_content_and_is_logged_once(watched, file, parser, caplog):
    file.write_text("two")
    assert [watched.current() for _ in range(5)] == [1] * 5
    (complaint,) = complaints(caplog)
    assert str(file) in complaint
    assert "is no number" in complaint
    assert parser.calls == 2


def test_a_repaired_edit_is_taken(watched, file):
    file.write_text("two")
    watched.current()
    file.write_text("333")
    assert watched.current() == 333


def test_every_broken_edit_is_logged(watched, file, caplog):
    for text in ("two", "three"):
        file.write_text(text)
        assert watched.current() == 1
    assert len(complaints(caplog)) == 2


def test_a_file_that_is_gone_keeps_the_last_good_content_and_may_come_back(watched, file, caplog):
    file.unlink()
    assert [watched.current(), watched.current()] == [1, 1]
    (complaint,) = complaints(caplog)
    assert "cannot be read" in complaint
    file.write_text("4444")
    assert watched.current() == 4444


def test_the_first_reading_has_nothing_to_fall_back_on(tmp_path, file, parser):
    file.write_text("two")
    with pytest.raises(ConfigurationError, match="is no number"):
        WatchedFile(file, parser)
    with pytest.raises(ConfigurationError, match=r"nowhere: cannot be read"):
        WatchedFile(tmp_path / "nowhere", parser)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        WatchedFile(tmp_path, parser)
