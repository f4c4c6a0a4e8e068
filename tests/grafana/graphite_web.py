"""A graphite-web of the test's own, on loopback, over the Whisper files of a Carbon of the test's own."""
import json
import pathlib
import subprocess
import urllib.parse
import urllib.request

PYTHON = "/usr/bin/python3"  # Debian's own, which has graphite-web's modules
SERVE = """
import os, sys
os.environ['DJANGO_SETTINGS_MODULE'] = 'graphite.settings'
os.environ['GRAPHITE_SETTINGS_MODULE'] = 'graphite_test_settings'
from wsgiref.simple_server import make_server, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.core.management import call_command
application = get_wsgi_application()
call_command('migrate', verbosity=0, run_syncdb=True)
WSGIRequestHandler.address_string = lambda self: self.client_address[0]
make_server('127.0.0.1', int(sys.argv[1]), application).serve_forever()
"""
SETTINGS = """
import os
SECRET_KEY = 'of a test'
TIME_ZONE = 'UTC'
DEBUG = False
ALLOWED_HOSTS = ['127.0.0.1']
STORAGE_DIR = CONF_DIR = INDEX_DIR = LOG_DIR = {dir!r}
INDEX_FILE = {dir!r} + '/index'
WHISPER_DIR = {whisper!r}
STANDARD_DIRS = [WHISPER_DIR]
CARBONLINK_HOSTS = [{carbon!r}]
CARBONLINK_TIMEOUT = 5.0
DATABASES = {{'default': {{'NAME': {dir!r} + '/graphite.db', 'ENGINE': 'django.db.backends.sqlite3', 'USER': '',
             'PASSWORD': '', 'HOST': '', 'PORT': ''}}}}
"""


def start(folder, whisper, carbon_query_port, port):
    """Begins it as a process, which is returned; `answers` says whether it is there."""
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    (folder / "graphite_test_settings.py").write_text(
        SETTINGS.format(dir=str(folder), whisper=str(whisper), carbon=f"127.0.0.1:{carbon_query_port}"))
    with open(folder / "web.log", "wb") as log:
        return subprocess.Popen([PYTHON, "-c", SERVE, str(port)], cwd=folder, stdout=log, stderr=log,
                                stdin=subprocess.DEVNULL,
                                env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder), "LC_ALL": "C.UTF-8"})


class Graphite:
    """What Grafana asks of graphite-web, and as it asks it."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"

    def post(self, path, fields):
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        with urllib.request.urlopen(self.url + path, data=body, timeout=30) as answer:
            return answer.read()

    def answers(self):
        try:
            self.find("*")
        except OSError:
            return False
        return True

    def find(self, query):
        """The names on the last level of the query."""
        return [one["text"] for one in json.loads(self.post("/metrics/find", {"query": query}))]

    def render(self, targets, since, until):
        return json.loads(self.post("/render", {"target": targets, "from": int(since), "until": int(until),
                                                "format": "json", "maxDataPoints": 600, "noCache": 1}))

    def picture(self, targets, since, until, **more):
        return self.post("/render", {"target": targets, "from": int(since), "until": int(until), "format": "png",
                                     "noCache": 1, **more})
