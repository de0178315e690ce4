"""The shop's memory: cart, orders and settings of one server, safe to use from many threads."""

import threading
from collections.abc import Mapping

from handeye.actions import Value
from handeye.envs.shop.catalog import BY_SKU, Product

COUNTRIES = ("Austria", "France", "Germany", "Ireland", "Netherlands", "Spain", "Sweden",
             "United Kingdom", "United States")  # fmt: skip
DELIVERY = {"Standard": 490, "Express": 1290, "Pick up in store": 0}
MAX_QUANTITY = 99


class Line(Value):
    """So many pieces of one product in one colour."""

    sku: str
    colour: str
    quantity: int

    @property
    def key(self) -> str:
        return f"{self.sku}/{self.colour}"

    @property
    def product(self) -> Product:
        return BY_SKU[self.sku]

    @property
    def total(self) -> int:
        return self.product.price * self.quantity


class Order(Value):
    """A placed order; `total` in cents, delivery included."""

    number: str
    lines: tuple[Line, ...]
    name: str
    address: str
    city: str
    postcode: str
    country: str
    delivery: str
    gift: bool
    note: str
    total: int
    logo: str = ""


class Settings(Value):
    name: str = "Guest"
    email: str = ""
    language: str = "English"
    newsletter: bool = False


class Refused(Exception):
    """What the visitor asked for makes no sense; the text is shown to them."""


class ShopState:
    """Everything that the server remembers. Each method is one atomic change or look."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cart: dict[str, Line] = {}
        self._orders: list[Order] = []
        self._settings = Settings()

    @property
    def cart(self) -> tuple[Line, ...]:
        with self._lock:
            return tuple(self._cart.values())

    @property
    def orders(self) -> tuple[Order, ...]:
        """Oldest first."""
        with self._lock:
            return tuple(self._orders)

    @property
    def settings(self) -> Settings:
        with self._lock:
            return self._settings

    def add(self, sku: str, colour: str = "", quantity: int = 1) -> Line:
        """Put pieces into the cart. Raises Refused for an unknown product, colour or number."""
        product = BY_SKU.get(sku)
        if product is None:
            raise Refused("There is no such product.")
        colour = colour or product.colours[0]
        if colour not in product.colours:
            raise Refused(f"{product.name} does not come in {colour}.")
        with self._lock:
            before = self._cart.get(f"{sku}/{colour}")
            line = Line(
                sku=sku,
                colour=colour,
                quantity=_checked(quantity + (before.quantity if before else 0)),
            )
            _checked(quantity)
            self._cart[line.key] = line
            return line

    def set_quantity(self, key: str, quantity: int) -> None:
        """Raises Refused when the line is not in the cart or the number makes no sense."""
        with self._lock:
            if key not in self._cart:
                raise Refused("This is not in the cart.")
            self._cart[key] = self._cart[key].model_copy(update={"quantity": _checked(quantity)})

    def remove(self, key: str) -> None:
        """Raises Refused when the line is not in the cart."""
        with self._lock:
            if self._cart.pop(key, None) is None:
                raise Refused("This is not in the cart.")

    def empty(self) -> None:
        with self._lock:
            self._cart.clear()

    def place_order(self, form: Mapping[str, str]) -> Order:
        """Turn the cart into an order. `form` has no problems; raises Refused for an empty cart."""
        with self._lock:
            if not self._cart:
                raise Refused("The cart is empty.")
            lines = tuple(self._cart.values())
            delivery = form["delivery"]
            texts = ("name", "address", "city", "postcode", "country")
            order = Order(
                number=f"PC-{1001 + len(self._orders)}",
                lines=lines,
                delivery=delivery,
                gift="gift" in form,
                note=form.get("note", "").strip(),
                total=sum(line.total for line in lines) + DELIVERY[delivery],
                **{key: form[key].strip() for key in texts},
            )
            self._orders.append(order)
            self._cart.clear()
            return order

    def find_order(self, number: str) -> Order | None:
        return next((order for order in self.orders if order.number == number), None)

    def set_logo(self, number: str, filename: str) -> None:
        """Remember the picture for the invoice. Raises Refused for an unknown order."""
        with self._lock:
            for index, order in enumerate(self._orders):
                if order.number == number:
                    self._orders[index] = order.model_copy(update={"logo": filename})
                    return
        raise Refused("There is no such order.")

    def save_settings(self, settings: Settings) -> None:
        with self._lock:
            self._settings = settings


def order_problems(form: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a checkout form: field → a sentence for the visitor."""
    problems = {}
    needed = {
        "name": "your full name",
        "address": "a street and number",
        "city": "a city",
        "postcode": "a postcode",
    }
    for field, what in needed.items():
        if not form.get(field, "").strip():
            problems[field] = f"Enter {what}."
        elif len(form[field]) > 200:
            problems[field] = "Use at most 200 characters."
    if form.get("country") not in COUNTRIES:
        problems["country"] = "Choose a country."
    if form.get("delivery") not in DELIVERY:
        problems["delivery"] = "Choose a delivery."
    if "terms" not in form:
        problems["terms"] = "Accept the terms to go on."
    return problems


def _checked(quantity: int) -> int:
    if not 1 <= quantity <= MAX_QUANTITY:
        raise Refused(f"The quantity must be between 1 and {MAX_QUANTITY}.")
    return quantity
