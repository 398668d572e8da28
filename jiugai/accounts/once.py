"""A secret that is shown once: it waits sealed in the session from the action to the next page, and goes with showing.

The page with the secret is therefore the answer to a GET: loading it again repeats no action and shows nothing.
"""

from base64 import b64decode, b64encode

from django.http import HttpRequest

from jiugai.accounts.crypto import BrokenSeal, seal, unseal

PLACE = "session.once"
KEY = "secrets to show once"


def keep(request: HttpRequest, *, about: str, secret: str) -> None:
    """Put a secret by for the page about `about`. Sessions lie in the database, so it is sealed."""
    waiting = request.session.get(KEY, {})
    request.session[KEY] = waiting | {about: b64encode(seal(secret, place=PLACE)).decode()}


def take(request: HttpRequest, *, about: str) -> str | None:
    """Return the secret and forget it; None when it has been shown or never was."""
    waiting = request.session.get(KEY, {})
    sealed = waiting.pop(about, None)
    if sealed is None:
        return None
    request.session[KEY] = waiting
    try:
        return unseal(b64decode(sealed), place=PLACE)
    except BrokenSeal:  # the key was changed in between: then it is as good as shown
        return None
