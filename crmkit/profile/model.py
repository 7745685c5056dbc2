"""What a profile may say. docs/schemas/profile.schema.json is made from these models.

Every section may be left out but `target`. A key that is none of these is refused (crmkit.profile.loading).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A section; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Tls(Section):
    """How a TLS connection is made. Paths are relative to the profile."""

    ca_file: Path | None = Field(
        default=None, description="PEM file of the authorities to trust instead of the public ones."
    )
    verify: bool = Field(default=True, description="false: any certificate is taken, and the report says so.")
    client_certificate: Path | None = Field(default=None, description="PEM file of the kit's own certificate.")
    client_key_env: str | None = Field(
        default=None,
        description="Environment variable with the path of the certificate's key, when it is not in its file.",
    )


class Credentials(Section):
    """How the kit says who it is. Names of environment variables, never the secrets themselves."""

    basic_user_env: str | None = Field(default=None, description="Environment variable with the user of HTTP Basic.")
    basic_password_env: str | None = Field(default=None, description="Environment variable with its password.")
    token_user_env: str | None = Field(
        default=None, description="Environment variable with the user of a UsernameToken."
    )
    token_password_env: str | None = Field(default=None, description="Environment variable with its password.")
    token_type: Literal["text", "digest"] = Field(
        default="text", description="How the UsernameToken carries the password."
    )


class TargetSection(Section):
    """Where the target's services are."""

    base_url: str | None = Field(default=None, description="URL under which each service has its own name as path.")
    endpoints: dict[str, str] = Field(
        default_factory=dict, description="URL of a service, by the service's name; the others are under base_url."
    )
    contract: Path | None = Field(default=None, description="TOML file that renames namespaces and soapActions.")
    wsdl: dict[str, str] = Field(
        default_factory=dict,
        description="WSDL of a service, URL or file, by the service's name: its namespaces and soapActions are taken.",
    )
    control: str | None = Field(default=None, description="URL of the target's control API, when it has one.")
    answer_seconds: float = Field(default=30.0, gt=0, description="How long an answer may take.")
    parallel: int = Field(default=1, ge=1, description="How many scenarios at once the target takes.")


class Lists(Section):
    """The target's code lists; the contract's reference data where one is left out."""

    languages: list[str] | None = None
    trouble_codes: list[str] | None = None
    hazards: list[str] | None = None
    sources: list[str] | None = None
    callback_media: list[str] | None = None
    search_types: list[str] | None = None
    callback_results: list[str] | None = None


class Limits(Section):
    """What the target is configured to. Lengths are characters, times seconds."""

    comment_limit: int = Field(default=500, ge=1)
    ims_seconds: float = Field(default=10.0, gt=0)
    assignment_seconds: float = Field(default=1800.0, gt=0)
    requeue_seconds: float = Field(default=900.0, ge=0)
    publisher_seconds: float = Field(default=60.0, gt=0)
    publisher_priorities: list[int] = Field(default_factory=lambda: [6, 5])
    publisher_tries: int = Field(default=3, ge=1)
    publisher_retry_seconds: float = Field(default=60.0, ge=0)
    future_skew_seconds: float = Field(default=60.0, ge=0)
    results_seconds: float = Field(
        default=30.0, gt=0, description="Role ivr: how long after a callback was sent its result may take."
    )
    input_crs: str = "EPSG:4326"
    model_crs: str = "EPSG:2277"


class Capabilities(Section):
    """What the target can do at all: a row that needs what it cannot do is not applicable.

    A capability that is declared and not shown in the run is reported.
    """

    landbase: bool = Field(default=True, description="It asks a landbase for locations.")
    archive: bool = Field(default=True, description="It has an archive that GetTroubleTickets reads.")
    callbacks: bool = Field(default=True, description="It hands out callbacks and takes their results.")
    publisher: bool = Field(default=True, description="It sends callbacks to an IVR.")
    ims: bool = Field(default=True, description="It waits for an IMS and tells when that does not confirm.")


class UsagePointFixture(Section):
    """A usage point for scenarios: energized, without active tickets."""

    mrid: str
    transformer: str | None = None
    priority: int = Field(default=0, ge=0, le=6)


class IncidentFixture(Section):
    """A confirmed, open incident that has de-energized a usage point."""

    mrid: str
    usage_point: str
    comment: str | None = None
    cause: str | None = None
    subcause: str | None = None
    crew: str | None = None
    crew_mrid: str | None = None
    status: str | None = None
    estimated_restoration_time: str | None = None


class LandmarkFixture(Section):
    """A landbase object that the target finds: its search type, parameters, and where it lies, in degrees."""

    type: str
    parameters: dict[str, str]
    longitude: float
    latitude: float


class Fixtures(Section):
    """What the target has for the scenarios, by hand: `crmkit profile sheet` prints what to look up."""

    usage_points: list[UsagePointFixture] = Field(default_factory=list)
    incidents: list[IncidentFixture] = Field(default_factory=list)
    landmarks: list[LandmarkFixture] = Field(default_factory=list)


class Deviation(Section):
    """A row that is known to fail, and why."""

    row: str
    operation: str | None = None
    reason: str
    link: str | None = None


class Listener(Section):
    """An address on which the kit listens, and the URL under which the target reaches it."""

    address: str = Field(description="host:port to listen on; port 0 for a free one.")
    public_url: str | None = Field(default=None, description="What the target calls; http://address when left out.")


class LandbaseListener(Listener):
    """The landbase, with the objects of a town."""

    town: Path | None = Field(
        default=None, description="Folder of a town (crmkit town); a small one is made when left out."
    )


class Listen(Section):
    """Where the kit stands in for the target's neighbours."""

    ivr: Listener | None = None
    landbase: LandbaseListener | None = None
    # For --role ivr: where the IVR posts results to.
    results: Listener | None = None


class Profile(Section):
    """A profile."""

    name: str = Field(default="target", description="What reports call the target.")
    role: Literal["adapter", "ivr"] = "adapter"
    target: TargetSection
    tls: Tls = Field(default_factory=Tls)
    credentials: Credentials = Field(default_factory=Credentials)
    lists: Lists = Field(default_factory=Lists)
    limits: Limits = Field(default_factory=Limits)
    capabilities: Capabilities = Field(default_factory=Capabilities)
    fixtures: Fixtures = Field(default_factory=Fixtures)
    interpretations: dict[str, str] = Field(
        default_factory=dict, description="By decision, the reading that the target holds: that one is then asserted."
    )
    deviations: list[Deviation] = Field(default_factory=list)
    listen: Listen = Field(default_factory=Listen)
