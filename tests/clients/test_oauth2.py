"""OAuth 2 client credentials (RFC 6749 §4.4) with two libraries that know nothing of Tessera."""

import json
from collections.abc import Iterator

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from instance import Instance
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

ENDPOINT = "/api/oauth/token/"


@pytest.fixture(scope="module")
def administrator(instance: Instance) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Token {instance.session}"}
    with httpx.Client(base_url=instance.url, headers=headers) as client:
        yield client


@pytest.fixture(scope="module")
def account(administrator: httpx.Client) -> dict[str, str]:
    """A service account that may read folders and nothing else."""
    permissions = administrator.get("/api/permissions/", params={"codename": "view_folder"}).json()["results"]
    body = {"name": "importer", "permissions": [permissions[0]["id"]]}
    made = administrator.post("/api/iam/service-accounts/", json=body)
    assert made.status_code == 201, made.text
    return made.json()


@pytest.fixture(autouse=True)
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    # The instance listens on this machine alone.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def session(instance: Instance, account: dict[str, str], **how: object) -> OAuth2Session:
    session = OAuth2Session(client=BackendApplicationClient(client_id=account["client_id"]))
    session.fetch_token(f"{instance.url}{ENDPOINT}", **how)
    return session


def test_requests_oauthlib_with_a_basic_header(instance: Instance, account: dict[str, str]) -> None:
    auth = HTTPBasicAuth(account["client_id"], account["client_secret"])
    machine = session(instance, account, auth=auth)
    assert machine.token["token_type"] == "Bearer"
    assert machine.token["expires_in"] == 3600
    folders = machine.get(f"{instance.url}/api/folders/")
    assert folders.status_code == 200
    assert [folder["name"] for folder in folders.json()["results"]] == ["Global"]
    refused = machine.post(f"{instance.url}/api/folders/", json={"name": "more than it may"})
    assert refused.status_code == 403


def test_requests_oauthlib_with_the_secret_in_the_body(instance: Instance, account: dict[str, str]) -> None:
    machine = session(instance, account, client_secret=account["client_secret"], include_client_id=True)
    assert machine.get(f"{instance.url}/api/folders/").status_code == 200


def test_a_wrong_secret_is_the_error_of_the_standard(instance: Instance, account: dict[str, str]) -> None:
    with pytest.raises(InvalidClientError):
        session(instance, account, client_secret="not-the-secret", include_client_id=True)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib(instance: Instance, account: dict[str, str], method: str) -> None:
    client = OAuth2Client(account["client_id"], account["client_secret"], token_endpoint_auth_method=method)
    with client:
        token = client.fetch_token(f"{instance.url}{ENDPOINT}", grant_type="client_credentials")
        assert token["access_token"].startswith("tsr_sat_")
        assert client.get(f"{instance.url}/api/folders/").json()["count"] == 1


def test_authlib_is_told_of_an_unknown_grant(instance: Instance, account: dict[str, str]) -> None:
    with OAuth2Client(account["client_id"], account["client_secret"]) as client, pytest.raises(OAuthError) as refused:
        client.fetch_token(f"{instance.url}{ENDPOINT}", grant_type="password", username="x", password="y")
    assert refused.value.error == "unsupported_grant_type"


def test_an_answer_with_a_token_is_not_to_be_kept(instance: Instance, account: dict[str, str]) -> None:
    form = {"grant_type": "client_credentials", "client_id": account["client_id"], "client_secret": account["client_secret"]}
    answer = httpx.post(f"{instance.url}{ENDPOINT}", data=form)
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert answer.headers["content-type"].startswith("application/json")
    assert set(json.loads(answer.text)) >= {"access_token", "token_type", "expires_in"}


def test_a_machine_that_is_stopped_is_out_at_once(
    instance: Instance, administrator: httpx.Client, account: dict[str, str]
) -> None:
    machine = session(instance, account, client_secret=account["client_secret"], include_client_id=True)
    path = f"/api/iam/service-accounts/{account['id']}/"
    assert administrator.patch(path, json={"is_active": False}).status_code == 200
    assert machine.get(f"{instance.url}/api/folders/").status_code == 401
    assert administrator.patch(path, json={"is_active": True}).status_code == 200
    assert machine.get(f"{instance.url}/api/folders/").status_code == 200
