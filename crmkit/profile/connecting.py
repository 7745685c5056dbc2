"""From a profile to the connection with its target; secrets are taken from the environment, and go nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from crmkit.profile.loading import check_environment
from crmkit.profile.model import Profile
from crmkit.suite.access.connection import Connection, Credentials, Login
from crmkit.suite.access.tls import Tls

_DIGEST = "digest"
UNVERIFIED = "TLS certificates were not verified (tls.verify = false): anybody could have answered for the target"


def connection_of(profile: Profile, environment: Mapping[str, str] | None = None) -> Connection:
    """How the kit connects to the profile's target. Raises ProfileError for what the environment lacks."""
    there = os.environ if environment is None else environment
    check_environment(profile, there)
    key = profile.tls.client_key_env
    tls = Tls(
        profile.tls.ca_file, profile.tls.verify, profile.tls.client_certificate, Path(there[key]) if key else None
    )
    given = profile.credentials
    return Connection(
        tls,
        Credentials(
            _login(there, given.basic_user_env, given.basic_password_env),
            _login(there, given.token_user_env, given.token_password_env),
            given.token_type == _DIGEST,
        ),
    )


def _login(environment: Mapping[str, str], user: str | None, password: str | None) -> Login | None:
    return Login(environment[user], environment[password]) if user and password else None
