"""How is an account said to programs, by the command line and by the API alike?"""

from typing import Any

from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.second_factor import has_second_factor
from bluehelm.web.posts.acting import posts_of


def account_json(user: User) -> dict[str, Any]:
    """One account: its name, state, posts held today, and when it was opened and last signed into."""
    return {
        "name": user.get_username(),
        "email": user.email or None,
        "open": user.is_active,
        "demo": user.is_demo,
        "posts": [post.code for post in posts_of(user)],
        "second_factor": has_second_factor(user),
        "opened": user.date_joined.isoformat(),
        "last_signed_in": user.last_login.isoformat() if user.last_login else None,
    }
