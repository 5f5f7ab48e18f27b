"""Cloud buckets for containers, against a local S3: moto's server in this process, which checks keys and signatures as S3 does.

Started by the first bucket. Every endpoint that is not on loopback means this server: nothing here ever reaches a real cloud. Without
moto installed there are no buckets, and mounting one says so.

Admin: GET /buckets; POST /buckets {"bucket": name} makes one (and answers the endpoint and a key pair that may do anything).
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import urllib.request
from typing import Any
from urllib.parse import urlparse

from aiohttp import web
from grpclib import Status
from modal_proto import api_pb2

from .bucket_mount import BucketMount
from .world import World, refuse

REGION = "us-east-1"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MISSING = "this stand-in has no S3: moto is not installed (pip install 'moto[s3,iam,server]')"
ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


class BucketRpcs:
    world: World

    async def open_buckets(self) -> None:
        self._mounts: dict[str, list[BucketMount]] = {}
        self._server: Any = None
        self._endpoint = ""
        self._owner: dict[str, str] = {}
        self._starting = asyncio.Lock()

    async def close_buckets(self) -> None:
        for task_id in list(self._mounts):
            await self.bucket_detach(task_id)
        if self._server is not None:
            await asyncio.to_thread(self._server.stop)

    async def bucket_attach(self, mount: api_pb2.CloudBucketMount, task_id: str, env: dict[str, str]):
        """A folder with what is in the bucket, seen with the credentials of `env`. Raises when they may not read it."""
        if not moto_installed():
            raise refuse(Status.UNIMPLEMENTED, MISSING)
        keys = _keys(env)
        if keys is None:
            raise refuse(Status.PERMISSION_DENIED, f"could not mount bucket '{mount.bucket_name}': no credentials in the secret")
        await self._start()
        given = mount.bucket_endpoint_url if urlparse(mount.bucket_endpoint_url).hostname in LOOPBACK else ""
        client = await asyncio.to_thread(_client, "s3", given or self._endpoint, *keys)
        mounts = self._mounts.setdefault(task_id, [])
        folder = self.world.folder("buckets") / f"{task_id}-{len(mounts)}"
        bucket = BucketMount(client, mount.bucket_name, mount.key_prefix, folder, read_only=mount.read_only)
        try:
            await bucket.fill()
        except Exception as error:  # boto3 has no one class for its errors
            raise refuse(Status.FAILED_PRECONDITION, f"could not mount bucket '{mount.bucket_name}': {error}") from None
        mounts.append(bucket)
        return bucket.folder

    async def bucket_detach(self, task_id: str) -> None:
        """Write what a container wrote to its buckets, and forget its folders."""
        for bucket in self._mounts.pop(task_id, []):
            await bucket.close()

    def admin_routes(self) -> list[web.RouteDef]:
        return [web.get("/buckets", self._admin_buckets), web.post("/buckets", self._admin_new)]

    async def _admin_buckets(self, request: web.Request) -> web.Response:
        failed = {path: why for mounts in self._mounts.values() for mount in mounts for path, why in mount.failed.items()}
        return web.json_response({"available": moto_installed(), "endpoint": self._endpoint, "failed": failed})

    async def _admin_new(self, request: web.Request) -> web.Response:
        if not moto_installed():
            return web.json_response({"error": MISSING}, status=501)
        await self._start()
        name = (await request.json())["bucket"]
        client = await asyncio.to_thread(_client, "s3", self._endpoint, *self._owner.values())
        await asyncio.to_thread(client.create_bucket, Bucket=name)
        return web.json_response({"endpoint": self._endpoint, "region": REGION, **self._owner})

    async def _start(self) -> None:
        async with self._starting:
            if self._server is None:
                await asyncio.to_thread(self._start_server)

    def _start_server(self) -> None:
        import boto3  # noqa: F401  what moto brings along; a second to load
        from moto.server import ThreadedMotoServer

        for name in ("werkzeug", "botocore", "boto3"):
            logging.getLogger(name).setLevel(logging.ERROR)
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        self._endpoint = f"http://{host}:{port}"
        self._owner = _make_owner(self._endpoint)
        self._server = server


def moto_installed() -> bool:
    """Is the S3 server there?"""
    return importlib.util.find_spec("moto") is not None and importlib.util.find_spec("flask") is not None


def _client(service: str, endpoint: str, key: str, secret: str) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
    return boto3.client(
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id=key, aws_secret_access_key=secret, config=config
    )


def _make_owner(endpoint: str) -> dict[str, str]:
    """A user that may do anything; from then on, the server believes nobody without a valid signature."""
    iam = _client("iam", endpoint, "nobody", "yet")
    iam.create_user(UserName="owner")
    iam.put_user_policy(UserName="owner", PolicyName="anything", PolicyDocument=json.dumps(ANYTHING))
    pair = iam.create_access_key(UserName="owner")["AccessKey"]
    order = urllib.request.Request(f"{endpoint}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})
    urllib.request.urlopen(order, timeout=10).close()
    return {"access_key_id": pair["AccessKeyId"], "secret_access_key": pair["SecretAccessKey"]}


def _keys(env: dict[str, str]) -> tuple[str, str] | None:
    """The key pair of a secret, by the names that Modal reads for S3 and R2, or for Google's."""
    for key, secret in (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ("GOOGLE_ACCESS_KEY_ID", "GOOGLE_ACCESS_KEY_SECRET")):
        if env.get(key) and env.get(secret):
            return env[key], env[secret]
    return None
