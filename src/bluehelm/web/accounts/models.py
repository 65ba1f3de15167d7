"""Who is a user?

Our own model from the first migration: Django cannot change the user model later without rebuilding the database.
"""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person who signs in. Rights belong to posts with dates, not to this record."""
