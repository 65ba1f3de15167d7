"""Which page answers which question about impact?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bluehelm.web.impact.presenters import estimate_page, in_words_of
from bluehelm.web.impact.reads import COMMAND, kept_estimates, one_estimate
from bluehelm.web.missions.refusals import page_refusals


@require_safe
@page_refusals
def estimates(request: HttpRequest) -> HttpResponse:
    """Every estimate that was kept."""
    estimates = [in_words_of(one) for one in kept_estimates(request)]
    context = {"section": "impact", "estimates": estimates, "command": COMMAND}
    return render(request, "impact/list.html", context)


@require_safe
@page_refusals
def estimate(request: HttpRequest, number: int) -> HttpResponse:
    """One estimate: what would be found at all, what speaks against it, and only then what was found."""
    found = one_estimate(request, number)
    context = {"section": "impact", "page_is_synthetic": found["synthetic"], **estimate_page(found)}
    return render(request, "impact/estimate.html", context)
