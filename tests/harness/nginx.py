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
    """nginx with these parts, over the www of `prong`; {port} and {prefix} in
    them are its own port and prong's prefix."""

    def __init__(self, prong, server="", http=""):
        self.port = free_port()
        text = CONF.format(
            prefix=prong.prefix, port=self.port, server=server, http=http,
            user="user www-data;" if IS_ROOT else "")
        text = text.replace("{port}", str(self.port))
        text = text.replace("{prefix}", str(prong.prefix))
        conf = prong.write("nginx/nginx.conf", text)
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


class Both:
    """The same parts and files for prong and, where there is one, nginx."""

    def __init__(self, prong, server="", http=""):
        self.prong = prong
        self.nginx = Nginx(prong, server, http) if NGINX else None

    def ask(self, target, method="GET", **more):
        """prong's answer, after nginx's was found to be the same."""
        answer = self.ask_prong(target, method, **more)
        if self.nginx:
            other = self.nginx.ask(target, method, **more)
            own = told(answer, self.prong.port)
            its = told(other, self.nginx.port)
            assert own == its, f"{target}: {own}, nginx: {its}"
        return answer

    def ask_prong(self, target, method="GET", **more):
        with self.prong.connect() as client:
            return client.ask(target, method, **more)

    def close(self):
        if self.nginx:
            self.nginx.close()


def told(answer, port):
    """What is to be equal: not the look of the server's own pages."""
    own = b"<center>nginx" in answer.body or b"<small>prong" in answer.body
    location = answer.get("Location")
    if location:
        location = location.replace(f":{port}", ":PORT")
    return (answer.status, location, answer.get("Content-Type"),
            "page" if own else answer.body)
