"""Which page shows posts, rights and emergencies?"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bluehelm.definitions.rights import DEEDS, LEVELS
from bluehelm.disclosure import Marking
from bluehelm.language import called
from bluehelm.web.posts import actions, reads
from bluehelm.web.posts.acting import CHOSEN_POST, VIEWED_POST, Actor, NotAllowedError, actor_of, posts_of
from bluehelm.web.posts.forms import GlassForm, OccupyForm, OrganisationForm, PostForm, ReasonForm, VacateForm
from bluehelm.web.posts.models import BrokenGlass, Occupancy, Post
from bluehelm.web.posts.rights import rights

View = Callable[..., HttpResponse]


def actor_from(request: HttpRequest) -> Actor:
    """The actor that the middleware found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    return actor


def signed_in(view: View) -> View:
    """Send whoever is not signed in to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect(f"{reverse('account_login')}?next={request.path}")
        return view(request, *args, **named)

    return guarded


def onward(request: HttpRequest, otherwise: str) -> str:
    """Where a page that sent a deed wants to be returned to; `otherwise` where it says nothing or leads elsewhere."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}) and asked.startswith("/")
    return asked if is_ours else otherwise


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The posts a person holds, emergencies to see, and what one's post may read and do."""
    actor = actor_from(request)
    context = {
        "section": "posts",
        "held": posts_of(request.user),  # type: ignore[arg-type]  # signed in
        "to_see": actions.glass_to_see(actor),
        "broken": reads.glass_broken_by(actor),
        "may_break": bool(reads.audiences_to_open(actor)),
    }
    return render(request, "posts/mine.html", context)


@signed_in
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Act in another of one's posts from here on."""
    wanted = request.POST.get("post", "")
    held = next((post for post in posts_of(request.user) if post.code == wanted), None)  # type: ignore[arg-type]  # signed in
    if held is None:
        raise Http404
    request.session.pop(VIEWED_POST, None)
    request.session[CHOSEN_POST] = held.pk
    messages.success(request, _("You now act as %(post)s.") % {"post": held.title})
    return redirect(onward(request, reverse("posts:mine")))


@signed_in
@require_safe
def post_list(request: HttpRequest) -> HttpResponse:
    """The posts one may see, and who holds them today."""
    actor = actor_from(request)
    shown = reads.posts_shown_to(actor)
    held = reads.held_today(shown)
    roles = {role.role: called(role.title) for role in rights().roles}
    rows = [(post, roles.get(post.role, post.role), held.get(post.pk, [])) for post in shown]
    context = {"section": "posts", "rows": rows, "may_keep": actor.may("create", "post")}
    return render(request, "posts/post_list.html", context)


@signed_in
@require_safe
def post_page(request: HttpRequest, code: str) -> HttpResponse:
    """One post: its role, who held it, and the deeds of those who keep posts."""
    actor = actor_from(request)
    post = get_object_or_404(reads.posts_shown_to(actor), code=code)
    context = {
        "section": "posts",
        "post": post,
        "role": rights().role(post.role),
        "occupancies": post.occupancies.select_related("person"),
        "may_keep": actor.may("create", "post"),
        "occupy": OccupyForm(initial={"from_on": timezone.now().date()}),
        "vacate": VacateForm(initial={"until_on": timezone.now().date()}),
        "look": ReasonForm(),
    }
    return render(request, "posts/post.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def new_post(request: HttpRequest) -> HttpResponse:
    """A new post, in an organisation that exists."""
    actor = actor_from(request)
    _keeper_or_404(actor)
    form = PostForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and _done(form, lambda: actions.create_post(post=form.save(commit=False), by=actor))
    ):
        return redirect("posts:post", form.instance.code)
    return _form_page(request, form, _("New post"))


@signed_in
@require_http_methods(["GET", "POST"])
def new_organisation(request: HttpRequest) -> HttpResponse:
    """A new organisation."""
    actor = actor_from(request)
    _keeper_or_404(actor)
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and _done(form, lambda: actions.create_organisation(**form.cleaned_data, by=actor))
    ):
        return redirect("posts:list")
    return _form_page(request, form, _("New organisation"))


@signed_in
@require_POST
def occupy(request: HttpRequest, code: str) -> HttpResponse:
    """Put a person on a post."""
    actor = actor_from(request)
    _keeper_or_404(actor)
    post = get_object_or_404(Post, code=code)
    form = OccupyForm(request.POST)
    if form.is_valid():
        person = form.cleaned_data.pop("account")
        if _done(form, lambda: actions.occupy(post=post, person=person, **form.cleaned_data, by=actor)):
            return redirect("posts:post", code)
    return _form_page(request, form, post.title)


@signed_in
@require_POST
def vacate(request: HttpRequest, number: int) -> HttpResponse:
    """End an occupancy."""
    actor = actor_from(request)
    _keeper_or_404(actor)
    occupancy = get_object_or_404(Occupancy.objects.select_related("post"), pk=number)
    form = VacateForm(request.POST)
    if form.is_valid() and _done(form, lambda: actions.vacate(occupancy=occupancy, **form.cleaned_data, by=actor)):
        return redirect("posts:post", occupancy.post.code)
    return _form_page(request, form, occupancy.post.title)


@signed_in
@require_POST
def look_through(request: HttpRequest, code: str) -> HttpResponse:
    """See the pages as a post sees them; audited."""
    actor = actor_from(request)
    _keeper_or_404(actor)
    post = get_object_or_404(Post, code=code)
    form = ReasonForm(request.POST)
    if form.is_valid() and _done(form, lambda: actions.look_through(post=post, **form.cleaned_data, by=actor)):
        request.session[VIEWED_POST] = post.pk
        return redirect("missions:list")
    return _form_page(request, form, _("View as %(post)s") % {"post": post.title})


@signed_in
@require_POST
def look_away(request: HttpRequest) -> HttpResponse:
    """Back to one's own eyes."""
    viewed = Post.objects.filter(pk=request.session.pop(VIEWED_POST, None)).first()
    own = actor_of(request.user, request.session.get(CHOSEN_POST), timezone.now())
    if viewed:
        actions.look_away(post_code=viewed.code, by=own)
    return redirect("posts:list")


@signed_in
@require_http_methods(["GET", "POST"])
def break_glass(request: HttpRequest) -> HttpResponse:
    """Open what is addressed to another section, in an emergency."""
    actor = actor_from(request)
    audiences = reads.audiences_to_open(actor)
    form = GlassForm(request.POST if request.method == "POST" else None, audiences=audiences)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        lasting = timedelta(minutes=asked["minutes"])
        if _done(
            form,
            lambda: actions.break_glass(audience=asked["audience"], reason=asked["reason"], lasting=lasting, by=actor),
        ):
            messages.warning(request, _("Opened. Its owner is told, and the audit says why."))
            return redirect("posts:mine")
    context = {"section": "posts", "form": form, "audiences": audiences}
    return render(request, "posts/break_glass.html", context, status=400 if form.errors else 200)


@signed_in
@require_POST
def close_glass(request: HttpRequest, number: int) -> HttpResponse:
    """End an emergency before its time."""
    return _with_glass(request, number, actions.close_glass)


@signed_in
@require_POST
def acknowledge_glass(request: HttpRequest, number: int) -> HttpResponse:
    """The owner has seen it."""
    return _with_glass(request, number, actions.acknowledge_glass)


def _with_glass(request: HttpRequest, number: int, deed: Callable[..., BrokenGlass]) -> HttpResponse:
    try:
        deed(glass=get_object_or_404(BrokenGlass, pk=number), by=actor_from(request))
    except NotAllowedError:
        raise Http404 from None
    return redirect("posts:mine")


@require_safe
def rights_page(request: HttpRequest) -> HttpResponse:
    """The rights as a table, drawn from the definition that the program itself obeys."""
    known = rights()
    rows = [
        (role, [(kind, [(deed, role.reaches(deed, kind.kind)) for deed in DEEDS]) for kind in known.kinds])
        for role in known.roles
    ]
    return render(request, "posts/rights.html", {"section": "posts", "rights": known, "rows": rows, "levels": LEVELS})


@signed_in
@require_safe
def mine_json(request: HttpRequest) -> JsonResponse:
    """The posts one holds, as JSON."""
    held = posts_of(request.user)  # type: ignore[arg-type]  # signed in
    return JsonResponse({"acting": actor_from(request).post_code, "posts": [_post_json(post) for post in held]})


@signed_in
@require_safe
def list_json(request: HttpRequest) -> JsonResponse:
    """The posts one may see, as JSON."""
    shown = reads.posts_shown_to(actor_from(request))
    held = reads.held_today(shown)
    return JsonResponse({"posts": [_post_json(post, held.get(post.pk, [])) for post in shown]})


@signed_in
@require_safe
def post_json(request: HttpRequest, code: str) -> JsonResponse:
    """One post, as JSON."""
    shown = reads.posts_shown_to(actor_from(request))
    post = get_object_or_404(shown, code=code)
    return JsonResponse(_post_json(post, reads.held_today(shown).get(post.pk, [])))


@require_safe
def rights_json(request: HttpRequest) -> JsonResponse:
    """The rights, as JSON."""
    return JsonResponse(rights().model_dump(mode="json"))


def _post_json(post: Post, held: Sequence[Occupancy] = ()) -> dict[str, object]:
    fields = ("code", "title", "role", "mission", "component", "section", "duty_station")
    return {
        **{name: getattr(post, name) for name in fields},
        "organisation": post.organisation.code,
        "clearance": Marking(post.clearance).code,
        "held_by": [occupancy.person.get_username() for occupancy in held],
    }


def _keeper_or_404(actor: Actor) -> None:
    """Who may not keep posts does not learn which there are."""
    if not actor.may("create", "post"):
        raise Http404


def _done(form: forms.BaseForm, deed: Callable[[], object]) -> bool:
    """Do the deed; a refusal becomes an error of the form."""
    try:
        deed()
    except (actions.PostError, NotAllowedError) as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        form.add_error(None, refusal)
    return not form.errors


def _form_page(request: HttpRequest, form: forms.BaseForm, title: str) -> HttpResponse:
    context = {"section": "posts", "form": form, "title": title}
    return render(request, "posts/form.html", context, status=400 if form.errors else 200)
