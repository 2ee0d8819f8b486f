"""gunicorn's settings, out of the contact point's own: /etc/bullying-desk/gunicorn.conf.py."""

from bullying_desk.config import instance_folder, load_settings

bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = 4
# The line before the slow hash is as long as `threads` says (docs/sealing.md): both must be the same number.
threads = load_settings(instance_folder()).threads
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a heartbeat file of gunicorn, nothing of a request
graceful_timeout = 30
keepalive = 75  # longer than nginx keeps a line, so that none is cut while it is used again
control_socket_disable = True
accesslog = None


def post_worker_init(worker):  # type: ignore[no-untyped-def]
    """Once it serves, a worker writes no errors of its own: they name addresses and quote requests."""
    worker.log.error_log.setLevel("CRITICAL")


def worker_exit(_server, _worker):  # type: ignore[no-untyped-def]
    """Write down what waited for the full hour."""
    from bullying_desk.log_lines import HELD

    HELD.say()
