"""JupyterHub for classes that write code themselves: one server each, on a machine of its own.

Not run where kunskap was built (systemd does not run there); JupyterHub 6.1 and systemdspawner 1.0 have read it and
know every setting.  Try it with two accounts before a class.  Participants who only answer need none of this: they use
`kunskap serve` on a phone.

The machine must hold the teaching pool only: see teaching_copy.py, which must be run both for the project and for the
installation.  Then nobody in the class can read the survey's key, whatever code they write.
"""

import os
import sys

c = get_config()  # noqa: F821 - JupyterHub puts it there

c.JupyterHub.bind_url = "http://127.0.0.1:8000"  # nginx with TLS in front, as for the page
c.JupyterHub.hub_ip = "127.0.0.1"
c.JupyterHub.cookie_secret_file = "/srv/jupyterhub/cookie_secret"
c.JupyterHub.db_url = "sqlite:////srv/jupyterhub/jupyterhub.sqlite"

# Each person is a user that exists only while the server runs, sees no other's files and has a share of the machine.
# A dynamic user can write nowhere but in the own folder /var/lib/NAME and in /tmp: systemd sees to it.
c.JupyterHub.spawner_class = "systemdspawner.SystemdSpawner"
c.SystemdSpawner.dynamic_users = True
c.SystemdSpawner.mem_limit = "512M"  # measured: about 230 MB with pandas and seaborn
c.SystemdSpawner.cpu_limit = 1.0
c.SystemdSpawner.isolate_tmp = True
c.SystemdSpawner.isolate_devices = True
c.SystemdSpawner.disable_user_sudo = True
c.SystemdSpawner.extra_paths = ["/opt/kunskap-klass/.venv/bin"]
c.Spawner.notebook_dir = "~"
c.Spawner.default_url = "/lab/tree/notebooks/start.ipynb"
# The class's project is copied into the home that the person gets (-n: what has been written there is left alone).
# The homes stay in /var/lib/private when the servers stop: remove them after the class, see README.md.
c.SystemdSpawner.unit_extra_properties = {"ExecStartPre": "/bin/cp -rn /srv/kunskap-klass/. /var/lib/{USERNAME}/"}
c.JupyterHub.concurrent_spawn_limit = 5  # a start takes 2-4 s of processor: a class of 20 is in within a minute

# Codes for the day, not accounts: the trainer's list, one password for the class, no names.
c.JupyterHub.authenticator_class = "jupyterhub.auth.DummyAuthenticator"
c.DummyAuthenticator.password = os.environ["KUNSKAP_CLASS_PASSWORD"]
c.Authenticator.allow_all = True
c.Authenticator.username_pattern = r"^deltagare[0-9]{1,2}$"

# Names of log files only: no addresses and no requests.
c.JupyterHub.log_level = "WARN"
c.Application.log_level = "WARN"

# What nobody uses is stopped after an hour (pip install jupyterhub-idle-culler).
c.JupyterHub.services = [
    {"name": "cull", "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600", "--cull-users"]}
]
c.JupyterHub.load_roles = [
    {
        "name": "cull",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers", "admin:users"],
        "services": ["cull"],
    }
]
