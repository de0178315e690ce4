"""The pages: what people do in applications, written once and rendered in every kit.

A scene gets the kit's markup and a function that makes icon buttons; it gives the page's body.
"""

from collections.abc import Callable

from tests.bench.embedded_set.kits import Markup

Icons = Callable[..., str]
Scene = Callable[[Markup, Icons], str]


def _page(m: Markup, brand: str, links: str, icons: str, *parts: str) -> str:
    inside = "".join(m.part("link", label=link) for link in links.split(" | "))
    return m.part("bar", brand=brand, links=inside, icons=icons) + f"<main>{''.join(parts)}</main>"


def _row(*parts: str) -> str:
    return f'<div class="row">{"".join(parts)}</div>'


def settings(m: Markup, icons: Icons) -> str:
    form = m.part("form", inside="".join((
        m.field("Display name", value="Ines Kovac"), m.field("Contact email", "you@example.org", type="email"),
        m.select("Language", "English", "Deutsch", "Suomi"), m.choice("switch", "Dark appearance"),
        m.choice("switch", "Weekly summary", on=True), m.choice("check", "Show my birthday"),
        _row(m.button("Save changes", main=True), m.button("Discard")))))  # fmt: skip
    bar = icons("Search", "Notifications", "Help", "Profile")
    return _page(m, "Harbor", "Overview | Projects | Reports", bar, "<h2>Account settings</h2>",
                 m.tabs("General", "Security", "Billing", "Members"), form)  # fmt: skip


def sign_up(m: Markup, icons: Icons) -> str:
    form = m.part("form", inside="".join((
        m.field("First name"), m.field("Last name"), m.field("Email address", "name@company.com", type="email"),
        m.field("Password", type="password"), m.select("Country", "Austria", "Chile", "Japan", "Kenya"),
        m.choice("check", "I agree to the terms"), m.choice("check", "Send me news", on=True),
        _row(m.button("Create account", main=True), m.button("Sign in instead")))))  # fmt: skip
    return _page(m, "Northwind", "Pricing | Documentation | Contact", icons("Home", "Dark mode", "Information"),
                 "<h2>Create your account</h2>", form)  # fmt: skip


def mail(m: Markup, icons: Icons) -> str:
    rows = [("Marta Silva", "Quarterly numbers", "09:41"), ("Jun Watanabe", "Lunch on Friday?", "08:15"),
            ("Build server", "Nightly run finished", "03:02"), ("Olu Adeyemi", "Contract draft, second version", "Tue"),
            ("Clara Weiss", "Photos of the workshop", "Mon")]  # fmt: skip
    tools = f'<div class="tools">{icons("Refresh", "Delete", "Bookmark", "Print", "More")}</div>'
    return _page(m, "Postbox", "Inbox | Drafts | Sent | Archive", icons("Menu", "Settings"),
                 _row(m.button("Compose", main=True), m.field("Search mail", "From, subject or text", type="search")),
                 tools, m.table(("From", "Subject", "Time"), rows))  # fmt: skip


def files(m: Markup, icons: Icons) -> str:
    rows = [("Budget 2026.xlsx", "48 kB", "3 March"), ("Team photo.jpg", "2.1 MB", "27 February"),
            ("Notes from Lisbon.txt", "3 kB", "19 February"), ("Logo final.svg", "12 kB", "2 February"),
            ("Invoice 1042.pdf", "210 kB", "30 January")]  # fmt: skip
    return _page(m, "Shelf", "My files | Shared with me | Recent | Bin",
                 icons("Upload", "Download", "Share", "Folder", "Delete"),
                 _row(m.field("Filter by name", "Type a part of a name"), m.select("Sort by", "Name", "Size", "Date")),
                 m.table(("Name", "Size", "Changed"), rows, on=2),
                 _row(m.button("New folder", main=True), m.button("Empty bin")))  # fmt: skip


def dashboard(m: Markup, icons: Icons) -> str:
    cards = "".join(
        m.part("card", inside=f"<h4>{name}</h4><p>{figure}</p>" + m.button(action))
        for name, figure, action in (("Visitors", "12,480 this week", "See visitors"),
                                     ("Orders", "318 open", "Review orders"),
                                     ("Revenue", "€ 48,230", "Export revenue"))
    )  # fmt: skip
    return _page(m, "Pulse", "Dashboard | Customers | Campaigns", icons("Chart", "Calendar", "Notifications", "Profile"),
                 _row(m.field("From date", "2026-01-01"), m.field("To date", "2026-03-31"),
                      m.select("Region", "All regions", "Europe", "Asia"), icons("Refresh", "Filter")),
                 f'<div class="grid">{cards}</div>', m.choice("switch", "Compare with last year"),
                 m.choice("switch", "Live updates", on=True))  # fmt: skip


def checkout(m: Markup, icons: Icons) -> str:
    form = m.part("form", inside="".join((
        m.field("Street and number"), _row(m.field("Postcode"), m.field("Town")),
        m.field("Gift message", "Up to 120 letters"),
        m.choice("radio", "Standard delivery", on=True, group="ship"), m.choice("radio", "Express delivery", group="ship"),
        m.choice("radio", "Collect in store", group="ship"), m.choice("check", "Wrap as a gift"),
        _row(m.button("Place order", main=True), m.button("Back to basket")))))  # fmt: skip
    return _page(
        m,
        "Pine & Co",
        "Chairs | Tables | Lamps",
        icons("Search", "Like", "Cart"),
        "<h2>Delivery</h2>",
        form,
    )


def people(m: Markup, icons: Icons) -> str:
    rows = [("Anna Berg", "Design", "Active"), ("Bilal Khan", "Finance", "Invited"), ("Chiara Conti", "Sales", "Active"),
            ("Dmitri Orlov", "Support", "Suspended"), ("Emeka Obi", "Legal", "Active")]  # fmt: skip
    return _page(m, "Roster", "People | Teams | Roles", icons("Add", "Edit", "Lock", "Download"),
                 _row(m.field("Find a person", "Name or team"), m.select("Status", "Any", "Active", "Invited"),
                      m.button("Invite people", main=True)),
                 m.table(("Name", "Team", "Status"), rows, on=0),
                 m.choice("check", "Show former members"))  # fmt: skip


def editor(m: Markup, icons: Icons) -> str:
    tools = icons("Save", "Undo", "Redo", "Link", "Image", "Attach", "Copy")
    text = (
        "<p>The ferry leaves at seven. Bring a coat, and something to read for the way back.</p>"
        * 3
    )
    return _page(m, "Draftly", "File | Edit | Insert | View", icons("Share", "History"),
                 f'<div class="tools">{tools}</div>', m.field("Document title", value="Weekend plan"), text,
                 _row(m.select("Paragraph style", "Normal", "Quote"), m.choice("check", "Check spelling", on=True),
                      m.choice("check", "Count words"), m.button("Publish", main=True)))  # fmt: skip


def music(m: Markup, icons: Icons) -> str:
    rows = [("Harbour lights", "Ayo & the Tide", "3:42"), ("Paper moon", "Lena Falk", "4:05"),
            ("Slow train", "The Copper Owls", "2:58"), ("Northern rain", "Sofia Lindt", "5:11")]  # fmt: skip
    return _page(m, "Tonal", "Browse | Radio | Library", icons("Search", "Settings"),
                 m.tabs("Songs", "Albums", "Artists"), m.table(("Title", "Artist", "Length"), rows),
                 f'<div class="tools">{icons("Play", "Pause", "Volume", "Like", "Favorite")}</div>',
                 _row(m.choice("switch", "Shuffle"), m.choice("switch", "Crossfade", on=True),
                      m.field("Playlist name", "New playlist")))  # fmt: skip


def booking(m: Markup, icons: Icons) -> str:
    return _page(m, "Wander", "Flights | Hotels | Trains", icons("Location", "Calendar", "Call", "Profile"),
                 "<h2>Find a flight</h2>", _row(m.field("From", "City or airport"), m.field("To", "City or airport")),
                 _row(m.field("Departure", "dd.mm.yyyy"), m.field("Return", "dd.mm.yyyy"),
                      m.select("Passengers", "1 adult", "2 adults", "Family")),
                 m.choice("radio", "Round trip", on=True, group="way"), m.choice("radio", "One way", group="way"),
                 m.choice("check", "Direct flights only"), m.choice("check", "Flexible dates"),
                 _row(m.button("Search flights", main=True), m.button("Clear all")))  # fmt: skip


def chat(m: Markup, icons: Icons) -> str:
    talk = "".join(
        m.part("card", inside=f"<b>{who}</b><p>{said}</p>")
        for who, said in (("Rosa", "Did the parcel arrive?"), ("Tom", "Yes, this morning. Thank you!"),
                          ("Rosa", "Great. See you on Thursday."))
    )  # fmt: skip
    return _page(m, "Relay", "Chats | Groups | Contacts", icons("Camera", "Call", "More"),
                 m.tabs("Messages", "Media", "Pinned"), talk,
                 _row(m.field("Message", "Write a message"), icons("Attach", "Microphone", "Send")),
                 m.choice("switch", "Mute this chat"), m.choice("check", "Read receipts", on=True))  # fmt: skip


def ticket(m: Markup, icons: Icons) -> str:
    form = m.part("form", inside="".join((
        m.field("Subject", "What is it about?"), m.select("Category", "Billing", "Delivery", "Other"),
        m.field("Order number"), m.choice("radio", "Low priority", group="p"),
        m.choice("radio", "High priority", on=True, group="p"), m.choice("check", "Call me back"),
        _row(m.button("Send request", main=True), m.button("Cancel"), icons("Attach", "Print")))))  # fmt: skip
    return _page(m, "Helpdesk", "My tickets | Knowledge base | Status", icons("Home", "Help", "Log out"),
                 "<h2>New ticket</h2>", form)  # fmt: skip


def security(m: Markup, icons: Icons) -> str:
    rows = [("Laptop in Bergen", "Firefox", "Now"), ("Phone in Bergen", "Chrome", "Yesterday"),
            ("Tablet in Oslo", "Safari", "12 May")]  # fmt: skip
    return _page(m, "Vault", "Passwords | Devices | Recovery", icons("Lock", "Show password", "Refresh", "Close"),
                 _row(m.field("Current password", type="password"), m.field("New password", type="password")),
                 m.choice("switch", "Two-step sign-in", on=True), m.choice("switch", "Alert me by mail"),
                 m.table(("Device", "Browser", "Last seen"), rows),
                 _row(m.button("Update password", main=True), m.button("Sign out everywhere")))  # fmt: skip


SCENES: dict[str, Scene] = {
    each.__name__.replace("_", " "): each
    for each in (settings, sign_up, mail, files, dashboard, checkout, people, editor, music, booking, chat,
                 ticket, security)
}  # fmt: skip
