"""A graphite-web of the test's own, on loopback, over the Whisper files of a Carbon of the test's own."""
import json
import pathlib
import subprocess
import urllib.parse
import urllib.request

PYTHON = "/usr/bin/python3"  # Debian's own, which has graphite-web's modules
FILES = "/usr/share/graphite-web/static"
SERVE = """
import os, sys
os.environ['DJANGO_SETTINGS_MODULE'] = 'graphite.settings'
os.environ['GRAPHITE_SETTINGS_MODULE'] = 'graphite_test_settings'
import mimetypes, socketserver
from wsgiref.simple_server import make_server, WSGIRequestHandler, WSGIServer
from django.core.wsgi import get_wsgi_application
from django.core.management import call_command
application = get_wsgi_application()
mended = len(sys.argv) > 2
MEND = b'var htmlEncode = Ext.util.Format.htmlEncode;\\n'  # what 1.1.8 has forgotten, and later ones have not
call_command('migrate', verbosity=0, run_syncdb=True)
WSGIRequestHandler.address_string = lambda self: self.client_address[0]

class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True  # a browser keeps connections open on which it asks nothing

def with_files(environ, start):
    path = '/usr/share/graphite-web' + environ['PATH_INFO']
    if not environ['PATH_INFO'].startswith('/static/') or '..' in path or not os.path.isfile(path):
        return application(environ, start)
    start('200 OK', [('Content-Type', mimetypes.guess_type(path)[0] or 'application/octet-stream')])
    return [open(path, 'rb').read() + (MEND if mended and path.endswith('/dashboard.js') else b'')]

make_server('127.0.0.1', int(sys.argv[1]), with_files, Server).serve_forever()
"""
SETTINGS = """
import os
SECRET_KEY = 'of a test'
TIME_ZONE = 'UTC'
DEBUG = False
ALLOWED_HOSTS = ['127.0.0.1']
WEBAPP_DIR = {dir!r}
STORAGE_DIR = CONF_DIR = INDEX_DIR = LOG_DIR = {dir!r}
INDEX_FILE = {dir!r} + '/index'
WHISPER_DIR = {whisper!r}
STANDARD_DIRS = [WHISPER_DIR]
CARBONLINK_HOSTS = [{carbon!r}]
CARBONLINK_TIMEOUT = 5.0
DATABASES = {{'default': {{'NAME': {dir!r} + '/graphite.db', 'ENGINE': 'django.db.backends.sqlite3', 'USER': '',
             'PASSWORD': '', 'HOST': '', 'PORT': ''}}}}
{more}
"""


def environment(folder):
    """In which graphite-manage too works on the one whose folder this is."""
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder), "LC_ALL": "C.UTF-8",
            "DJANGO_SETTINGS_MODULE": "graphite.settings", "GRAPHITE_SETTINGS_MODULE": "graphite_test_settings"}


def start(folder, whisper, carbon_query_port, port, more="", mended=()):
    """Begins it as a process, which is returned; `answers` says whether it is there. `more`: settings of its own.
    `mended`: ["mended"] for a page that can open templates, also where this is 1.1.8."""
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    (folder / "content").symlink_to(FILES)  # where the dashboard page looks whether its theme is there
    (folder / "graphite_test_settings.py").write_text(
        SETTINGS.format(dir=str(folder), whisper=str(whisper), carbon=f"127.0.0.1:{carbon_query_port}", more=more))
    with open(folder / "web.log", "wb") as log:
        return subprocess.Popen([PYTHON, "-c", SERVE, str(port), *mended], cwd=folder, stdout=log, stderr=log,
                                stdin=subprocess.DEVNULL, env=environment(folder))


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

    def events(self, tag, since, until):
        """Of one tag, as Grafana's annotations ask."""
        words = urllib.parse.urlencode({"tags": tag, "from": int(since), "until": int(until)})
        with urllib.request.urlopen(f"{self.url}/events/get_data?{words}", timeout=30) as answer:
            return json.loads(answer.read())

    def picture(self, targets, since, until, **more):
        return self.post("/render", {"target": targets, "from": int(since), "until": int(until), "format": "png",
                                     "noCache": 1, **more})
