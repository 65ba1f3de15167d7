"""What does a person say about a token?"""

from collections.abc import Sequence

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bluehelm.definitions.rights import Rights
from bluehelm.language import called
from bluehelm.web.accounts.tokens import scopes_of
from bluehelm.web.posts.models import Post


class TokenForm(forms.Form):
    """A new token for one of the posts a person holds, with some of that post's rights."""

    name = forms.CharField(label=_("What it is for"), max_length=80, help_text=_("Such as: nightly export."))
    days = forms.IntegerField(label=_("Days until it ends"), min_value=1)
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, post: Post, rights: Rights, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        self.fields["days"].initial = settings.TOKEN_DAYS
        self.fields["days"].widget.attrs["max"] = settings.TOKEN_DAYS_AT_MOST
        self.fields["days"].help_text = _("At most %(days)s.") % {"days": settings.TOKEN_DAYS_AT_MOST}
        self.fields["scopes"].choices = scope_choices(rights, post)  # type: ignore[attr-defined]


def scope_choices(rights: Rights, post: Post) -> Sequence[tuple[str, str]]:
    """Each scope of the post's role with words: `read:table`, "read: Versions of tables ..."."""
    titles = {kind.kind: called(kind.title) for kind in rights.kinds}
    found = []
    for scope in scopes_of(rights.role(post.role)):
        deed, _colon, kind = scope.partition(":")
        found.append((scope, f"{deed}: {titles[kind]}"))
    return found


class AccountForm(forms.Form):
    """A new account, on a post or not."""

    name = forms.CharField(
        label=_("Name to sign in with"), max_length=150, help_text=_("Letters a to z, digits and . _ - only.")
    )
    email = forms.EmailField(
        label=_("E-mail address"), required=False, help_text=_("Single sign-on finds the account by it.")
    )
    post = forms.ChoiceField(label=_("Post from today"), required=False)

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        held = [(post.code, f"{post.title} ({post.code})") for post in Post.objects.filter(closed_on=None)]
        self.fields["post"].choices = [("", _("none yet: open data only")), *held]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why; it stands in the audit."""

    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("It stands in the audit for ever."))
