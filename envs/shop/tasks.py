"""Tasks to do in the shop, each with its judge and a solution that is known to work.

A judge looks at the server's state and at the answer, never at the page.
"""

from collections.abc import Callable
from dataclasses import dataclass

from handeye.actions import Action, Click, Dialog, Done, Press, Scroll, SelectOption, Target, Type
from handeye.envs.shop.state import ShopState


@dataclass(frozen=True)
class ShopTask:
    """`instruction` is what a person would write; `start` is the path where the task begins.

    `prepare` fills the shop before the task. `oracle` are actions, with phrases as targets, that
    solve it: they let the task and its judge be tested without a planner.
    """

    name: str
    instruction: str
    judge: Callable[[ShopState, str], bool]
    oracle: tuple[Action, ...]
    start: str = ""
    prepare: Callable[[ShopState], None] = lambda _state: None

    def succeeded(self, state: ShopState, answer: str = "") -> bool:
        return self.judge(state, answer)


def _click(phrase: str) -> Click:
    return Click(target=Target(phrase=phrase))


def _fill(phrase: str, text: str) -> Type:
    return Type(text=text, target=Target(phrase=phrase), clear=True)


def _choose(phrase: str, option: str) -> SelectOption:
    return SelectOption(target=Target(phrase=phrase), options=(option,))


def _search(words: str) -> tuple[Action, ...]:
    return (_fill("the search field", words), Press(keys=("Enter",)))


def _cart_is(*lines: tuple[str, str, int]) -> Callable[[ShopState, str], bool]:
    wanted = {(sku, colour): quantity for sku, colour, quantity in lines}
    return lambda state, _answer: {(x.sku, x.colour): x.quantity for x in state.cart} == wanted


def _fill_cart(state: ShopState) -> None:
    state.add("gel-pens", "Blue", 2)
    state.add("stapler", "Red", 1)
    state.add("copy-paper", "Standard", 5)


def _lamps_ordered(state: ShopState, answer: str) -> bool:
    if len(state.orders) != 1 or state.cart:
        return False
    order = state.orders[0]
    bought = [(line.sku, line.colour, line.quantity) for line in order.lines]
    to = (order.name, order.address, order.city, order.postcode, order.country, order.delivery)
    return (
        bought == [("halo-desk-lamp", "Brass", 2)]
        and to == ("Ada Park", "12 Mill Lane", "Leeds", "LS1 4DY", "United Kingdom", "Express")
        and order.number in answer
    )


def _gift_sent(state: ShopState, _answer: str) -> bool:
    if len(state.orders) != 1:
        return False
    order = state.orders[0]
    return (
        order.gift
        and (order.name, order.country) == ("Jo Vale", "Ireland")
        and order.delivery == "Pick up in store"
        and order.note == "Ring twice"
    )


DEMO = ShopTask(
    name="order-lamps",
    instruction=(
        "Search for 'desk lamp', open the first result, select 'Brass' from Colour, "
        "set Quantity to 2, click 'Add to cart', click 'View cart', click 'Go to checkout', "
        "type 'Ada Park' into Full name, type '12 Mill Lane' into Street address, "
        "type 'Leeds' into City, type 'LS1 4DY' into Postcode, "
        "select 'United Kingdom' from Country, choose Express, check 'I accept the terms', "
        "click 'Place order', and tell me the order number"
    ),
    judge=_lamps_ordered,
    oracle=(
        *_search("desk lamp"),
        _click("the first result"),
        _choose("Colour", "Brass"),
        _fill("Quantity", "2"),
        _click("Add to cart"),
        _click("View cart"),
        _click("Go to checkout"),
        _fill("Full name", "Ada Park"),
        _fill("Street address", "12 Mill Lane"),
        _fill("City", "Leeds"),
        _fill("Postcode", "LS1 4DY"),
        _choose("Country", "United Kingdom"),
        _click("Express"),
        Scroll(dy=600),
        _click("I accept the terms"),
        _click("Place order"),
        Done(answer="PC-1001"),
    ),
)

TASKS = (
    DEMO,
    ShopTask(
        name="three-notebooks",
        instruction="Search for 'notebook', open 'Dotted Notebook A5', select 'Blue' from Colour, "
        "set Quantity to 3, click 'Add to cart'",
        judge=_cart_is(("dotted-notebook", "Blue", 3)),
        oracle=(
            *_search("notebook"),
            _click("Dotted Notebook A5"),
            _choose("Colour", "Blue"),
            _fill("Quantity", "3"),
            _click("Add to cart"),
            Done(),
        ),
    ),
    ShopTask(
        name="send-gift",
        instruction="Click 'Go to checkout', type 'Jo Vale' into Full name, "
        "type '4 Quay Street' into Street address, type 'Cork' into City, "
        "type 'T12 XY00' into Postcode, select 'Ireland' from Country, "
        "choose 'Pick up in store', type 'Ring twice' into 'Note for the courier', "
        "check 'Wrap as a gift', check 'I accept the terms', click 'Place order'",
        start="cart",
        prepare=_fill_cart,
        judge=_gift_sent,
        oracle=(
            _click("Go to checkout"),
            _fill("Full name", "Jo Vale"),
            _fill("Street address", "4 Quay Street"),
            _fill("City", "Cork"),
            _fill("Postcode", "T12 XY00"),
            _choose("Country", "Ireland"),
            _click("Pick up in store"),
            _fill("Note for the courier", "Ring twice"),
            Scroll(dy=600),
            _click("Wrap as a gift"),
            _click("I accept the terms"),
            _click("Place order"),
            Done(),
        ),
    ),
    ShopTask(
        name="empty-cart",
        instruction="Accept the dialog, click 'Empty cart'",
        start="cart",
        prepare=_fill_cart,
        judge=_cart_is(),
        oracle=(Dialog(accept=True), _click("Empty cart"), Done()),
    ),
    ShopTask(
        name="cheapest",
        instruction="Click 'See all products', click Table, click Price, open the first result, "
        "click 'Add to cart'",
        judge=_cart_is(("paper-clips", "Standard", 1)),
        oracle=(
            _click("See all products"),
            _click("Table"),
            _click("Price"),
            _click("Paper Clips, Box of 100"),
            _click("Add to cart"),
            Done(),
        ),
    ),
    ShopTask(
        name="read-power",
        instruction="Search for 'halo', open the first result, click the Specs tab, "
        "tell me the Power",
        judge=lambda _state, answer: "9 W" in answer,
        oracle=(
            *_search("halo"),
            _click("the first result"),
            _click("the Specs tab"),
            Done(answer="9 W"),
        ),
    ),
    ShopTask(
        name="remove-stapler",
        instruction="Click Remove in the row of 'Full-Strip Stapler', click 'Yes, remove it'",
        start="cart",
        prepare=_fill_cart,
        judge=_cart_is(("gel-pens", "Blue", 2), ("copy-paper", "Standard", 5)),
        oracle=(
            _click("the Remove button in the row of 'Full-Strip Stapler'"),
            _click("Yes, remove it"),
            Done(),
        ),
    ),
    ShopTask(
        name="newsletter",
        instruction="Click Settings, type 'ada@example.com' into E-mail, "
        "select 'Français' from Language, check 'Send me the newsletter', click 'Save settings'",
        judge=lambda state, _answer: (
            state.settings.email == "ada@example.com"
            and state.settings.language == "Français"
            and state.settings.newsletter
        ),
        oracle=(
            _click("Settings"),
            _fill("E-mail", "ada@example.com"),
            _choose("Language", "Français"),
            _click("Send me the newsletter"),
            _click("Save settings"),
            Done(),
        ),
    ),
)  # fmt: skip
