"""From a request to a response: which page or change stands behind which path.

A pure function over the shop's state, so that it can be tested with no socket.
"""

import json
from collections.abc import Callable
from importlib.resources import files
from urllib.parse import quote

from handeye.actions import Value
from handeye.envs.shop import order_pages, pages
from handeye.envs.shop.catalog import BY_SKU, search
from handeye.envs.shop.layout import esc
from handeye.envs.shop.state import Refused, Settings, ShopState, order_problems

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_ESTIMATE_SECONDS = 0.6


class Request(Value):
    """`query` and `form` have the last value of each field; `uploads` maps field → file name."""

    method: str
    path: str
    query: dict[str, str] = {}
    form: dict[str, str] = {}
    uploads: dict[str, str] = {}


class Response(Value):
    """`delay` is how long the server takes to answer, in seconds."""

    body: bytes = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = {}
    delay: float = 0.0


def respond(state: ShopState, request: Request) -> Response:
    """Answer a request; what makes no sense is a 4xx page, never an exception."""
    routes = _GET if request.method in ("GET", "HEAD") else _POST
    parts = request.path.strip("/").split("/")
    route = routes.get(request.path) or routes.get(f"/{parts[0]}/*" if len(parts) > 1 else "")
    other = _POST if routes is _GET else _GET
    try:
        if route is not None:
            return route(state, request)
        if request.path in other:
            return _problem(state, 405, "This address does not take that kind of request.")
        return _problem(state, 404, "There is nothing at this address.")
    except Refused as refusal:
        return _problem(state, 400, str(refusal))


def _html(text: str, status: int = 200) -> Response:
    return Response(body=text.encode(), status=status)


def _json(value: object, delay: float = 0.0) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(body=body, type="application/json", delay=delay)


def _to(path: str) -> Response:
    return Response(status=303, headers={"Location": path})


def _problem(state: ShopState, status: int, what: str) -> Response:
    return _html(pages.problem_page(status, what, _pieces(state)), status)


def _pieces(state: ShopState) -> int:
    return sum(line.quantity for line in state.cart)


def _number(text: str) -> int:
    if not text.strip().isascii() or not text.strip().isdigit() or len(text) > 9:
        raise Refused("The quantity must be a whole number.")
    return int(text)


def _home(state: ShopState, _request: Request) -> Response:
    return _html(pages.home(_pieces(state)))


def _search(state: ShopState, request: Request) -> Response:
    query = request.query.get("q", "").strip()[:200]
    sort = request.query.get("sort", "")
    if sort and sort not in pages.SORTS:
        raise Refused("Results cannot be sorted like this.")
    view = "table" if request.query.get("view") == "table" else "cards"
    down = request.query.get("dir") == "desc"
    return _html(pages.results(search(query), query, view, sort, down, _pieces(state)))


def _product(state: ShopState, request: Request) -> Response:
    product = BY_SKU.get(request.path.removeprefix("/product/"))
    if product is None:
        return _problem(state, 404, "There is no such product.")
    added = next((line for line in state.cart if line.key == request.query.get("added")), None)
    toast = ""
    if added is not None:
        toast = (
            f"<span>{added.quantity} × {esc(product.name)} in your cart</span>"
            '<a href="/cart">View cart</a>'
        )
    return _html(pages.product_page(product, _pieces(state), toast))


def _add(state: ShopState, request: Request) -> Response:
    sku = request.form.get("sku", "")
    try:
        quantity = _number(request.form.get("quantity", "1"))
        line = state.add(sku, request.form.get("colour", ""), quantity)
    except Refused as refusal:
        if sku not in BY_SKU:
            raise
        return _html(pages.product_page(BY_SKU[sku], _pieces(state), problem=str(refusal)), 400)
    return _to(f"/product/{sku}?added={quote(line.key)}")


def _cart(state: ShopState, _request: Request) -> Response:
    return _html(order_pages.cart_page(state.cart))


def _cart_change(change: Callable[[ShopState, Request], None]) -> "_Route":
    def route(state: ShopState, request: Request) -> Response:
        try:
            change(state, request)
        except Refused as refusal:
            return _html(order_pages.cart_page(state.cart, problem=str(refusal)), 400)
        return _to("/cart")

    return route


def _update(state: ShopState, request: Request) -> None:
    state.set_quantity(request.form.get("line", ""), _number(request.form.get("quantity", "")))


def _remove(state: ShopState, request: Request) -> None:
    state.remove(request.form.get("line", ""))


def _empty(state: ShopState, _request: Request) -> None:
    state.empty()


def _checkout(state: ShopState, _request: Request) -> Response:
    if not state.cart:
        return _to("/cart")
    return _html(order_pages.checkout_page(state.cart, {}, {}))


def _place(state: ShopState, request: Request) -> Response:
    problems = order_problems(request.form)
    if problems:
        return _html(order_pages.checkout_page(state.cart, request.form, problems), 400)
    return _to(f"/orders/{state.place_order(request.form).number}?new=1")


def _orders(state: ShopState, _request: Request) -> Response:
    return _html(order_pages.orders_page(state.orders, _pieces(state)))


def _order(state: ShopState, request: Request) -> Response:
    number, _, rest = request.path.removeprefix("/orders/").partition("/")
    order = state.find_order(number)
    if order is None or rest not in ("", "invoice.txt"):
        return _problem(state, 404, "There is no such order.")
    if rest:
        name = f'attachment; filename="invoice-{order.number}.txt"'
        return Response(
            body=order_pages.invoice(order).encode(),
            type="text/plain; charset=utf-8",
            headers={"Content-Disposition": name},
        )
    toast = "Logo saved" if "saved" in request.query else ""
    return _html(order_pages.order_page(order, _pieces(state), toast, new="new" in request.query))


def _logo(state: ShopState, request: Request) -> Response:
    number, _, rest = request.path.removeprefix("/orders/").partition("/")
    order = state.find_order(number)
    if order is None or rest != "logo":
        return _problem(state, 404, "There is no such order.")
    name = request.uploads.get("logo", "")
    if not name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")):
        problem = "Choose a picture: PNG, JPEG, GIF, SVG or WebP."
        return _html(order_pages.order_page(order, _pieces(state), problem=problem), 400)
    state.set_logo(number, name)
    return _to(f"/orders/{quote(number)}?saved=1")


def _settings(state: ShopState, request: Request) -> Response:
    toast = "Settings saved" if "saved" in request.query else ""
    return _html(order_pages.settings_page(state.settings, _pieces(state), toast))


def _save_settings(state: ShopState, request: Request) -> Response:
    form = request.form
    settings = Settings(
        name=form.get("name", "").strip()[:80] or "Guest",
        email=form.get("email", "").strip()[:200],
        language=form.get("language", "English"),
        newsletter="newsletter" in form,
    )
    if settings.email and "@" not in settings.email:
        problem = "An e-mail address has an @."
        return _html(order_pages.settings_page(settings, _pieces(state), problem=problem), 400)
    if settings.language not in order_pages.LANGUAGES:
        raise Refused("The shop does not speak this language.")
    state.save_settings(settings)
    return _to("/settings?saved=1")


def _delivery(state: ShopState, request: Request) -> Response:
    if request.path == "/delivery/estimate":
        return _html(pages.estimate_frame())
    return _html(pages.delivery(_pieces(state)))


def _help(state: ShopState, _request: Request) -> Response:
    return _html(pages.help_page(_pieces(state)))


def _suggest(_state: ShopState, request: Request) -> Response:
    found = search(request.query.get("q", "")[:200])[:6]
    return _json([{"name": item.name, "url": f"/product/{item.sku}"} for item in found])


def _estimate(_state: ShopState, request: Request) -> Response:
    postcode = request.query.get("postcode", "").strip()[:12]
    if not any(letter.isdigit() for letter in postcode):
        return _json({"answer": "This does not look like a postcode."}, _ESTIMATE_SECONDS)
    days = 2 + sum(map(ord, postcode)) % 3
    return _json({"answer": f"{days} working days to {postcode}."}, _ESTIMATE_SECONDS)


def _static(state: ShopState, request: Request) -> Response:
    name = request.path.removeprefix("/static/")
    if name not in ("shop.css", "shop.js", "icon.svg"):
        return _problem(state, 404, "There is no such file.")
    body = files("handeye.envs.shop").joinpath("static", name).read_bytes()
    return Response(body=body, type=_TYPES[name.rpartition(".")[2]])


_Route = Callable[[ShopState, Request], Response]

_GET: dict[str, _Route] = {
    "/": _home, "/search": _search, "/product/*": _product, "/cart": _cart,
    "/checkout": _checkout, "/orders": _orders, "/orders/*": _order, "/settings": _settings,
    "/delivery": _delivery, "/delivery/estimate": _delivery, "/help": _help,
    "/api/suggest": _suggest, "/api/estimate": _estimate, "/static/*": _static,
}  # fmt: skip
_POST: dict[str, _Route] = {
    "/cart/add": _add, "/cart/update": _cart_change(_update),
    "/cart/remove": _cart_change(_remove), "/cart/empty": _cart_change(_empty),
    "/checkout": _place, "/orders/*": _logo, "/settings": _save_settings,
}  # fmt: skip
