"""The application's settings with the records in the PostgreSQL that tests.postgres started."""

import json
import os

from bluehelm.web.settings import *  # noqa: F403  # settings are made this way

DATABASES = {"default": json.loads(os.environ["TEST_POSTGRESQL"])}
