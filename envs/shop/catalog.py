"""What the shop sells: fixed, so that the same task has the same right answer on every run."""

from handeye.actions import Value


class Review(Value):
    author: str
    stars: int
    text: str


class Product(Value):
    """`price` in cents; `picture` names a drawing in `pictures`; `colours` has at least one."""

    sku: str
    name: str
    category: str
    price: int
    stars: float
    picture: str
    tint: str
    description: str
    colours: tuple[str, ...]
    specs: tuple[tuple[str, str], ...]
    reviews: tuple[Review, ...] = ()


def _product(sku: str, name: str, price: int, stars: float, look: str, **rest: str) -> Product:
    picture, tint = look.split()
    specs = tuple(
        (key.strip(), value.strip())
        for key, _, value in (part.partition(":") for part in rest["specs"].split(";"))
    )
    reviews = tuple(
        Review(author=author, stars=int(given), text=text)
        for author, given, text in (
            line.split("|") for line in rest.get("reviews", "").split("\n") if line
        )
    )
    return Product(
        sku=sku, name=name, price=price, stars=stars, picture=picture, tint=tint, specs=specs,
        category=rest["category"], description=rest["about"],
        colours=tuple(rest.get("colours", "Standard").split(", ")), reviews=reviews,
    )  # fmt: skip


_LIGHT, _PAPER, _WRITING = "Lighting", "Paper", "Writing"
_DESK, _FURNITURE, _TECH = "On the desk", "Furniture", "Tech"

PRODUCTS = (
    _product("halo-desk-lamp", "Halo LED Desk Lamp", 4900, 4.7, "lamp #e0a526",
        category=_LIGHT, colours="Black, White, Brass",
        about="A dimmable ring of light on a slim arm. It turns, tilts and folds flat.",
        specs="Brightness: 800 lm; Colour temperature: 2700 to 5000 K; Power: 9 W; "
              "Cable: 1.8 m; Weight: 1.2 kg; Warranty: 3 years",
        reviews="Noor|5|Bright, and no glare on the screen.\nTomasz|4|The arm is a little stiff at "
                "first.\nElif|5|Looks far more expensive than it was."),
    _product("clamp-desk-lamp", "Clamp Desk Lamp", 3450, 4.3, "lamp #4c7a5d",
        category=_LIGHT, colours="Black, Green",
        about="An architect's lamp for desks up to 6 cm thick, with two springs and a deep shade.",
        specs="Brightness: 600 lm; Power: 7 W; Reach: 85 cm; Weight: 1.6 kg; Warranty: 2 years",
        reviews="Marek|4|The clamp holds on a 5 cm oak top."),
    _product("mini-desk-lamp", "Mini USB Desk Lamp", 1890, 3.9, "lamp #5f7fb8",
        category=_LIGHT, colours="White, Blue",
        about="A small lamp for travel that runs from any USB port and fits into a pencil case.",
        specs="Brightness: 180 lm; Power: 3 W; Plug: USB-C; Weight: 0.2 kg; Warranty: 1 year"),
    _product("reading-floor-lamp", "Reading Floor Lamp", 7900, 4.5, "floorlamp #b6672f",
        category=_LIGHT, colours="Black, Brass",
        about="A tall lamp with a linen shade for the corner by the chair.",
        specs="Brightness: 1100 lm; Power: 12 W; Height: 152 cm; Weight: 5.4 kg"),
    _product("dotted-notebook", "Dotted Notebook A5", 950, 4.8, "notebook #c2553f",
        category=_PAPER, colours="Red, Blue, Grey",
        about="192 numbered pages of 100 g paper, thread-bound, with two ribbons.",
        specs="Pages: 192; Paper: 100 g/m²; Size: A5; Ruling: Dots, 5 mm",
        reviews="Ines|5|Takes fountain pen ink well.\nPaul|5|My fourth one."),
    _product("copy-paper", "Copy Paper A4, 500 Sheets", 620, 4.2, "paper #8aa0b4",
        category=_PAPER, about="White paper for every printer, from certified forests.",
        specs="Sheets: 500; Paper: 80 g/m²; Size: A4"),
    _product("sticky-notes", "Sticky Notes, 12 Pads", 780, 4.4, "paper #e3c14a",
        category=_PAPER, colours="Yellow, Pastel", about="76 mm notes that stick, and come off.",
        specs="Pads: 12; Sheets per pad: 100; Size: 76 × 76 mm"),
    _product("legal-pad", "Legal Pad, 3-Pack", 890, 4.0, "notebook #d9b44a",
        category=_PAPER, about="Ruled yellow pads with a stiff back and clean perforation.",
        specs="Pads: 3; Pages: 100; Ruling: Lines, 8 mm"),
    _product("gel-pens", "Gel Pens, 10-Pack", 1240, 4.6, "pen #2f4f8f",
        category=_WRITING, colours="Black, Blue, Red", about="Quick-drying gel ink, 0.5 mm tip.",
        specs="Pens: 10; Tip: 0.5 mm; Refill: G2",
        reviews="Ada|5|Does not smear, and I write with the left hand."),
    _product("fountain-pen", "Fountain Pen", 2800, 4.5, "pen #1f6f6b",
        category=_WRITING, colours="Black, Petrol", about="A steel nib in an aluminium body.",
        specs="Nib: Medium; Body: Aluminium; Ink: Cartridge or converter"),
    _product("highlighters", "Highlighters, 6-Pack", 560, 4.1, "pen #8fbf3f",
        category=_WRITING, about="Six soft colours with a chisel tip.",
        specs="Pens: 6; Tip: 1 to 4 mm"),
    _product("mechanical-pencil", "Mechanical Pencil", 490, 4.3, "pen #6b6f7a",
        category=_WRITING, colours="Grey, Black", about="0.7 mm leads and a rubber that lasts.",
        specs="Lead: 0.7 mm; Grip: Rubber"),
    _product("monitor-stand", "Walnut Monitor Stand", 5400, 4.6, "stand #8a5a33",
        category=_DESK, about="Raises the screen by 11 cm and hides the keyboard.",
        specs="Width: 56 cm; Height: 11 cm; Load: 20 kg; Wood: Walnut veneer"),
    _product("pen-cup", "Mesh Pen Cup", 690, 4.0, "cup #50586a",
        category=_DESK, colours="Black, Silver", about="A steel cup for pens and scissors.",
        specs="Height: 10 cm; Material: Steel"),
    _product("stapler", "Full-Strip Stapler", 1120, 4.2, "stapler #b3413a",
        category=_DESK, colours="Red, Black", about="Staples 25 sheets and never jams twice.",
        specs="Sheets: 25; Staples: 26/6; Length: 15 cm"),
    _product("paper-clips", "Paper Clips, Box of 100", 240, 4.9, "clip #5a7fa6",
        category=_DESK, about="The one that we are named after.",
        specs="Pieces: 100; Length: 33 mm; Material: Steel"),
    _product("desk-mat", "Felt Desk Mat", 2600, 4.4, "mat #7d8471",
        category=_DESK, colours="Grey, Green", about="Wool felt on a cork base.",
        specs="Size: 80 × 35 cm; Thickness: 4 mm; Material: Wool, cork"),
    _product("task-chair", "Ergonomic Task Chair", 24900, 4.4, "chair #3f5f7f",
        category=_FURNITURE, colours="Blue, Grey", about="A breathing back that follows you.",
        specs="Load: 130 kg; Seat height: 42 to 54 cm; Warranty: 5 years"),
    _product("standing-desk", "Standing Desk", 42900, 4.7, "desk #a9763f",
        category=_FURNITURE, colours="Oak, White", about="Two motors, four memory heights.",
        specs="Size: 140 × 70 cm; Height: 63 to 128 cm; Load: 80 kg"),
    _product("drawer-unit", "Rolling Drawer Unit", 13900, 4.1, "drawers #6f7f8f",
        category=_FURNITURE, about="Three drawers, one lock, five quiet wheels.",
        specs="Drawers: 3; Height: 58 cm; Load: 30 kg"),
    _product("wireless-mouse", "Wireless Mouse", 2400, 4.3, "mouse #4a4f5c",
        category=_TECH, colours="Black, White", about="Silent buttons, a year on one battery.",
        specs="Battery: 1 × AA; Range: 10 m; Buttons: 5"),
    _product("label-printer", "Label Printer", 8900, 4.0, "printer #59667a",
        category=_TECH, about="Prints address and shelf labels without ink.",
        specs="Width: 12 to 62 mm; Resolution: 300 dpi; Link: USB, Bluetooth"),
)  # fmt: skip

CATEGORIES = (_LIGHT, _PAPER, _WRITING, _DESK, _FURNITURE, _TECH)
BY_SKU = {product.sku: product for product in PRODUCTS}


def search(query: str) -> tuple[Product, ...]:
    """Products that have every word of `query`; those with the words in their name come first."""
    words = query.lower().split()

    def has(text: str) -> bool:
        return all(word in text.lower() for word in words)

    named = [product for product in PRODUCTS if has(product.name)]
    about = [
        product
        for product in PRODUCTS
        if product not in named and has(f"{product.name} {product.category} {product.description}")
    ]
    return (*named, *about)
