"""Pools of HTTP connections: one a place and a kind of TLS, through a proxy where the environment names one."""

from __future__ import annotations

import os
import threading
from urllib.parse import SplitResult, urlsplit

import requests.utils
import urllib3

from crmkit.suite.access.tls import Tls

CONNECT_SECONDS = 10.0
# Of one place, for as many threads as talk to it at once.
_AT_ONCE = 16

_pools: dict[tuple[str, str, str | None, Tls, bool], urllib3.HTTPConnectionPool] = {}
_lock = threading.Lock()
# Two processes must not talk on one connection.
os.register_at_fork(after_in_child=_pools.clear)


def pool_for(url: SplitResult, tls: Tls, keeps: bool) -> urllib3.HTTPConnectionPool:
    """The connections to a URL's host and port; those that are kept open are apart from those that are not.

    Raises urllib3.exceptions.HTTPError for a URL that names no host.
    """
    proxy = _proxy(url)
    key = (url.scheme, url.netloc, proxy, tls, keeps)
    if key not in _pools:
        with _lock:
            # A manager holds few pools, and closes the others.
            _pools.setdefault(key, _manager(proxy, tls).connection_from_host(url.hostname, url.port, url.scheme))
    return _pools[key]


def has_lost_one(pool: urllib3.HTTPConnectionPool) -> bool:
    """Whether the far side has closed a connection that waits for the next request."""
    waiting = list(pool.pool.queue) if pool.pool is not None else []
    return any(each is not None and each.sock is not None and not each.is_connected for each in waiting)


def is_proxied(pool: urllib3.HTTPConnectionPool) -> bool:
    """Whether a proxy is to be told the whole URL; through a tunnel the far side is asked itself."""
    return pool.proxy is not None and pool.scheme == "http"


def _proxy(url: SplitResult) -> str | None:
    if (url.hostname or "") in ("127.0.0.1", "::1", "localhost"):
        return None
    whole = url.geturl()
    found = requests.utils.select_proxy(whole, requests.utils.get_environ_proxies(whole, no_proxy=None))
    if found is None:
        return None
    return found if "://" in found else f"http://{found}"


def _manager(proxy: str | None, tls: Tls) -> urllib3.PoolManager:
    shown = tls.shown
    certificate, key = shown if isinstance(shown, tuple) else (shown, None)
    settings = {
        "maxsize": _AT_ONCE,
        "cert_reqs": "CERT_REQUIRED" if tls.trusted else "CERT_NONE",
        "ca_certs": authorities(tls),
        "cert_file": certificate,
        "key_file": key,
    }
    if proxy is None:
        return urllib3.PoolManager(**settings)  # type: ignore[arg-type]
    parts = urlsplit(proxy)
    headers = None
    if parts.username is not None:
        user, password = requests.utils.get_auth_from_url(proxy)
        headers = urllib3.make_headers(proxy_basic_auth=f"{user}:{password}")
    return urllib3.ProxyManager(proxy, proxy_headers=headers, **settings)  # type: ignore[arg-type]


def authorities(tls: Tls) -> str | None:
    """The authorities that are trusted; those of requests, which knows more than some systems do."""
    if isinstance(tls.trusted, str):
        return tls.trusted
    if not tls.trusted:
        return None
    return os.environ.get("REQUESTS_CA_BUNDLE") or requests.utils.DEFAULT_CA_BUNDLE_PATH
