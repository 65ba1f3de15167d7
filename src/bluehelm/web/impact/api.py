"""What do the pages of impact say to programs?"""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from bluehelm.web.impact.reads import kept_estimates, one_estimate

router = Router()


@router.get("/impact/", url_name="impact", summary="Every kept estimate of presence")
def estimates(request: HttpRequest) -> list[dict[str, Any]]:
    """The versions of `presence_effects`, newest first."""
    return kept_estimates(request)


@router.get("/impact/{int:number}/", url_name="impact-estimate", summary="One estimate of presence")
def estimate(request: HttpRequest, number: int) -> dict[str, Any]:
    """All figures of a version of `presence_effects` by part; what is unknown is left out."""
    return one_estimate(request, number)
