"""The pages to read the API in: drawn by the libraries' own files, under the strict policy."""

import json

import pytest

from api.views.documents import REDOC_STYLES


def test_the_document_is_served_as_it_is_in_the_repository(client):
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert json.loads(response.content)["openapi"] == "3.1.0"


@pytest.mark.parametrize("page", ["docs", "redoc"])
def test_the_pages_have_no_script_of_their_own_and_no_loose_policy(client, page):
    response = client.get(f"/api/{page}")
    policy = response["Content-Security-Policy"]
    assert response.status_code == 200
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy + ";"
    assert b"<style" not in response.content
    assert b"onload" not in response.content
    for style in REDOC_STYLES:
        assert (style in policy) == (page == "redoc")
