import os

import boto3

BUCKET = os.environ["UPLOADS_BUCKET"]
store = boto3.client(
    "s3", endpoint_url=os.environ["UPLOADS_ENDPOINT"]
)


def save(name: str, data: bytes) -> None:
    store.put_object(Bucket=BUCKET, Key=name, Body=data)


def load(name: str) -> bytes:
    found = store.get_object(Bucket=BUCKET, Key=name)
    return found["Body"].read()
