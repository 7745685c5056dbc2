"""A bundle is written whole, is read back as it was, and can be made anew from report.json and messages/."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import jsonschema
import pytest
from lxml import etree
from report_samples import sample

from crmkit.evidence import schema
from crmkit.evidence.bundle import Bundle, document_text
from crmkit.evidence.document import Document
from crmkit.evidence.loading import BundleError, load, load_document
from crmkit.evidence.manifest import problems
from crmkit.evidence.writing import write

DERIVED = {"report.json", "report.html", "junit.xml", "messages.ndjson", "badge.svg", "manifest.json"}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return Bundle(*sample()).files()


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    write(tmp_path, files)
    return tmp_path


@pytest.fixture
def little(tmp_path: Path) -> Path:
    """A bundle without rows, and with one message."""
    document = sample()[0].model_copy(update={"results": [], "features": {}, "own_scenarios": [], "story": None})
    write(tmp_path, Bundle(document, {"messages/one.xml": b"<one/>"}).files())
    return tmp_path


def names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_bundle_has_every_file(files: dict[str, bytes]) -> None:
    assert {name for name in files if not name.startswith("messages/")} == DERIVED
    assert {name for name in files if name.startswith("messages/")} == set(sample()[1])


def test_what_is_read_makes_the_same_bytes_again(folder: Path, files: dict[str, bytes]) -> None:
    assert names_in(folder) == set(files)
    for name in DERIVED - {"report.json"}:
        (folder / name).unlink()
    document, messages = load(folder)
    assert document == sample()[0]
    assert Bundle(document, messages).files() == files


def test_the_manifest_tells_of_every_file_and_of_the_run(folder: Path, files: dict[str, bytes]) -> None:
    told = json.loads((folder / "manifest.json").read_bytes())
    assert set(told["files"]) == set(files) - {"manifest.json"}
    badge = told["files"]["badge.svg"]
    assert badge == {"sha256": hashlib.sha256(files["badge.svg"]).hexdigest(), "bytes": len(files["badge.svg"])}
    assert told["suite_digest"] == "sha256:" + "ab" * 32
    assert told["versions"] == {"crmkit": "0.1.0", "python": "3.12.4"}
    assert told["profile"]["name"] == "Adapter of Example Power"
    assert (told["verdict"], told["started"]) == ("not conformant", "2026-03-02T09:15:00+00:00")
    assert problems(folder) == []


def test_a_changed_a_missing_and_a_strange_file_are_told(little: Path) -> None:
    (little / "badge.svg").write_text("<svg/>", encoding="utf-8")
    (little / "junit.xml").unlink()
    (little / "messages/notes.txt").write_text("mine", encoding="utf-8")
    assert problems(little) == [
        "badge.svg has been changed",
        "junit.xml is missing",
        "messages/notes.txt is none of the bundle's",
    ]
    (little / "manifest.json").write_text("{}", encoding="utf-8")
    assert problems(little) == ["manifest.json is damaged"]
    (little / "manifest.json").unlink()
    assert problems(little) == ["manifest.json is missing"]


def test_the_document_is_valid_against_the_published_schema() -> None:
    published = json.loads(schema.render())
    jsonschema.Draft202012Validator.check_schema(published)
    validator = jsonschema.Draft202012Validator(published)
    told = json.loads(document_text(sample()[0]))
    validator.validate(told)
    assert list(validator.iter_errors({**told, "extra": 1}))
    told["results"][0]["outcome"] = "fine"
    assert list(validator.iter_errors(told))


def test_the_published_schema_is_that_of_the_models() -> None:
    path = Path(__file__).parents[2] / "docs" / schema.FILE
    assert path.read_text(encoding="utf-8") == schema.render(), "run `crmkit docs`"


@pytest.mark.parametrize(
    ("counts", "text", "exit_code", "said", "colour"),
    [
        ({"passed": 87}, "conformant", 0, "conformant 87/87", "#2f7d32"),
        ({"passed": 80, "attested": 7}, "conformant with 7 attested", 0, "conformant with 7 attested 87/87", "#2f7d32"),
        ({"passed": 80, "failed": 2, "error": 5}, "not conformant", 1, "not conformant 80/87", "#b3261e"),
        ({"passed": 80, "could-not-test": 7}, "incomplete", 3, "incomplete 80/87", "#9a6700"),
        ({"passed": 2, "not-selected": 85}, "selection passed", 0, "selection passed 2/2", "#2f7d32"),
        ({"passed": 2, "error": 85}, "interrupted", 130, "interrupted 2/87", "#57606a"),
    ],
)
def test_the_badge_says_the_verdict(counts: dict[str, int], text: str, exit_code: int, said: str, colour: str) -> None:
    document, _ = sample()
    verdict = document.verdict.model_copy(update={"counts": counts, "text": text, "exit_code": exit_code})
    badge = Bundle(document.model_copy(update={"verdict": verdict, "results": [], "features": {}}), {}).files()[
        "badge.svg"
    ]
    root = etree.fromstring(badge)
    assert root.findtext("{*}title") == f"CRM Interface: {said}"
    assert root.findall("{*}rect")[1].get("fill") == colour
    # Nothing is loaded from anywhere.
    assert b"http" not in badge.replace(b"http://www.w3.org/2000/svg", b"")


# Writing in place of an older bundle.

SMALL = {"report.json": b"{}", "manifest.json": b'{"kind": "crmkit report", "files": {"report.json": {"sha256": ""}}}'}


def test_an_older_bundle_is_replaced_whole_and_nothing_else_is_touched(little: Path) -> None:
    (little / "notes.txt").write_text("mine", encoding="utf-8")
    (little / "messages/mine.txt").write_text("mine", encoding="utf-8")
    write(little, SMALL)
    assert names_in(little) == {"report.json", "manifest.json", "notes.txt", "messages/mine.txt"}


def test_messages_are_replaced_whole_and_nothing_beside_them_is_touched(little: Path) -> None:
    newer = {**SMALL, "messages/two.xml": b"<two/>"}
    write(little, newer)
    assert names_in(little) == {"report.json", "manifest.json", "messages/two.xml"}
    (little / "messages/mine.txt").write_text("mine", encoding="utf-8")
    write(little, newer)
    assert names_in(little) == {"report.json", "manifest.json", "messages/two.xml", "messages/mine.txt"}


def test_a_folder_of_messages_goes_with_the_last_of_them(little: Path) -> None:
    write(little, SMALL)
    assert not (little / "messages").exists()


def test_a_manifest_cannot_take_away_what_lies_elsewhere(tmp_path: Path) -> None:
    folder, outside = tmp_path / "report", tmp_path / "precious.txt"
    folder.mkdir()
    outside.write_text("mine", encoding="utf-8")
    names = {"../precious.txt": {"sha256": ""}, str(outside): {"sha256": ""}}
    (folder / "manifest.json").write_text(json.dumps({"kind": "crmkit report", "files": names}), encoding="utf-8")
    write(folder, SMALL)
    assert outside.read_text(encoding="utf-8") == "mine"


def test_a_manifest_of_another_kind_takes_nothing_away(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    other = {"kind": "something else", "files": {"mine.txt": {"sha256": ""}}}
    (tmp_path / "manifest.json").write_text(json.dumps(other), encoding="utf-8")
    write(tmp_path, SMALL)
    assert (tmp_path / "mine.txt").exists()


@pytest.mark.parametrize("replacements", [0, 1, 3, 6])
def test_a_run_that_is_cut_short_leaves_nothing_behind_for_good(
    little: Path, replacements: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run puts the little right, whatever was in place by then."""
    before = {name: (little / name).read_bytes() for name in names_in(little)}
    newer = {name: content + b" " for name, content in before.items() if name != "junit.xml"}
    newer["messages/new.xml"] = b"<new/>"
    listed = {"kind": "crmkit report", "files": {name: {"sha256": ""} for name in newer if name != "manifest.json"}}
    newer["manifest.json"] = json.dumps(listed).encode()
    done = 0

    original = Path.replace

    def replace(self: Path, target: Path) -> Path:
        nonlocal done
        if done == replacements:
            raise KeyboardInterrupt
        done += 1
        return original(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        write(little, newer)
    monkeypatch.undo()
    if replacements:
        assert problems(little)
    write(little, SMALL)
    assert names_in(little) == {"report.json", "manifest.json"}


# Folders that are none.


def damaged(folder: Path, text: str) -> str:
    (folder / "report.json").write_text(text, encoding="utf-8")
    with pytest.raises(BundleError) as caught:
        load_document(folder)
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_a_folder_that_is_no_bundle_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="nowhere is no folder: name one that `crmkit verify --report` has written"):
        load_document(tmp_path / "nowhere")
    with pytest.raises(BundleError, match=r"has no report\.json: name a folder"):
        load_document(tmp_path)


def test_a_damaged_document_is_told_in_one_line(tmp_path: Path) -> None:
    text = document_text(sample()[0])
    assert "is damaged, it is no JSON" in damaged(tmp_path, text[:-100])
    assert "names no format" in damaged(tmp_path, "[1, 2]")
    assert "names no format" in damaged(tmp_path, '{"verdict": "conformant"}')
    assert "has format 3, this kit reads 2: use the kit that wrote it" in damaged(tmp_path, '{"format": 3}')
    assert "has format 1, this kit reads 2: run `crmkit verify --report` again" in damaged(tmp_path, '{"format": 1}')
    told = json.loads(text)
    told["results"][4]["outcome"] = "fine"
    assert "is damaged at results/4/outcome" in damaged(tmp_path, json.dumps(told))


def test_a_missing_message_is_told_in_one_line(folder: Path) -> None:
    name = sorted(sample()[1])[0]
    (folder / name).unlink()
    with pytest.raises(BundleError, match=f"{name}, which report.json names, is missing"):
        load(folder)


def test_a_file_beside_the_messages_is_no_part_of_the_bundle(folder: Path) -> None:
    (folder / "messages/notes.txt").write_text("mine", encoding="utf-8")
    assert "messages/notes.txt" not in load(folder)[1]


def test_what_is_not_known_is_left_out_of_the_document() -> None:
    document = Document(
        verdict=sample()[0].verdict, own_servers=True, started="2026-03-02T09:15:00+00:00", seconds=1, results=[]
    )
    assert "null" not in document_text(document)
    assert Document.model_validate_json(document_text(document)) == document
