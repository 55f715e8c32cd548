"""The registry's settings for tests: a throw-away home and a fast password hasher."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="registry-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["REGISTRY_HOME"] = _home
os.environ["SECRET_KEY"] = "a secret for tests alone"
os.environ["AUDIT_KEY"] = "an audit key for tests alone"

from registry.settings import *  # noqa: E402, F403  (the environment comes first)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
