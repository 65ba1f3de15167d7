"""What does a page keep for a program whose form it refused?"""

from typing import Any

from django.http import HttpResponse


def with_problems(response: HttpResponse, form: Any) -> HttpResponse:
    """A page with a refused form, which keeps for programs what the form says."""
    response.problems = [  # type: ignore[attr-defined]  # ours to add
        f"{name}: {said}" if name != "__all__" else f"{said}" for name, each in form.errors.items() for said in each
    ]
    return response
