"""What does the web server call?"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluehelm.web.settings")

application = get_wsgi_application()
