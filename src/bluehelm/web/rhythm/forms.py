"""What does a person type to keep the mission calendar?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bluehelm.language import called
from bluehelm.web.rhythm.reads import rhythm_of_the_house


class MissionDateForm(forms.Form):
    """A date that duties hang on."""

    anchor = forms.ChoiceField(label=_("What happens"))
    on = forms.DateField(label=_("On"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("The resolution or letter that says so, with its paragraph.")
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        choices = [(known.anchor, called(known.title)) for known in rhythm_of_the_house().anchors]
        self.fields["anchor"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class DoneForm(forms.Form):
    """A duty that was done, and where what was made is found."""

    duty = forms.SlugField(widget=forms.HiddenInput)
    due_on = forms.DateField(widget=forms.HiddenInput)
    evidence = forms.CharField(label=_("Where it is found"), max_length=300)


class WithdrawForm(forms.Form):
    """Why a date no longer holds."""

    reason = forms.CharField(label=_("Why it no longer holds"), max_length=300)
