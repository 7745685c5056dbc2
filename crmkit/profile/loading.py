"""Reads a profile: TOML into crmkit.profile.model.Profile. Every mistake is one line that names the key."""

from __future__ import annotations

import os
import re
import ssl
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pyproj import CRS
from pyproj.exceptions import CRSError

from crm_contract.contract import SERVICES
from crm_contract.ivr_use_cases import load_ivr_catalogue
from crm_contract.use_cases import load_catalogue
from crmkit.profile.mistakes import told
from crmkit.profile.model import Credentials, Profile
from crmkit.suite.access.target import BadUrl, base_url, checked_url
from crmkit.suite.ivr.questions import QUESTIONS as IVR_QUESTIONS
from crmkit.suite.replies.questions import QUESTIONS, by_decision

_SERVICES = {service.name: service.hosted_by for service in SERVICES}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What a shell's convention calls a variable; anything else may be a secret in the wrong place, and is not repeated.
_CONVENTIONAL = re.compile(r"[A-Z_][A-Z0-9_]*")
_PAIRS = (("basic_user_env", "basic_password_env"), ("token_user_env", "token_password_env"))


class ProfileError(Exception):
    """A profile that cannot be used; one line that names the key and says what to do."""


def load(path: Path) -> Profile:
    """The profile of a file, its own paths resolved against the file's folder. Raises ProfileError.

    What the environment has to hold is not looked at (`check_environment`).
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)
        raise ProfileError(f"{path}: cannot be read: {reason}") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}: is not TOML: {error}") from error
    try:
        return _checked(_resolved(read(data), path.parent))
    except ProfileError as error:
        raise ProfileError(f"{path}: {error}") from None


def read(data: Mapping[str, Any]) -> Profile:
    """A profile of data that are there already. Raises ProfileError."""
    try:
        return Profile.model_validate(data)
    except ValidationError as error:
        raise ProfileError(told(error, Profile)) from None


def check_environment(profile: Profile, environment: Mapping[str, str] | None = None) -> None:
    """Raises ProfileError where a variable that the profile names is not set."""
    there = os.environ if environment is None else environment
    for key, name in _named_variables(profile):
        if not there.get(name):
            shown = f" {name}" if _CONVENTIONAL.fullmatch(name) else ""
            raise ProfileError(f"{key}: the environment variable{shown} is not set: export it before the run")
    if profile.tls.client_key_env:
        _check_certificate(profile, Path(there[profile.tls.client_key_env]))


def _named_variables(profile: Profile) -> Iterator[tuple[str, str]]:
    for key in Credentials.model_fields:
        value = getattr(profile.credentials, key)
        if key.endswith("_env") and value:
            yield f"credentials.{key}", value
    if profile.tls.client_key_env:
        yield "tls.client_key_env", profile.tls.client_key_env


def _resolved(profile: Profile, folder: Path) -> Profile:
    """The same profile, its files by a path from here."""

    def here(path: Path | None) -> Path | None:
        return None if path is None else folder / path.expanduser()

    target = profile.target
    wsdl = {name: each if _is_url(each) else str(here(Path(each))) for name, each in target.wsdl.items()}
    landbase = profile.listen.landbase
    if landbase is not None:
        landbase = landbase.model_copy(update={"town": here(landbase.town)})
    tls = {"ca_file": here(profile.tls.ca_file), "client_certificate": here(profile.tls.client_certificate)}
    return profile.model_copy(
        update={
            "target": target.model_copy(update={"contract": here(target.contract), "wsdl": wsdl}),
            "tls": profile.tls.model_copy(update=tls),
            "listen": profile.listen.model_copy(update={"landbase": landbase}),
        }
    )


def _checked(profile: Profile) -> Profile:
    _check_target(profile)
    _check_credentials(profile)
    _check_files(profile)
    for key in ("input_crs", "model_crs"):
        value = getattr(profile.limits, key)
        try:
            CRS.from_user_input(value)
        except CRSError:
            raise ProfileError(f"limits.{key}: {value!r} is no coordinate system such as EPSG:4326") from None
    _check_deviations(profile)
    _check_interpretations(profile)
    return profile


def _check_target(profile: Profile) -> None:
    target = profile.target
    if target.base_url is None and not target.endpoints:
        raise ProfileError("target wants base_url, or the endpoints of its services")
    for section in ("endpoints", "wsdl"):
        for service in getattr(target, section):
            _check_service(f"target.{section}.{service}", service, profile.role)
    urls = {"target.base_url": target.base_url, "target.control": target.control}
    urls |= {f"target.endpoints.{service}": url for service, url in target.endpoints.items()}
    urls |= {f"target.wsdl.{service}": url for service, url in target.wsdl.items() if _is_url(url)}
    for key, url in urls.items():
        try:
            if url is not None:
                (checked_url if ".wsdl." in key or ".endpoints." in key else base_url)(url)
        except BadUrl as error:
            raise ProfileError(f"{key}: {error}") from None


def _check_service(key: str, service: str, role: str) -> None:
    hosts = [name for name, hosted_by in _SERVICES.items() if hosted_by == role]
    if service not in _SERVICES:
        raise ProfileError(f"{key}: no service is called so; the services are {', '.join(hosts)}")
    if service not in hosts:
        raise ProfileError(f"{key}: role {role!r} does not host it; its services are {', '.join(hosts)}")


def _check_credentials(profile: Profile) -> None:
    for key, name in _named_variables(profile):
        if not _VARIABLE.fullmatch(name):
            raise ProfileError(f"{key} wants the name of an environment variable, not the value itself")
    for user, password in _PAIRS:
        given = [key for key in (user, password) if getattr(profile.credentials, key)]
        if len(given) == 1:
            missing = password if given == [user] else user
            raise ProfileError(f"credentials.{missing} is missing: it goes with {given[0]}")
    if profile.tls.client_key_env and profile.tls.client_certificate is None:
        raise ProfileError("tls.client_certificate is missing: it goes with client_key_env")


def _check_files(profile: Profile) -> None:
    target, tls = profile.target, profile.tls
    files = {"target.contract": target.contract, "tls.ca_file": tls.ca_file}
    files |= {"tls.client_certificate": tls.client_certificate}
    files |= {f"target.wsdl.{name}": Path(each) for name, each in target.wsdl.items() if not _is_url(each)}
    for key, file in files.items():
        if file is not None and not file.is_file():
            raise ProfileError(f"{key}: there is no file {file}")
    if tls.ca_file is not None:
        try:
            ssl.create_default_context(cafile=str(tls.ca_file))
        except (ssl.SSLError, OSError):
            raise ProfileError(f"tls.ca_file: {tls.ca_file} has no certificate in PEM form") from None
    if tls.client_certificate is not None and not tls.client_key_env:
        _check_certificate(profile, None)


def _check_certificate(profile: Profile, key: Path | None) -> None:
    """That the kit's own certificate and its key are there and go together; the key's place is not repeated."""
    certificate = profile.tls.client_certificate
    named = "tls.client_certificate" if key is None else "tls.client_key_env"
    if key is not None and not key.is_file():
        raise ProfileError(f"{named}: there is no file where the environment variable says")
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_cert_chain(str(certificate), None if key is None else str(key), password=lambda: b"")
    except (ssl.SSLError, OSError, ValueError):
        where = f"{certificate}" if key is None else f"the key of {certificate}"
        raise ProfileError(
            f"{named}: {where} cannot be used: certificate and key in PEM form are wanted, the key not encrypted"
        ) from None


def _check_deviations(profile: Profile) -> None:
    catalogue = load_ivr_catalogue() if profile.role == "ivr" else load_catalogue()
    rows = {row.id: row.operations for row in catalogue}
    seen: set[tuple[str, str | None]] = set()
    for number, deviation in enumerate(profile.deviations, 1):
        key, row, operation = f"deviations[{number}]", deviation.row, deviation.operation
        if row not in rows:
            first, last = catalogue.rows[0].id, catalogue.rows[-1].id
            raise ProfileError(f"{key}.row: no row of the catalogue is called {row!r}; rows are {first} to {last}")
        if operation is not None and operation not in rows[row]:
            raise ProfileError(f"{key}.operation: row {row} is one of {', '.join(rows[row])}, not of {operation!r}")
        if (row, operation) in seen:
            raise ProfileError(f"{key}: row {row} is there already: one entry for a row and operation")
        seen.add((row, operation))


def _check_interpretations(profile: Profile) -> None:
    """Which readings there are is the suite's to say, of each role."""
    readings = by_decision(IVR_QUESTIONS if profile.role == "ivr" else QUESTIONS)
    for decision, reading in profile.interpretations.items():
        key = f"interpretations.{decision}"
        if decision not in readings:
            known = ", ".join(readings)
            raise ProfileError(f"{key}: no decision with several readings is called so; there are {known}")
        if reading not in readings[decision]:
            known = "; ".join(readings[decision])
            raise ProfileError(f"{key}: {reading!r} is none of its readings: {known}")


def _is_url(text: str) -> bool:
    return "://" in text
