"""The web server's worker, with a page in our own words for addresses that are too long."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>网址太长</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="font:16px/1.6 sans-serif;max-width:32em;margin:15vh auto;padding:0 16px">
<h1 style="font-size:22px">网址太长，打不开</h1>
<p>条件都写在网址里，这个网址超过了 {limit:,} 个字符，多半是圈选的角太多，或一次选了太多行。</p>
<p>返回上一页，少选一些，或改用区、街道、年代等条件；圈选范围时少点几个角。</p>
<p><a href="/">回到一张图</a></p></body></html>
"""
DRAINED = 1 << 20
"""How much of an endless request is read before closing: a browser that still sends shows no answer."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """Serves requests in threads; an address that is too long gets a page in Chinese, not one English line."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer a request that cannot be read."""
        if isinstance(exc, LimitRequestLine):
            self.log.info("address too long")
            _answer(client, "414 URI Too Long", PAGE.format(limit=self.cfg.limit_request_line))
        elif isinstance(exc, LimitRequestHeaders):
            self.log.info("header too long")
            _answer(client, "431 Request Header Fields Too Large", PAGE.format(limit=self.cfg.limit_request_field_size))
        else:
            super().handle_error(req, client, addr, exc)


def _answer(client: socket.socket, status: str, page: str) -> None:
    body = page.encode()
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
    with suppress(OSError):
        client.settimeout(1)
        client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        client.shutdown(socket.SHUT_WR)
        left = DRAINED
        while left > 0 and (got := client.recv(1 << 16)):
            left -= len(got)
