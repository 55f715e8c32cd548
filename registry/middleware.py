"""What every request passes through: who acts, and what browsers may do."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from registry.audit.context import acting

Handler = Callable[[HttpRequest], HttpResponse]
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def content_security_policy(get_response: Handler) -> Handler:
    """Allow our own scripts, styles and images; nothing inline, nothing from afar."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return respond


def private_pages(get_response: Handler) -> Handler:
    """Keep pages with data out of every cache."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return respond


def acting_user(get_response: Handler) -> Handler:
    """Tell the audit trail who acts, and through which address."""

    def respond(request: HttpRequest) -> HttpResponse:
        user = request.user
        actor = f"user:{user.get_username()}" if user.is_authenticated else "anonymous"
        door = "api" if request.path.startswith("/api/") else "page"
        # The path holds study codes at most; what was asked stays out of the trail.
        through = f"{door}:{request.method} {request.path}"[:200]
        with acting(actor, through=through):
            return get_response(request)

    return respond
