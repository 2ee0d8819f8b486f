"""The program for gunicorn: `gunicorn bullying_desk.wsgi:app`."""

from __future__ import annotations

from bullying_desk.app import create_app
from bullying_desk.config import instance_folder, load_settings

app = create_app(load_settings(instance_folder()))
