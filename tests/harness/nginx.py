"""Debian's nginx over the same files as a Prong, to compare the two."""

import os
import shutil
import signal
import subprocess

from .prong import IS_ROOT, free_port, wait_until
from .wire import Client

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")

CONF = """
daemon off;
{user}
worker_processes 1;
pid {prefix}/nginx/pid;
error_log {prefix}/nginx/error.log;
events {{ }}
http {{
    types {{
        text/html html;
        text/plain txt;
        text/css css;
        application/json json;
        image/png png;
    }}
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {prefix}/nginx/1;
    proxy_temp_path {prefix}/nginx/2;
    fastcgi_temp_path {prefix}/nginx/3;
    uwsgi_temp_path {prefix}/nginx/4;
    scgi_temp_path {prefix}/nginx/5;
    {http}
    server {{
        listen 127.0.0.1:{port};
        root {prefix}/www;
        {server}
    }}
}}
"""


class Nginx:
    """nginx with these parts, over the www of `prong`."""

    def __init__(self, prong, server="", http=""):
        self.port = free_port()
        conf = prong.write("nginx/nginx.conf", CONF.format(
            prefix=prong.prefix, port=self.port, server=server, http=http,
            user="user www-data;" if IS_ROOT else ""))
        self.process = subprocess.Popen(
            [NGINX, "-c", str(conf), "-e", str(prong.prefix / "nginx.err")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.log = prong.prefix / "nginx.err"
        wait_until(self.serves, "nginx")

    def serves(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            self.connect().close()
            return True
        except ConnectionRefusedError:
            return False

    def connect(self):
        return Client(("127.0.0.1", self.port))

    def ask(self, target="/", method="GET", **more):
        with self.connect() as client:
            return client.ask(target, method, **more)

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
