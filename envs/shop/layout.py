"""The frame around every page, and the small pieces that pages are built of.

Every text from outside goes through `esc`. Prevents: a search phrase that becomes markup.
"""

from collections.abc import Iterable
from html import escape

NAME = "Paperclip"


def esc(text: object) -> str:
    return escape(str(text), quote=True)


def money(cents: int) -> str:
    return f"${cents / 100:,.2f}"


def stars(rating: float) -> str:
    full = round(rating)
    drawn = "★" * full + "☆" * (5 - full)
    return (
        f'<span class="stars" role="img" aria-label="{rating:g} out of 5 stars">{drawn}</span>'
        f' <span class="muted">{rating:g}</span>'
    )


def select(name: str, label: str, options: Iterable[str], chosen: str, empty: str = "") -> str:
    """A labelled drop-down list; `empty` is the text shown while nothing is chosen."""
    items = [f'<option value="">{esc(empty)}</option>'] if empty else []
    items += [
        f"<option{' selected' if option == chosen else ''}>{esc(option)}</option>"
        for option in options
    ]
    return (
        f'<label for="{name}">{esc(label)}</label>'
        f'<select id="{name}" name="{name}">{"".join(items)}</select>'
    )


def text_field(name: str, label: str, value: str, problem: str = "", **more: str) -> str:
    """A labelled text field with the server's complaint under it."""
    attributes = "".join(f' {key}="{esc(text)}"' for key, text in more.items())
    wrong = f' aria-invalid="true" aria-describedby="{name}-problem"' if problem else ""
    return (
        f'<div class="field"><label for="{name}">{esc(label)}</label>'
        f'<input id="{name}" name="{name}" value="{esc(value)}"{attributes}{wrong}>'
        f"{complaint(name, problem)}</div>"
    )


def complaint(name: str, problem: str) -> str:
    return f'<p class="problem" id="{name}-problem">{esc(problem)}</p>' if problem else ""


def page(title: str, body: str, *, cart: int, query: str = "", toast: str = "") -> str:
    """A whole HTML document; `body` and `toast` are markup, `cart` is the number of pieces."""
    count = f' <span class="badge">{cart}</span>' if cart else ""
    told = f'<div class="toast" role="status">{toast}</div>' if toast else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{esc(title)} · {NAME}</title>
<link rel="icon" href="/static/icon.svg">
<link rel="stylesheet" href="/static/shop.css">
<script src="/static/shop.js" defer></script>
</head>
<body>
<header class="top">
  <a class="brand" href="/"><img src="/static/icon.svg" alt="" width="26" height="26">{NAME}</a>
  <form class="search" action="/search" role="search">
    <input id="q" name="q" type="search" value="{esc(query)}" placeholder="Search products"
      aria-label="Search products" autocomplete="off" aria-controls="suggestions" maxlength="200">
    <button type="submit">Search</button>
    <ul id="suggestions" aria-label="Suggestions" hidden></ul>
  </form>
  <nav aria-label="Main">
    <a href="/delivery">Delivery</a>
    <a href="/orders">Orders</a>
    <a href="/settings">Settings</a>
    <a class="cart-link" href="/cart">Cart{count}</a>
  </nav>
</header>
<main>
{body}
</main>
<footer>
  <span>{NAME} Office Supplies. A shop to practise on: nothing is charged or delivered.</span>
  <a href="/help" target="_blank" rel="noopener">Help</a>
</footer>
{told}
</body>
</html>
"""
