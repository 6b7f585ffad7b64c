"""A browser's upload is judged before its body is read: who sends it, and how large it is."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from casefy.receiving import TakesFile
from cases.logs.models import LogImport
from tenants.scope import reading
from ui import imports

FORM = "multipart/form-data; boundary=x"


class Unread:
    """A body that must not be touched."""

    def read(self, *_):
        raise AssertionError("the body was read before it was judged")

    readline = read


def unread(player, path: str, length: int = 1 << 20):
    client = Client(enforce_csrf_checks=True)
    client.force_login(player.user)
    return client.generic(
        "POST",
        f"/o/{player.slug}/{path}",
        b"",
        **{"wsgi.input": Unread(), "CONTENT_LENGTH": str(length), "CONTENT_TYPE": FORM},
    )


def nothing_came_in(cast) -> bool:
    with cast.scope, reading():
        return not LogImport.objects.exists()


def test_who_may_not_import_is_refused_before_anything_is_read(committed_cast):
    response = unread(committed_cast.colleague, "imports")
    assert response.status_code == 403
    assert "import event logs" in response.content.decode()


def test_a_file_that_says_it_is_too_large_is_refused_with_the_limit_and_the_way_out(committed_cast):
    response = unread(committed_cast.owner, "imports", 600 << 20)
    assert response.status_code == 413
    assert "512 MB" in response.content.decode()
    assert "gzip" in response.content.decode()


def test_a_form_that_takes_no_such_file_is_no_way_to_fill_the_disk(committed_cast):
    assert unread(committed_cast.owner, "templates/new", 2 << 20).status_code == 413


@pytest.mark.parametrize("size", [100, 101])
def test_what_is_longer_than_it_says_is_read_no_further_than_may_come(committed_cast, monkeypatch, size):
    monkeypatch.setattr(imports.imports, "takes_file", TakesFile(100, "At most 100 bytes.", "case.import"))
    client = Client()
    client.force_login(committed_cast.owner.user)
    file = SimpleUploadedFile("log.csv", b"a,b,c\n".ljust(size, b"x"))
    response = client.post(f"/o/{committed_cast.owner.slug}/imports", {"file": file})
    assert response.status_code == (303 if size == 100 else 413)
    assert nothing_came_in(committed_cast) == (size > 100)
