import pytest

CALLBACK = "http://127.0.0.1:9/oauth/callback"


async def test_code_exchange_gives_token_that_reads_own_company(pipedrive):
    tokens = await pipedrive.tokens()

    me = await pipedrive.data("GET", "/v1/users/me", token=tokens["access_token"])

    assert tokens["token_type"].lower() == "bearer"
    assert tokens["expires_in"] in {3599, 3600}
    assert tokens["api_domain"] == pipedrive.base_url
    assert "webhooks:full" in tokens["scope"]
    assert (me["company_id"], me["company_domain"], me["default_currency"]) == (4410022, "nordlund-snickeri", "SEK")
    assert me["company_name"] == "Nordlund Snickeri"
    assert me["is_admin"] is True


async def test_consent_denied_redirects_with_user_denied(pipedrive):
    pipedrive.simulator.configure({"oauth_decision": "deny"})

    assert await pipedrive.consent() == {"error": "user_denied", "state": "s1"}


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "other"},
        {"redirect_uri": "https://evil.example/cb"},
        {"redirect_uri": ""},
        {"scope": "deals:full"},
    ],
)
async def test_authorize_with_wrong_parameter_is_refused_without_redirect(pipedrive, changes):
    params = {"client_id": "sandbox-client", "redirect_uri": CALLBACK, "state": "s1", **changes}

    response = await pipedrive.http.get(f"{pipedrive.base_url}/oauth/authorize", params=params)

    assert response.status_code == 400
    assert "location" not in response.headers


async def test_code_used_twice_is_refused_with_text_and_400(pipedrive):
    code = (await pipedrive.consent())["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}

    first, second = await pipedrive.token_call(**form), await pipedrive.token_call(**form)

    assert first.status_code == 200
    assert (second.status_code, second.text.startswith("Invalid grant:")) == (400, True)


async def test_code_older_than_five_minutes_is_refused(pipedrive):
    code = (await pipedrive.consent())["code"]
    pipedrive.clock.advance(301)

    response = await pipedrive.token_call(grant_type="authorization_code", code=code, redirect_uri=CALLBACK)

    assert response.status_code == 400


async def test_exchange_with_other_redirect_uri_is_refused(pipedrive):
    code = (await pipedrive.consent())["code"]

    response = await pipedrive.token_call(grant_type="authorization_code", code=code, redirect_uri=CALLBACK + "/x")

    assert response.status_code == 400


async def test_token_call_with_wrong_secret_is_400_and_credentials_in_form_are_taken(pipedrive):
    refresh = (await pipedrive.tokens())["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": refresh}

    wrong = await pipedrive.token_call(("sandbox-client", "no"), **form)
    in_form = await pipedrive.token_call(None, client_id="sandbox-client", client_secret="sandbox-secret", **form)

    assert (wrong.status_code, wrong.text.startswith("Invalid client:")) == (400, True)
    assert in_form.status_code == 200


async def test_token_call_with_json_is_refused(pipedrive):
    url = f"{pipedrive.base_url}/oauth/token"

    response = await pipedrive.http.post(
        url, json={"grant_type": "refresh_token"}, auth=("sandbox-client", "sandbox-secret")
    )

    assert (response.status_code, response.text.startswith("Invalid request:")) == (400, True)


async def test_access_token_expires_after_an_hour_and_refresh_keeps_the_refresh_token(pipedrive):
    tokens = await pipedrive.tokens()
    pipedrive.clock.advance(3601)

    stale = await pipedrive.call("GET", "/v1/users/me", token=tokens["access_token"])
    refreshed = await pipedrive.token_call(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    fresh = await pipedrive.call("GET", "/v1/users/me", token=refreshed.json()["access_token"])

    assert (stale.status_code, stale.json()) == (
        401,
        {"success": False, "error": "unauthorized access", "errorCode": 401},
    )
    assert refreshed.json()["refresh_token"] == tokens["refresh_token"]
    assert fresh.status_code == 200


async def test_refresh_token_dies_after_sixty_idle_days_and_every_refresh_resets_them(pipedrive):
    refresh = (await pipedrive.tokens())["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    answers = []
    for days in (59, 59, 61):
        pipedrive.clock.advance(days * 86_400)
        answers.append((await pipedrive.token_call(**form)).status_code)

    assert answers == [200, 200, 400]


async def test_revoking_refresh_token_kills_tokens_and_app_webhooks(pipedrive, subscribe):
    tokens = await pipedrive.tokens()
    await subscribe(tokens["access_token"])
    url = f"{pipedrive.base_url}/oauth/revoke"

    revoked = await pipedrive.http.post(
        url, data={"token": tokens["refresh_token"]}, auth=("sandbox-client", "sandbox-secret")
    )
    unknown = await pipedrive.http.post(url, data={"token": "nobody"}, auth=("sandbox-client", "sandbox-secret"))

    assert (revoked.status_code, unknown.status_code) == (200, 200)
    assert (await pipedrive.call("GET", "/v1/users/me", token=tokens["access_token"])).status_code == 401
    assert pipedrive.collection("webhooks")[0]["remove_reason"] == "app uninstalled"


async def test_revoking_access_token_leaves_the_grant(pipedrive):
    tokens = await pipedrive.tokens()
    url = f"{pipedrive.base_url}/oauth/revoke"

    await pipedrive.http.post(url, data={"token": tokens["access_token"]}, auth=("sandbox-client", "sandbox-secret"))

    assert (await pipedrive.call("GET", "/v1/users/me", token=tokens["access_token"])).status_code == 401
    refreshed = await pipedrive.token_call(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refreshed.status_code == 200


async def test_two_companies_are_separate_worlds(pipedrive):
    made = pipedrive.seed(companies=[{"id": 77, "name": "Annan AB", "domain": "annan"}])
    pipedrive.seed(company_id=77, organizations=[{"name": "Bara här"}])
    token = (await pipedrive.tokens(sandbox_company="77"))["access_token"]

    me = await pipedrive.data("GET", "/v1/users/me", token=token)
    theirs = await pipedrive.data("GET", "/api/v2/organizations", token=token)
    ours = await pipedrive.data("GET", "/api/v2/organizations")

    assert (me["company_id"], me["id"]) == (77, made["companies"][0]["user_id"])
    assert [row["name"] for row in theirs] == ["Bara här"]
    assert "Bara här" not in {row["name"] for row in ours}


async def test_malformed_authorization_is_400_and_api_token_in_query_is_not_taken(pipedrive):
    url = f"{pipedrive.base_url}/v1/users/me"

    malformed = await pipedrive.http.get(url, headers={"authorization": "Token abc"})
    in_query = await pipedrive.http.get(url, params={"api_token": pipedrive.api_token})

    assert (malformed.status_code, in_query.status_code) == (400, 401)
    assert len(pipedrive.api_token) == 40


async def test_scope_missing_is_403(pipedrive):
    pipedrive.simulator.configure({"scopes": ["base", "deals:read"]})
    token = (await pipedrive.tokens())["access_token"]

    refused = await pipedrive.call("POST", "/v1/notes", token=token, json={"deal_id": 1, "content": "x"})
    allowed = await pipedrive.call("GET", "/api/v2/deals", token=token)

    assert (refused.status_code, refused.json()["error"]) == (403, "Scope and URL mismatch")
    assert allowed.status_code == 200


async def test_uninstall_calls_the_apps_callback_with_client_credentials(pipedrive, receiver):
    code = (await pipedrive.consent(redirect_uri=receiver.url))["code"]
    await pipedrive.token_call(grant_type="authorization_code", code=code, redirect_uri=receiver.url)

    pipedrive.seed(uninstall_app=True)

    (body,) = await receiver.wait_for(1)
    method, headers, _ = receiver.requests[0]
    assert (method, body["company_id"], body["user_id"]) == ("DELETE", 4410022, 9001777)
    assert headers["authorization"].startswith("Basic ")
    assert pipedrive.collection("tokens") == []
