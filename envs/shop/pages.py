"""The pages for looking around: home, search results, product, delivery, help, errors."""

from collections.abc import Sequence
from urllib.parse import urlencode

from handeye.envs.shop.catalog import BY_SKU, CATEGORIES, PRODUCTS, Product
from handeye.envs.shop.layout import esc, money, page, select, stars
from handeye.envs.shop.pictures import picture
from handeye.envs.shop.state import MAX_QUANTITY

_FEATURED = ("halo-desk-lamp", "dotted-notebook", "task-chair", "gel-pens")
SORTS = {
    "price": lambda product: product.price,
    "name": lambda product: product.name.lower(),
    "rating": lambda product: product.stars,
}


def home(cart: int) -> str:
    links = "".join(
        f'<a class="chip" href="/search?{urlencode({"q": name})}">{esc(name)}</a>'
        for name in CATEGORIES
    )
    body = f"""<section class="hero">
<div><h1>Everything for a desk that works</h1>
<p>Lamps, paper, pens and furniture. {len(PRODUCTS)} good things, no bad ones.</p>
<a class="button" href="/search?q=">See all products</a></div>
{picture("lamp", "#e0a526")}
</section>
<nav class="chips" aria-label="Categories">{links}</nav>
<section aria-labelledby="featured"><h2 id="featured">Popular this week</h2>
{_cards([BY_SKU[sku] for sku in _FEATURED])}</section>"""
    return page("Home", body, cart=cart)


def results(
    found: Sequence[Product], query: str, view: str, sort: str, descending: bool, cart: int
) -> str:
    """Search results as cards or as a table; `sort` is a key of SORTS or "" for best match."""
    if sort:
        found = sorted(found, key=SORTS[sort], reverse=descending)
    title = f"Results for “{query}”" if query else "All products"
    number = f"{len(found)} product{'' if len(found) == 1 else 's'}"
    if not found:
        listing = '<p class="empty">Nothing fits. Try fewer or other words.</p>'
    elif view == "table":
        listing = _table(found, query, sort, descending)
    else:
        listing = _cards(found)
    current = ' aria-current="page"'
    views = "".join(
        f'<a href="/search?{esc(urlencode({"q": query, "view": name, "sort": sort}))}"'
        f"{current if view == name else ''}>{name.title()}</a>"
        for name in ("cards", "table")
    )
    body = f"""<div class="heading"><div><h1>{esc(title)}</h1><p class="muted">{number}</p></div>
<nav class="switch" aria-label="View">{views}</nav></div>
{listing}"""
    return page(title, body, cart=cart, query=query)


def _cards(products: Sequence[Product]) -> str:
    items = "".join(
        f'<li class="card"><a href="/product/{product.sku}">'
        f"{picture(product.picture, product.tint)}<h3>{esc(product.name)}</h3></a>"
        f'<p class="muted">{esc(product.category)}</p><p>{stars(product.stars)}</p>'
        f'<p class="price">{money(product.price)}</p></li>'
        for product in products
    )
    return f'<ul class="cards">{items}</ul>'


def _table(products: Sequence[Product], query: str, sort: str, descending: bool) -> str:
    heads = "".join(_head(name, query, sort, descending) for name in ("name", "rating", "price"))
    rows = "".join(
        f'<tr><td><a href="/product/{product.sku}">{esc(product.name)}</a></td>'
        f"<td>{stars(product.stars)}</td>"
        f'<td class="number">{money(product.price)}</td><td>{esc(product.category)}</td></tr>'
        for product in products
    )
    return (
        f'<table class="list"><thead><tr>{heads}<th scope="col">Category</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _head(name: str, query: str, sort: str, descending: bool) -> str:
    here = name == sort
    turned = {"dir": "desc"} if here and not descending else {}
    link = esc(urlencode({"q": query, "view": "table", "sort": name, **turned}))
    state = f' aria-sort="{"descending" if descending else "ascending"}"' if here else ""
    arrow = (" ▼" if descending else " ▲") if here else ""
    number = ' class="number"' if name == "price" else ""
    return (
        f'<th scope="col"{number}{state}><a href="/search?{link}">{name.title()}'
        f'<span aria-hidden="true">{arrow}</span></a></th>'
    )


def product_page(product: Product, cart: int, toast: str = "", problem: str = "") -> str:
    told = f'<p class="problem" role="alert">{esc(problem)}</p>' if problem else ""
    body = f"""<nav class="crumbs" aria-label="Breadcrumb"><a href="/">Home</a> ›
<a href="/search?{urlencode({"q": product.category})}">{esc(product.category)}</a></nav>
<div class="product">
<div class="stage">{picture(product.picture, product.tint)}</div>
<div>
<h1>{esc(product.name)}</h1>
<p>{stars(product.stars)}</p>
<p class="price large">{money(product.price)}</p>
{told}
<form method="post" action="/cart/add" class="buy">
<input type="hidden" name="sku" value="{product.sku}">
<div class="field">{select("colour", "Colour", product.colours, product.colours[0])}</div>
<div class="field narrow"><label for="quantity">Quantity</label>
<input id="quantity" name="quantity" type="number" value="1" min="1" max="{MAX_QUANTITY}"
 required></div>
<button type="submit">Add to cart</button>
</form>
<p class="muted">In stock. Leaves our store tomorrow.</p>
</div></div>
{_tabs(product)}"""
    return page(product.name, body, cart=cart, toast=toast)


def _tabs(product: Product) -> str:
    specs = "".join(
        f'<tr><th scope="row">{esc(name)}</th><td>{esc(value)}</td></tr>'
        for name, value in product.specs
    )
    reviews = "".join(
        f"<li><p>{stars(review.stars)} <strong>{esc(review.author)}</strong></p>"
        f"<p>{esc(review.text)}</p></li>"
        for review in product.reviews
    )
    panels = {
        "Description": f"<p>{esc(product.description)}</p>",
        "Specs": f'<table class="specs">{specs}</table>',
        "Reviews": f'<ul class="reviews">{reviews}</ul>' if reviews else "<p>No reviews yet.</p>",
    }
    tabs = "".join(
        f'<button type="button" role="tab" id="tab-{name.lower()}" '
        f'aria-controls="panel-{name.lower()}" '
        f'aria-selected="{"true" if name == "Description" else "false"}">{name}</button>'
        for name in panels
    )
    bodies = "".join(
        f'<div role="tabpanel" id="panel-{name.lower()}" aria-labelledby="tab-{name.lower()}"'
        f"{'' if name == 'Description' else ' hidden'}>{content}</div>"
        for name, content in panels.items()
    )
    return (
        f'<section class="tabs"><div role="tablist" aria-label="About this product">{tabs}</div>'
        f"{bodies}</section>"
    )


def delivery(cart: int) -> str:
    body = """<h1>Delivery</h1>
<p>Standard delivery costs $4.90, express $12.90. Picking up in our store is free.</p>
<h2>When will it arrive?</h2>
<iframe src="/delivery/estimate" title="Delivery estimate" class="estimate"></iframe>"""
    return page("Delivery", body, cart=cart)


def estimate_frame() -> str:
    """What stands in the frame on the delivery page; the script asks the server for the answer."""
    return """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Delivery estimate</title>
<link rel="stylesheet" href="/static/shop.css"><script src="/static/shop.js" defer></script></head>
<body class="frame"><form id="estimate">
<div class="field"><label for="postcode">Your postcode</label>
<input id="postcode" name="postcode" autocomplete="off" required maxlength="12"></div>
<button type="submit">Estimate</button></form>
<p id="answer" role="status" aria-live="polite">Enter a postcode.</p>
</body></html>
"""


_QUESTIONS = {
    "How do I return something?": "Bring it back within 30 days, in whatever mood it is.",
    "Where is my invoice?": "Open the order and click Download invoice.",
    "Can I change an order?": "Not after it is placed. You can write to help@paperclip.example.",
    "Do you ship abroad?": "Yes, to nine countries. The list stands in the checkout.",
}


def help_page(cart: int) -> str:
    entries = "".join(
        f"<details><summary>{esc(question)}</summary><p>{esc(answer)}</p></details>"
        for question, answer in _QUESTIONS.items()
    )
    return page("Help", f'<h1>Help</h1><div class="help">{entries}</div>', cart=cart)


def problem_page(status: int, what: str, cart: int) -> str:
    title = "Page not found" if status == 404 else "This did not work"
    body = (
        f'<div class="empty"><h1>{title}</h1><p>{esc(what)}</p>'
        f'<a class="button" href="/">Back to the shop</a></div>'
    )
    return page(title, body, cart=cart)
