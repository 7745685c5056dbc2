"""What may stand in a profile, and the one line that is said of what may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmkit.profile.loading import ProfileError, check_environment, load

TARGET = '[target]\nbase_url = "http://crm.example:8080"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "profile.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    path = written(folder, text)
    with pytest.raises(ProfileError) as refused:
        load(path)
    line = str(refused.value)
    assert "\n" not in line
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


def test_a_url_is_enough(tmp_path: Path) -> None:
    profile = load(written(tmp_path, TARGET))
    assert profile.target.base_url == "http://crm.example:8080"
    assert (profile.role, profile.limits.comment_limit, profile.capabilities.archive) == ("adapter", 500, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "target is missing"),
        ("[target]\n", "target wants base_url, or the endpoints of its services"),
        ("target = 3\n", "target wants a table"),
        ('[target]\nbase_ur = "http://a"\n', "target.base_ur: unknown key; is base_url meant?"),
        (f"{TARGET}[limits]\nlength = 3\n", "limits.length: unknown key; known there: comment_limit, ims_seconds"),
        # What is not known may be why something else is missing.
        ('[limits]\ncomment_limit = "x"\n[targets]\nbase_url = "http://a"\n', "targets: unknown key; is target meant?"),
        (f'{TARGET}[limits]\ncomment_limit = "x"\nims_seconds = "y"\n', "limits.comment_limit wants a whole number"),
        (f"{TARGET}[bogus]\nlength = 3\n", "bogus: unknown key; known there: name, role, target, tls"),
        (f'{TARGET}[limits]\ncomment_limit = "x"\n', "limits.comment_limit wants a whole number"),
        (f"{TARGET}[limits]\ncomment_limit = 0\n", "limits.comment_limit: input should be greater than or equal to 1"),
        (f'{TARGET}[limits]\nmodel_crs = "EPSG:1"\n', "limits.model_crs: 'EPSG:1' is no coordinate system"),
        (f'{TARGET}[lists]\nhazards = "Fire"\n', "lists.hazards wants a list"),
        (f'role = "csr"\n{TARGET}', "role wants one of 'adapter' or 'ivr'"),
        (
            f'{TARGET}[[fixtures.usage_points]]\nmrid = "a"\n[[fixtures.usage_points]]\nmrid = "b"\npriority = 7\n',
            "fixtures.usage_points[2].priority: input should be less than or equal to 6",
        ),
        (f"{TARGET}[[fixtures.incidents]]\nmrid = 'a'\n", "fixtures.incidents[1].usage_point is missing"),
    ],
)
def test_keys_and_values(text: str, says: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, text).startswith(says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[target]\nbase_url = "crm.example"\n', "target.base_url: 'crm.example' is no URL such as"),
        ('[target]\nbase_url = "http://crm.example:x"\n', "target.base_url: 'http://crm.example:x' is no URL"),
        (f'{TARGET}control = "localhost"\n', "target.control: 'localhost' is no URL such as"),
        (f'{TARGET}endpoints = {{ GetCallbacksService = "x" }}\n', "target.endpoints.GetCallbacksService: 'x' is no"),
        (
            f'{TARGET}endpoints = {{ Callbacks = "http://a" }}\n',
            "target.endpoints.Callbacks: no service is called so; the services are ReceiveTroubleTicketsService, Get",
        ),
        (
            f'{TARGET}endpoints = {{ SendCallBacksService = "http://a" }}\n',
            "target.endpoints.SendCallBacksService: role 'adapter' does not host it",
        ),
        (f'{TARGET}wsdl = {{ Callbacks = "http://a" }}\n', "target.wsdl.Callbacks: no service is called so"),
        (f'{TARGET}wsdl = {{ GetCallbacksService = "a.wsdl" }}\n', "target.wsdl.GetCallbacksService: there is no file"),
        (f'{TARGET}contract = "renamed.toml"\n', "target.contract: there is no file"),
    ],
)
def test_addresses(text: str, says: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, text).startswith(says)


def test_a_password_in_a_url_is_refused_and_not_repeated(tmp_path: Path) -> None:
    says = refusal(tmp_path, '[target]\nbase_url = "http://kit:hunter2@crm.example"\n')
    assert says.startswith("target.base_url: user and password do not belong into a URL")
    assert "hunter2" not in says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('row = "5.1-99"\nreason = "x"', "deviations[1].row: no row of the catalogue is called '5.1-99'"),
        ('row = "5.1-13"', "deviations[1].reason is missing"),
        (
            'row = "5.1-13"\nreason = "x"\noperation = "GetCallbacks"',
            "deviations[1].operation: row 5.1-13 is one of CreatedTroubleTickets, not of 'GetCallbacks'",
        ),
        (
            'row = "5.1-13"\nreason = "x"\n[[deviations]]\nrow = "5.1-13"\nreason = "y"',
            "deviations[2]: row 5.1-13 is there already",
        ),
    ],
)
def test_deviations(text: str, says: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, f"{TARGET}[[deviations]]\n{text}\n").startswith(says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('D-99 = "x"', "interpretations.D-99: no decision with several readings is called so; there are D-03"),
        (
            'D-12 = "Result OK"',
            "interpretations.D-12: 'Result OK' is none of its readings: Result by the count of entries; ",
        ),
    ],
)
def test_interpretations(text: str, says: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, f"{TARGET}[interpretations]\n{text}\n").startswith(says)


def test_an_ivr_has_readings_and_rows_of_its_own(tmp_path: Path) -> None:
    reading = '[interpretations]\nD-38 = "results lack a csrId"\n[[deviations]]\nrow = "IVR-01"\nreason = "x"\n'
    profile = load(written(tmp_path, f'role = "ivr"\n{TARGET}{reading}'))
    assert profile.interpretations == {"D-38": "results lack a csrId"}
    assert refusal(tmp_path, TARGET + reading).startswith(
        "deviations[1].row: no row of the catalogue is called 'IVR-01'"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '[credentials]\nbasic_password = "hunter2"\n',
            "credentials.basic_password: unknown key; is basic_password_env",
        ),
        ('[credentials]\nbasic_user_env = "my user"\n', "credentials.basic_user_env wants the name of an environment"),
        ('[credentials]\nbasic_user_env = "USER"\n', "credentials.basic_password_env is missing: it goes with basic_"),
        ('[credentials]\ntoken_password_env = "P"\n', "credentials.token_user_env is missing: it goes with token_pass"),
        ('[tls]\nclient_key_env = "KEY"\n', "tls.client_certificate is missing: it goes with client_key_env"),
        ('[tls]\nca_file = "ca.pem"\n', "tls.ca_file: there is no file"),
        ('[tls]\nca_file = "profile.toml"\n', "tls.ca_file: "),
        ('[tls]\nclient_certificate = "profile.toml"\n', "tls.client_certificate: "),
    ],
)
def test_who_the_kit_is(text: str, says: str, tmp_path: Path) -> None:
    line = refusal(tmp_path, TARGET + text)
    assert line.startswith(says)
    assert "hunter2" not in line


def test_what_is_no_toml_and_what_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path, "[target\n").startswith("is not TOML: ")
    with pytest.raises(ProfileError, match=r"none\.toml: cannot be read: No such file"):
        load(tmp_path / "none.toml")


def test_files_are_beside_the_profile(tmp_path: Path) -> None:
    (tmp_path / "names.toml").write_text("")
    (tmp_path / "a.wsdl").write_text("")
    text = (
        f'{TARGET}contract = "names.toml"\nwsdl = {{ GetCallbacksService = "a.wsdl" }}\n'
        '[listen.landbase]\naddress = "127.0.0.1:0"\ntown = "town"\n'
    )
    profile = load(written(tmp_path, text))
    assert profile.target.contract == tmp_path / "names.toml"
    assert profile.target.wsdl == {"GetCallbacksService": str(tmp_path / "a.wsdl")}
    assert profile.listen.landbase is not None
    assert profile.listen.landbase.town == tmp_path / "town"


CREDENTIALS = '[credentials]\nbasic_user_env = "KIT_USER"\nbasic_password_env = "{password}"\n'


def test_variables_of_the_environment(tmp_path: Path) -> None:
    profile = load(written(tmp_path, TARGET + CREDENTIALS.format(password="KIT_PASSWORD")))
    check_environment(profile, {"KIT_USER": "kit", "KIT_PASSWORD": "secret"})
    with pytest.raises(
        ProfileError, match=r"^credentials\.basic_password_env: the environment variable KIT_PASSWORD is"
    ):
        check_environment(profile, {"KIT_USER": "kit"})


def test_what_may_be_a_password_in_place_of_a_name_is_not_repeated(tmp_path: Path) -> None:
    profile = load(written(tmp_path, TARGET + CREDENTIALS.format(password="hunter2")))
    with pytest.raises(ProfileError, match=r"^credentials\.basic_password_env: the environment variable is not set"):
        check_environment(profile, {"KIT_USER": "kit"})
