"""The door for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
application = get_wsgi_application()
gc.collect()
gc.freeze()  # what is loaded by now stays: looking through it again and again would cost pages their time
