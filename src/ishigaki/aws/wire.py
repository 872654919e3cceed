"""One connection pool and one SSL context for every client.

botocore gives each client a pool of its own and reads the CA file again for every new connection (28 ms of
CPU against 2.5); with one client per service and connections to hundreds of hosts that was the larger part
of a scan's CPU. Proxies, `AWS_CA_BUNDLE` and `NO_PROXY` are honoured as botocore honours them.
"""

from __future__ import annotations

import io
import ssl
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import urllib3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import get_cert_path
from botocore.utils import get_environ_proxies
from urllib3.util.ssl_ import create_urllib3_context

TIMEOUT = urllib3.Timeout(connect=10, read=60)


class Wire:
    """Sends prepared requests of every client."""

    def __init__(self, *, connections: int, verify: bool | str = True) -> None:
        self._keywords: dict[str, Any] = {
            "maxsize": connections,
            "num_pools": 512,
            "timeout": TIMEOUT,
            "retries": False,
            "ssl_context": _context(verify),
        }
        self._direct = urllib3.PoolManager(**self._keywords)
        self._proxy_of = cache(_proxy_of)
        self._proxies: dict[str, urllib3.ProxyManager] = {}

    def send(self, request: AWSPreparedRequest, *, endpoint: str = "", **_: Any) -> AWSResponse:
        """Send a request and read its answer whole. Raises urllib3's errors.

        A configured `endpoint` also answers for names made of its host, as some services put the account
        before it (`123456789012.host`).
        """
        url = _reachable(request.url, endpoint) if endpoint else request.url
        answer = self._manager(url).request(
            request.method,
            url,
            body=request.body,
            headers=dict(request.headers.items()),
            preload_content=False,
            decode_content=False,
            redirect=False,
        )
        response = AWSResponse(request.url, answer.status, answer.headers, answer)
        # Read now, so that the connection goes back to the pool; a body that botocore hands out as a stream is read from
        # what was kept.
        response.raw = io.BytesIO(response.content)
        return response

    def _manager(self, url: str) -> urllib3.PoolManager:
        parts = urlsplit(url)
        proxy = self._proxy_of(parts.scheme, parts.netloc)
        if not proxy:
            return self._direct
        if proxy not in self._proxies:
            self._proxies[proxy] = urllib3.proxy_from_url(proxy, **self._keywords)
        return self._proxies[proxy]


def _proxy_of(scheme: str, host: str) -> str:
    return str(get_environ_proxies(f"{scheme}://{host}").get(scheme) or "")


def _reachable(url: str, endpoint: str) -> str:
    here, parts = urlsplit(endpoint), urlsplit(url)
    if here.hostname and parts.hostname and parts.hostname.endswith("." + here.hostname):
        return parts._replace(netloc=here.netloc).geturl()
    return url


def _context(verify: bool | str) -> ssl.SSLContext:
    context = create_urllib3_context()
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_verify_locations(get_cert_path(verify))
    return context
