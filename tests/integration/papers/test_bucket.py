"""Files in a bucket: the settings of the environment, against a server on loopback that speaks S3."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer
from tests.factories import client_of
from tests.integration.papers.test_pages import at, post
from tests.integration.papers.test_papers import Place, place

from concord.records.models import Evidence

__all__ = ["place"]
pytestmark = pytest.mark.django_db
BUCKET = "concord-files"
KEYS = {"AWS_ACCESS_KEY_ID": "the-region", "AWS_SECRET_ACCESS_KEY": "a secret of the region"}
ASK = """
import django, json
django.setup()
from django.conf import settings
print(json.dumps(settings.STORAGES["default"]))
"""


@pytest.fixture
def bucket(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket, and Concord set to it as an operator would: by the environment alone."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    there = {"S3_BUCKET": BUCKET, "S3_ENDPOINT": f"http://{host}:{port}"}
    for key, value in KEYS.items():
        monkeypatch.setenv(key, value)
    try:
        client = boto3.client("s3", endpoint_url=there["S3_ENDPOINT"], region_name="us-east-1")
        client.create_bucket(Bucket=there["S3_BUCKET"], ObjectOwnership="BucketOwnerEnforced")
        environment = os.environ | there | {"DJANGO_SETTINGS_MODULE": "concord.config.settings"}
        asked = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, check=True)
        settings.STORAGES = settings.STORAGES | {"default": json.loads(asked.stdout)}
        settings.MEDIA_ROOT = tmp_path
        yield client
    finally:
        server.stop()
        s3_backends.reset()


def test_evidence_lies_in_the_bucket_and_comes_back_through_the_page_alone(
    place: Place, bucket: Any, tmp_path: Path
) -> None:
    paper = place.paper()
    for section in ("leaders", "summary"):  # the same file twice is kept once
        pdf = SimpleUploadedFile("audit.pdf", b"%PDF-1.7 x")
        sent = post(place.writer, at(place, paper, f"sections/{section}/"), do="add", file=pdf)
        assert sent.status_code == 302
    row = Evidence.objects.last()
    assert row
    held = bucket.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [one["Key"] for one in held] == [row.file]
    assert list(tmp_path.iterdir()) == []
    sent = client_of(place.writer).get(at(place, paper, f"evidence/{row.pk}/"))
    assert sent.content == b"%PDF-1.7 x"
    stranger = place.seat("triad", "director", "203" if place.code == "202" else "830")
    assert client_of(stranger).get(at(place, paper, f"evidence/{row.pk}/")).status_code == 403
    grants = bucket.get_object_acl(Bucket=BUCKET, Key=row.file)["Grants"]
    assert {one["Grantee"]["Type"] for one in grants} == {"CanonicalUser"}, "nobody else may read it there"
