"""The sheet: what to look up in a target that has no control API, and where it goes in the profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from crmkit.profile.model import Profile

# How many usage points of a priority the scenarios need at once; tests/unit/test_sheet.py counts them in the features.
USAGE_POINTS = {0: 12, 1: 2, 2: 2, 4: 2, 5: 1, 6: 1}
INCIDENTS = 4
LANDMARKS = {"Pole": 2, "StreetIntersection": 2, "Address": 1, "Transformer": 1}
_PARAMETERS = {
    "Pole": ("PoleID",),
    "StreetIntersection": ("PrimaryStreet", "SecondaryStreet"),
    "Address": ("HouseNumber", "StreetName", "City", "Zip"),
    "Transformer": ("TransformerID",),
}
_CALLBACK_ROWS = "5.1-01 to 5.1-04 of callbacks, 7.1-*, 8.1-*, 9.1-*"
_POINT_ROWS = {
    0: f"5.1-05, 5.1-06, 5.1-09, 5.2-*, 6.1-*, {_CALLBACK_ROWS}",
    1: "7.1-01, 7.1-02",
    2: "7.1-01, 7.1-02, 7.1-05",
    4: "7.1-01, 9.1-01",
    5: "9.1-01",
    6: "9.1-01, 9.1-03",
}
_INCIDENT_ROWS = "5.1-06, 6.1-09, and parts of 6.1-01, 6.1-03, 6.1-12, 6.1-13"
_LANDMARK_ROWS = "5.1-09, 5.1-10, 5.1-25, 5.1-26, 6.1-01"
_BLANK = "______________________"


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing to look up. `columns` are the blanks of each of `count` lines; `toml` is a line's entry."""

    title: str
    note: str
    rows: str
    columns: tuple[str, ...]
    count: int
    given: int
    toml: str

    @property
    def blanks(self) -> int:
        """How many are still to be looked up."""
        return max(self.count - self.given, 0)


def parts(profile: Profile) -> list[Part]:
    """What the sheet has, less what the profile has."""
    return [*_usage_points(profile), _incidents(profile), *_landmarks(profile)]


def as_text(profile: Profile) -> str:
    """The sheet for a terminal or a text printer."""
    return "\n".join(_lines(profile)) + "\n"


def as_html(profile: Profile) -> str:
    """The sheet as one self-contained page that prints well."""
    sections = "\n".join(_section(part) for part in parts(profile))
    intro = "\n".join(f"<p>{escape(line)}</p>" for line in _intro(profile))
    outro = "\n".join(f"<p>{escape(line)}</p>" for line in _outro(profile))
    return _PAGE.format(title=escape(_title(profile)), intro=intro, sections=sections, outro=outro)


def _title(profile: Profile) -> str:
    return f"What to look up in {profile.name}"


def _intro(profile: Profile) -> list[str]:
    points = sum(USAGE_POINTS.values())
    lines = [
        f"For a target without a control API. {points} usage points are enough for all rows; they are used again in "
        "every run, and tickets stay on them.",
    ]
    if profile.target.control:
        lines.append("The profile names a control API (target.control): with it nothing of this is needed.")
    return lines


def _outro(profile: Profile) -> list[str]:
    lines = [
        "What only a person can do or see (incidents, contacts, the clock, callbacks, the log) is asked for by crmkit "
        "verify --profile FILE --interactive; rows that rest on what a person saw end attested."
    ]
    if profile.listen.ivr is None:
        lines.append("Rows 9.1-* and 8.1-05 need [listen.ivr]: where the kit listens as the target's IVR.")
    if profile.listen.landbase is None:
        lines.append("Row 5.1-25 needs [listen.landbase]: the kit as the target's landbase, which can be down.")
    return lines


def _usage_points(profile: Profile) -> Iterator[Part]:
    for priority, count in USAGE_POINTS.items():
        given = sum(each.priority == priority for each in profile.fixtures.usage_points)
        note = "energized, without tickets, each on a transformer of its own"
        if priority == 0:
            note += "; the last three are kept for queries that find nothing"
        toml = f'[[fixtures.usage_points]]\nmrid = "{_BLANK}"\ntransformer = "{_BLANK}"\npriority = {priority}'
        title = f"Usage points of customers with priority {priority}"
        yield Part(title, note, _POINT_ROWS[priority], ("mRID", "transformer"), count, given, toml)


def _incidents(profile: Profile) -> Part:
    names = ("mrid", "usage_point", "comment", "cause", "subcause", "crew", "crew_mrid", "status")
    toml = "\n".join(["[[fixtures.incidents]]", *(f'{name} = "{_BLANK}"' for name in names)])
    note = (
        "confirmed, open, without tickets, each of a usage point of its own, new ones for every run; not needed with "
        "--interactive"
    )
    given = len(profile.fixtures.incidents)
    return Part("Incidents", note, _INCIDENT_ROWS, names, INCIDENTS, given, toml)


def _landmarks(profile: Profile) -> Iterator[Part]:
    if profile.listen.landbase is not None:
        return
    for kind, count in LANDMARKS.items():
        given = sum(each.type == kind for each in profile.fixtures.landmarks)
        inside = ", ".join(f'{name} = "{_BLANK}"' for name in _PARAMETERS[kind])
        toml = (
            f'[[fixtures.landmarks]]\ntype = "{kind}"\nparameters = {{ {inside} }}\n'
            f"longitude = {_BLANK}\nlatitude = {_BLANK}"
        )
        note = (
            "objects that the target's landbase finds, and where they lie in degrees; not needed with [listen.landbase]"
        )
        columns = (*_PARAMETERS[kind], "longitude", "latitude")
        yield Part(f"Landbase objects: {kind}", note, _LANDMARK_ROWS, columns, count, given, toml)


def _lines(profile: Profile) -> Iterator[str]:
    yield _title(profile)
    yield "=" * len(_title(profile))
    yield from _intro(profile)
    for number, part in enumerate(parts(profile), 1):
        yield ""
        yield f"{number}. {part.title}: {part.count} ({part.given} in the profile)"
        yield f"   {part.note}"
        yield f"   for rows {part.rows}"
        for line in range(1, part.blanks + 1):
            yield f"   [{line:>2}] " + "  ".join(f"{name} {_BLANK}" for name in part.columns)
        if part.blanks:
            yield "   into the profile, for each:"
            yield from (f"       {line}" for line in part.toml.splitlines())
    yield ""
    yield from _outro(profile)


def _section(part: Part) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in part.columns)
    row = f"<tr>{'<td></td>' * len(part.columns)}</tr>"
    table = (
        f"<table><tr>{head}</tr>{row * part.blanks}</table>" if part.blanks else "<p>Nothing is left to look up.</p>"
    )
    toml = f"<p>Into the profile, for each:</p><pre>{escape(part.toml)}</pre>" if part.blanks else ""
    return (
        f"<section><h2>{escape(part.title)}: {part.count} ({part.given} in the profile)</h2>"
        f"<p>{escape(part.note)}</p><p>For rows {escape(part.rows)}</p>{table}{toml}</section>"
    )


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 14px/1.4 system-ui, sans-serif; max-width: 60em; margin: 1em auto; padding: 0 1em; }}
section {{ break-inside: avoid; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border: 1px solid #555; padding: .2em .4em; text-align: left; height: 1.6em; overflow-wrap: anywhere; }}
pre {{ background: #f2f2f2; padding: .5em; overflow-x: auto; }}
@media print {{ body {{ margin: 0; max-width: none; }} pre {{ background: none; border: 1px solid #999; }} }}
</style>
</head>
<body>
<h1>{title}</h1>
{intro}
{sections}
{outro}
</body>
</html>
"""
