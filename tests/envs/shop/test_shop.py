"""The shop itself: its rules, its pages over real HTTP, and its behaviour on bad input."""

import http.client
import re
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from handeye.actions.errors import EnvError
from handeye.envs.shop import Shop, serve
from handeye.envs.shop.catalog import PRODUCTS, search
from handeye.envs.shop.state import Refused, ShopState

ADDRESS = {
    "name": "Ada Park",
    "address": "12 Mill Lane",
    "city": "Leeds",
    "postcode": "LS1 4DY",
    "country": "United Kingdom",
    "delivery": "Express",
    "terms": "on",
}


@pytest.fixture
def shop() -> Iterator[Shop]:
    with serve() as running:
        yield running


def ask(
    shop: Shop, path: str, form: dict[str, str] | None = None, *, method: str = ""
) -> tuple[int, str, dict[str, str]]:
    """One request without following redirects: status, text, headers."""
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=10)
    try:
        body = None if form is None else urlencode(form)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        connection.request(method or ("GET" if form is None else "POST"), path, body, headers)
        reply = connection.getresponse()
        return reply.status, reply.read().decode(), dict(reply.getheaders())
    finally:
        connection.close()


def test_every_link_of_the_shop_leads_somewhere(shop: Shop) -> None:
    shop.state.add("gel-pens")
    shop.state.place_order(ADDRESS)
    shop.state.add("gel-pens")
    seen, to_do = set(), ["/"]
    while to_do:
        path = to_do.pop()
        if path in seen:
            continue
        seen.add(path)
        status, text, headers = ask(shop, path)
        assert status == 200, path
        if headers["Content-Type"].startswith("text/html"):
            links = re.findall(r'(?:href|src)="([^"]+)"', text)
            assert not [link for link in links if "://" in link], "a request to another host"
            to_do += [link.replace("&amp;", "&") for link in links]
    assert {"/cart", "/checkout", "/orders/PC-1001/invoice.txt", "/delivery/estimate"} <= seen
    assert {f"/product/{product.sku}" for product in PRODUCTS} <= seen


def test_the_first_desk_lamp_is_the_one_that_the_demo_buys() -> None:
    assert [product.sku for product in search("desk lamp")] == [
        "halo-desk-lamp",
        "clamp-desk-lamp",
        "mini-desk-lamp",
    ]


def test_a_search_phrase_is_never_markup(shop: Shop) -> None:
    _, text, _ = ask(shop, "/search?" + urlencode({"q": '"><script>alert(1)</script>'}))
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_the_table_is_sorted_by_price(shop: Shop, direction: str) -> None:
    _, text, _ = ask(shop, f"/search?q=&view=table&sort=price&dir={direction}")
    prices = [float(price.replace(",", "")) for price in re.findall(r"\$([\d,.]+)</td>", text)]
    assert prices == sorted(prices, reverse=direction == "desc")
    assert len(prices) == len(PRODUCTS)


def test_an_order_goes_through_cart_and_checkout(shop: Shop) -> None:
    add = {"sku": "halo-desk-lamp", "colour": "Brass", "quantity": "2"}
    status, _, headers = ask(shop, "/cart/add", add)
    assert (status, headers["Location"]) == (
        303,
        "/product/halo-desk-lamp?added=halo-desk-lamp/Brass",
    )
    assert "2 × Halo LED Desk Lamp in your cart" in ask(shop, headers["Location"])[1]
    status, _, headers = ask(shop, "/checkout", ADDRESS | {"gift": "on", "note": " <b>Ring</b> "})
    assert (status, headers["Location"]) == (303, "/orders/PC-1001?new=1")
    (order,) = shop.state.orders
    assert (order.total, order.gift, order.note) == (2 * 4900 + 1290, True, "<b>Ring</b>")
    assert shop.state.cart == ()
    page = ask(shop, "/orders/PC-1001")[1]
    assert "PC-1001" in page
    assert "&lt;b&gt;Ring" in page
    _, invoice, headers = ask(shop, "/orders/PC-1001/invoice.txt")
    assert headers["Content-Disposition"] == 'attachment; filename="invoice-PC-1001.txt"'
    assert invoice.endswith("$110.90\n")


@pytest.mark.parametrize("missing", sorted(ADDRESS))
def test_checkout_names_the_field_that_is_missing_and_keeps_the_others(
    shop: Shop, missing: str
) -> None:
    shop.state.add("stapler")
    form = {key: value for key, value in ADDRESS.items() if key != missing}
    status, text, _ = ask(shop, "/checkout", form)
    assert status == 400
    assert f'id="{missing}-problem"' in text
    assert missing == "city" or 'value="Leeds"' in text
    assert shop.state.orders == ()
    assert len(shop.state.cart) == 1


@pytest.mark.parametrize("quantity", ["0", "100", "-1", "1.5", "two", "", "9" * 5000, "²"])
def test_a_quantity_that_makes_no_sense_changes_nothing(shop: Shop, quantity: str) -> None:
    form = {"sku": "stapler", "colour": "Red", "quantity": quantity}
    status, text, _ = ask(shop, "/cart/add", form)
    assert status == 400
    assert "The quantity must be" in text
    assert shop.state.cart == ()


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/nope", None, 404),
        ("/product/nope", None, 404),
        ("/orders/PC-1", None, 404),
        ("/orders/PC-1/logo", {"a": "b"}, 404),
        ("/static/../server.py", None, 404),
        ("/static/", None, 404),
        ("/product/", None, 404),
        ("/search?sort=luck", None, 400),
        ("/cart/add", None, 405),
        ("/cart/add", {"sku": "nope"}, 400),
        ("/cart/add", {"sku": "stapler", "colour": "Mauve"}, 400),
        ("/cart/remove", {"line": "nope"}, 400),
        ("/cart/update", {"line": "stapler/Red", "quantity": "2"}, 400),
        ("/checkout", ADDRESS, 400),
        ("/settings", {"email": "ada"}, 400),
        ("/settings", {"language": "Klingon"}, 400),
        ("/home", {"a": "b"}, 404),
        ("/", {"a": "b"}, 405),
    ],
)
def test_what_makes_no_sense_gets_a_page_that_says_so(
    shop: Shop, path: str, form: dict[str, str] | None, status: int
) -> None:
    answer = ask(shop, path, form)
    assert answer[0] == status
    assert "<h1>" in answer[1]


def test_head_has_the_length_and_no_body(shop: Shop) -> None:
    status, text, headers = ask(shop, "/", method="HEAD")
    assert (status, text) == (200, "")
    assert int(headers["Content-Length"]) > 1000


@pytest.mark.parametrize(
    ("filename", "status", "logo"),
    [("logo.png", 303, "logo.png"), ("..\\..\\evil.png", 303, "evil.png"), ("a.exe", 400, "")],
)
def test_a_logo_is_uploaded(shop: Shop, filename: str, status: int, logo: str) -> None:
    shop.state.add("stapler")
    shop.state.place_order(ADDRESS)
    body = (
        f'--x\r\nContent-Disposition: form-data; name="logo"; filename="{filename}"\r\n'
        "Content-Type: image/png\r\n\r\n\x89PNG\r\n--x--\r\n"
    ).encode("latin-1")
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=10)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    connection.request("POST", "/orders/PC-1001/logo", body, headers)
    reply = connection.getresponse()
    assert reply.status == status
    connection.close()
    assert shop.state.orders[0].logo == logo


def test_a_browser_that_goes_away_leaves_no_traceback(
    shop: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    for request in (b"GET /search?q= HTTP/1.1\r\n\r\n", b"POST /cart/add HTTP/1.1\r\nContent-Le"):
        with socket.create_connection(("127.0.0.1", shop.port)) as client:
            client.sendall(request)
    assert ask(shop, "/")[0] == 200
    assert "Traceback" not in capfd.readouterr().err


def test_a_taken_port_is_one_clear_error(shop: Shop) -> None:
    with (
        pytest.raises(EnvError, match=f"Port {shop.port} of 127.0.0.1 cannot be used"),
        serve(shop.port),
    ):
        pass


def test_two_shops_share_nothing_and_end_with_their_block() -> None:
    with serve() as first, serve() as second:
        first.state.add("stapler")
        assert second.state.cart == ()
        ports = (first.port, second.port)
    for port in ports:
        with pytest.raises(ConnectionError):
            socket.create_connection(("127.0.0.1", port), timeout=2)


def test_the_cart_counts_right_from_many_threads() -> None:
    state = ShopState()
    threads = [
        threading.Thread(target=lambda: [state.add("stapler", "Red") for _ in range(9)])
        for _ in range(11)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state.cart[0].quantity == 99
    with pytest.raises(Refused):
        state.add("stapler", "Red")
