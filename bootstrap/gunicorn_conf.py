"""Settings of the web server, read by gunicorn itself."""

import os

from bootstrap.web_worker import Worker

bind = os.environ["JIUGAI_LISTEN"]
workers = int(os.environ.get("JIUGAI_WEB_WORKERS", "2"))
worker_class = Worker
threads = 4
timeout = 120  # seconds; a 200 MB upload over a slow line
graceful_timeout = 20
keepalive = 5
limit_request_line = 8190  # a drawn shape or many ticked rows stand in the address; the default is half of it
limit_request_field_size = 16380  # the page before stands in Referer, with its address
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - heartbeat files
control_socket_disable = True  # its default place is the home directory
proc_name = "jiugai-web"
