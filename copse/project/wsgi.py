"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copse.project.settings")
# The TLS proxy on this machine is believed about who calls (waits are shared out fairly) and that
# it was over https (forms are checked against that). Nobody else is; neither is ever logged.
application = wrap_wsgi_with_proxy_headers(get_wsgi_application(), ["127.0.0.1", "::1"])
