"""Reading the reason that a person gave before something is taken back."""

from django.http import HttpRequest

from jiugai.domain.errors import Refusal
from jiugai.registry.forms.facts import ReasonForm


def reason_of(request: HttpRequest) -> str:
    """Return the reason of a form. Raises Refusal when there is none or it is too long."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        return str(form.cleaned_data["reason"])
    raise Refusal(str(form.errors["reason"][0]), where="原因", remedy="写明原因，最多 300 个字")
