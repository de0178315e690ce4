"""The pages for buying: cart, checkout, orders, invoice, settings."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from handeye.envs.shop.layout import complaint, esc, money, page, select, text_field
from handeye.envs.shop.pictures import picture
from handeye.envs.shop.state import COUNTRIES, DELIVERY, MAX_QUANTITY, Line, Order, Settings

LANGUAGES = ("English", "Deutsch", "Español", "Français", "Polski", "Türkçe")


def cart_page(lines: Sequence[Line], toast: str = "", problem: str = "") -> str:
    count = sum(line.quantity for line in lines)
    told = f'<p class="problem" role="alert">{esc(problem)}</p>' if problem else ""
    if not lines:
        body = (
            f'<div class="empty"><h1>Your cart is empty</h1>{told}<p>Add something nice to it.</p>'
            '<a class="button" href="/search?q=">See all products</a></div>'
        )
        return page("Cart", body, cart=0, toast=toast)
    rows = "".join(_cart_row(index, line) for index, line in enumerate(lines))
    body = f"""<h1>Cart</h1>{told}
<table class="list cart"><thead><tr><th scope="col">Product</th><th scope="col">Colour</th>
<th scope="col">Quantity</th><th scope="col" class="number">Price</th>
<th scope="col" class="number">Total</th><th scope="col"><span class="hidden">Remove</span></th>
</tr></thead><tbody>{rows}</tbody>
<tfoot><tr><th scope="row" colspan="4">Subtotal</th>
<td class="number"><strong>{money(sum(line.total for line in lines))}</strong></td><td></td></tr>
</tfoot></table>
<div class="bar"><form method="post" action="/cart/empty"
 data-confirm="Remove everything from the cart?"><button class="quiet">Empty cart</button></form>
<a class="button" href="/checkout">Go to checkout</a></div>"""
    return page("Cart", body, cart=count, toast=toast)


def _cart_row(index: int, line: Line) -> str:
    name, key = esc(line.product.name), esc(line.key)
    return f"""<tr><td class="with-picture">{picture(line.product.picture, line.product.tint)}
<a href="/product/{line.sku}">{name}</a></td><td>{esc(line.colour)}</td>
<td><form method="post" action="/cart/update" class="inline">
<input type="hidden" name="line" value="{key}">
<input name="quantity" type="number" min="1" max="{MAX_QUANTITY}" value="{line.quantity}"
 aria-label="Quantity of {name}" required><button class="quiet">Update</button></form></td>
<td class="number">{money(line.product.price)}</td><td class="number">{money(line.total)}</td>
<td><button type="button" class="quiet" data-opens="remove-{index}">Remove</button>
<dialog id="remove-{index}" aria-labelledby="remove-{index}-title">
<h2 id="remove-{index}-title">Remove {name}?</h2><p>It goes from your cart, not from our shelf.</p>
<form method="post" action="/cart/remove" class="bar"><input type="hidden" name="line"
 value="{key}"><button type="button" class="quiet" data-closes>Keep it</button>
<button>Yes, remove it</button></form></dialog></td></tr>"""


def checkout_page(
    lines: Sequence[Line], form: Mapping[str, str], problems: Mapping[str, str]
) -> str:
    def field(name: str, label: str, complete: str) -> str:
        return text_field(
            name, label, form.get(name, ""), problems.get(name, ""), autocomplete=complete
        )

    subtotal = sum(line.total for line in lines)
    bought = "".join(
        f"<li><span>{line.quantity} × {esc(line.product.name)}, {esc(line.colour)}</span>"
        f"<span>{money(line.total)}</span></li>"
        for line in lines
    )
    summary = (
        '<p class="problem banner" role="alert">Some fields need your attention.</p>'
        if problems
        else ""
    )
    country = select(
        "country", "Country", COUNTRIES, form.get("country", ""), empty="Choose a country"
    )
    body = f"""<h1>Checkout</h1>{summary}
<div class="columns"><form method="post" action="/checkout" class="panel" novalidate>
<h2>Address</h2>
{field("name", "Full name", "name")}
{field("address", "Street address", "street-address")}
<div class="pair">{field("city", "City", "address-level2")}
{field("postcode", "Postcode", "postal-code")}</div>
<div class="field">{country}{complaint("country", problems.get("country", ""))}</div>
{_delivery(form.get("delivery", "Standard"), problems)}
<div class="field"><label for="note">Note for the courier</label>
<textarea id="note" name="note" rows="3" maxlength="1000">{esc(form.get("note", ""))}</textarea>
</div>
{_check("gift", "Wrap as a gift", form, problems)}
{_check("terms", "I accept the terms", form, problems)}
<button type="submit">Place order</button></form>
<aside class="panel" aria-labelledby="summary"><h2 id="summary">Your order</h2>
<ul class="sums">{bought}<li><span>Subtotal</span><strong>{money(subtotal)}</strong></li></ul>
<p class="muted">Delivery is added to this.</p></aside></div>"""
    return page("Checkout", body, cart=sum(line.quantity for line in lines))


def _delivery(chosen: str, problems: Mapping[str, str]) -> str:
    options = "".join(
        f'<label class="choice"><input type="radio" name="delivery" value="{name}"'
        f"{' checked' if name == chosen else ''}> {name}"
        f' <span class="muted">{money(cost) if cost else "Free"}</span></label>'
        for name, cost in DELIVERY.items()
    )
    wrong = complaint("delivery", problems.get("delivery", ""))
    return f"<fieldset><legend>Delivery</legend>{options}{wrong}</fieldset>"


def _check(name: str, label: str, form: Mapping[str, str], problems: Mapping[str, str]) -> str:
    checked = " checked" if name in form else ""
    return (
        f'<label class="choice"><input type="checkbox" name="{name}"{checked}> {esc(label)}</label>'
        f"{complaint(name, problems.get(name, ''))}"
    )


def order_page(
    order: Order, cart: int, toast: str = "", problem: str = "", new: bool = False
) -> str:
    told = f'<p class="problem" role="alert">{esc(problem)}</p>' if problem else ""
    title = "Thank you for your order" if new else f"Order {order.number}"
    bought = "".join(
        f"<tr><td>{esc(line.product.name)}</td><td>{esc(line.colour)}</td>"
        f'<td class="number">{line.quantity}</td><td class="number">{money(line.total)}</td></tr>'
        for line in order.lines
    )
    facts = {
        "Order number": order.number,
        "Deliver to": f"{order.name}, {order.address}, {order.city} {order.postcode}, "
        f"{order.country}",
        "Delivery": order.delivery,
        "Gift wrapping": "Yes" if order.gift else "No",
        "Note": order.note or "None",
        "Total": money(order.total),
        "Invoice logo": order.logo or "None",
    }
    listed = "".join(f"<dt>{name}</dt><dd>{esc(value)}</dd>" for name, value in facts.items())
    link = f"/orders/{quote(order.number)}"
    body = f"""<h1>{esc(title)}</h1>{told}
<div class="columns"><section class="panel" aria-label="Order"><dl class="facts">{listed}</dl>
<table class="list"><thead><tr><th scope="col">Product</th><th scope="col">Colour</th>
<th scope="col" class="number">Quantity</th><th scope="col" class="number">Total</th></tr></thead>
<tbody>{bought}</tbody></table></section>
<aside class="panel" aria-labelledby="invoice"><h2 id="invoice">Invoice</h2>
<p><a class="button" href="{link}/invoice.txt" download>Download invoice</a></p>
<form method="post" action="{link}/logo" enctype="multipart/form-data">
<div class="field"><label for="logo">Your logo for the invoice</label>
<input id="logo" name="logo" type="file" accept="image/*" required></div>
<button class="quiet">Upload logo</button></form></aside></div>"""
    return page(title, body, cart=cart, toast=toast)


def orders_page(orders: Sequence[Order], cart: int) -> str:
    if not orders:
        body = '<div class="empty"><h1>No orders yet</h1><p>What you buy is listed here.</p></div>'
        return page("Orders", body, cart=cart)
    rows = "".join(
        f'<tr><td><a href="/orders/{quote(order.number)}">{esc(order.number)}</a></td>'
        f'<td>{esc(order.name)}</td><td class="number">{sum(x.quantity for x in order.lines)}</td>'
        f'<td class="number">{money(order.total)}</td></tr>'
        for order in reversed(orders)
    )
    body = f"""<h1>Orders</h1><table class="list"><thead><tr><th scope="col">Order</th>
<th scope="col">Name</th><th scope="col" class="number">Pieces</th>
<th scope="col" class="number">Total</th></tr></thead><tbody>{rows}</tbody></table>"""
    return page("Orders", body, cart=cart)


def invoice(order: Order) -> str:
    """The invoice as plain text."""
    lines = [
        f"{line.quantity:>3} x {f'{line.product.name}, {line.colour}':<44}{money(line.total):>12}"
        for line in order.lines
    ]
    cost = DELIVERY[order.delivery]
    lines.append(f"      {'Delivery: ' + order.delivery:<44}{money(cost):>12}")
    lines.append(f"      {'Total':<44}{money(order.total):>12}")
    head = f"Paperclip Office Supplies\nInvoice for order {order.number}\n\n{order.name}\n"
    head += f"{order.address}\n{order.postcode} {order.city}\n{order.country}\n\n"
    return head + "\n".join(lines) + "\n"


def settings_page(settings: Settings, cart: int, toast: str = "", problem: str = "") -> str:
    checked = " checked" if settings.newsletter else ""
    language = select("language", "Language", LANGUAGES, settings.language)
    body = f"""<h1>Settings</h1><form method="post" action="/settings" class="panel narrow-form">
{text_field("name", "Display name", settings.name, maxlength="80")}
{text_field("email", "E-mail", settings.email, problem, type="email", maxlength="200")}
<div class="field">{language}</div>
<label class="choice"><input type="checkbox" name="newsletter"{checked}> Send me the newsletter
</label><button type="submit">Save settings</button></form>"""
    return page("Settings", body, cart=cart, toast=toast)
