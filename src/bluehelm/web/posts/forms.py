"""What does a person type to change posts, to look through a post or to break the glass?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bluehelm.language import called
from bluehelm.web.accounts.models import User
from bluehelm.web.posts.models import Organisation, Post
from bluehelm.web.posts.rights import rights

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ReasonForm(forms.Form):
    """Why; it stands in the audit."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the audit for ever."),
    )


class GlassForm(ReasonForm):
    """Which audience, how long and why."""

    audience = forms.ChoiceField(label=_("What to open"))
    minutes = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        choices=[(30, _("30 minutes")), (60, _("1 hour")), (180, _("3 hours")), (480, _("8 hours"))],
        initial=60,
    )
    field_order = ("audience", "minutes", "reason")

    def __init__(self, *args: Any, audiences: list[str], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["audience"].choices = [(name, name) for name in audiences]  # type: ignore[attr-defined]  # a ChoiceField


class OrganisationForm(forms.Form):
    """A new organisation."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Short and lasting: letters, digits, hyphens."))
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["kind"].choices = [(kind.kind, called(kind.title)) for kind in rights().organisations]  # type: ignore[attr-defined]  # a ChoiceField


class PostForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's own class takes no argument
    """A new post."""

    code = forms.SlugField(label=_("Code"), max_length=60, help_text=_("Short and lasting: letters, digits, hyphens."))
    role = forms.ChoiceField(label=_("Role"))
    organisation = forms.ModelChoiceField(Organisation.objects.all(), label=_("Organisation"))

    class Meta:
        model = Post
        fields = (
            "code",
            "title",
            "role",
            "organisation",
            "mission",
            "component",
            "section",
            "duty_station",
            "clearance",
        )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["role"].choices = [(role.role, called(role.title)) for role in rights().roles]  # type: ignore[attr-defined]  # a ChoiceField


class OccupyForm(forms.Form):
    """Who takes the post, from when until when."""

    account = forms.CharField(label=_("Account"), max_length=150)
    from_on = forms.DateField(label=_("From"), widget=DAY)
    until_on = forms.DateField(label=_("Until"), widget=DAY, required=False, help_text=_("Empty when open-ended."))

    def clean_account(self) -> User:
        name = self.cleaned_data["account"]
        person = User.objects.filter(username=name, is_active=True).first()
        if person is None:
            raise forms.ValidationError(_("No open account has this name."))
        return person


class VacateForm(forms.Form):
    """The last day on the post."""

    until_on = forms.DateField(label=_("Last day"), widget=DAY)
    at_once = forms.BooleanField(label=_("End it at once, not with the end of the day"), required=False)
