"""What does a person say about a token?"""

from collections.abc import Sequence

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bluehelm.definitions.rights import Rights
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
    titles = {kind.kind: kind.title for kind in rights.kinds}
    found = []
    for scope in scopes_of(rights.role(post.role)):
        deed, _colon, kind = scope.partition(":")
        found.append((scope, f"{deed}: {titles[kind]}"))
    return found
