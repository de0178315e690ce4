// One call: everything on screen that can be named, as a JSON string.
// Names follow https://www.w3.org/TR/accname-1.2/ in the parts that pages use.
() => {
  const WATCH = "__handeye_watch__";
  const MAX_TEXT = 200;
  const GRID = 128;
  const ROLE_BY_TAG = {
    BUTTON: "button", TEXTAREA: "textbox", SUMMARY: "button", IMG: "img", CANVAS: "canvas", VIDEO: "video",
    H1: "heading", H2: "heading", H3: "heading", H4: "heading", H5: "heading", H6: "heading", EMBED: "img", OBJECT: "img",
    TD: "cell", TH: "columnheader", PROGRESS: "progressbar", METER: "meter", LABEL: "label", OPTION: "option",
  };
  const ROLE_BY_INPUT = {
    button: "button", submit: "button", reset: "button", image: "button", checkbox: "checkbox", radio: "radio",
    range: "slider", number: "spinbutton", search: "searchbox", file: "file", color: "color",
  };
  const KINDS = new Set(["date", "time", "month", "week", "email", "tel", "url", "password", "color"]);
  const CONTROLS = new Set([
    "button", "link", "textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "switch", "tab", "menuitem",
    "menuitemcheckbox", "menuitemradio", "option", "slider", "spinbutton", "treeitem", "file", "color", "gridcell",
  ]);
  const EDITABLE = new Set(["textbox", "searchbox", "spinbutton"]);
  const NAME_FROM_TEXT = new Set([
    "button", "link", "tab", "menuitem", "menuitemcheckbox", "menuitemradio", "option", "treeitem", "heading", "cell",
    "gridcell", "columnheader", "rowheader", "label", "switch", "checkbox", "radio", "text", "clickable",
  ]);
  const LANDMARKS = {
    NAV: "navigation", HEADER: "header", FOOTER: "footer", MAIN: "main", ASIDE: "sidebar", FORM: "form",
    DIALOG: "dialog", FIELDSET: "group", SECTION: "section",
  };
  const LANDMARK_ROLES = new Set([
    "dialog", "alertdialog", "navigation", "banner", "contentinfo", "main", "complementary", "form", "search", "region",
    "menu", "menubar", "toolbar", "tabpanel", "group", "radiogroup", "alert", "listbox", "tree",
  ]);
  const ITEM_ROLES = new Set(["row", "listitem", "article", "treeitem", "option"]);
  const ITEM_TAGS = new Set(["TR", "LI", "ARTICLE", "DT"]);
  const PART_OF_WORD = new Set(["U", "B", "I", "EM", "STRONG", "MARK", "SMALL", "S", "INS", "DEL", "SUB", "SUP", "FONT"]);
  const HELD = "a[href], button, input, select, textarea, [role], [tabindex], [contenteditable], [onclick], label";
  const FORM_FIELDS = new Set(["INPUT", "SELECT", "TEXTAREA"]); // what they hold is no part of a name
  const SKIP = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "HEAD", "META", "LINK", "BR", "HR", "OPTION", "OPTGROUP", "SOURCE", "TRACK"]);

  const formed = (text) => (text.toWellFormed ? text.toWellFormed() : text); // no half characters
  const squeeze = (text) => formed(text || "").replace(/\s+/g, " ").trim();
  const cut = (text, most = MAX_TEXT) => (text.length > most ? text.slice(0, most - 1) + "…" : text);
  const spaced = (text) => squeeze((text || "").replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[_./:]+|-(?!\d)|(?<=\w)-/g, " "));
  const shadowOf = (element) => {
    const watch = element.ownerDocument.defaultView && element.ownerDocument.defaultView[WATCH];
    return watch ? watch.shadowOf(element) : element.shadowRoot;
  };
  const listens = (element) => {
    const watch = element.ownerDocument.defaultView && element.ownerDocument.defaultView[WATCH];
    return Boolean(watch) && watch.listens(element);
  };
  const holdsListener = (element) => {
    for (const inner of element.getElementsByTagName("*")) if (listens(inner)) return true;
    return false;
  };
  const up = (node) => node.assignedSlot || node.parentNode || node.host || null;
  const parentElementOf = (node) => {
    let next = up(node);
    while (next && next.nodeType !== 1) next = next.host || next.parentNode || null;
    return next;
  };

  // An underlined or marked part of a word joins the text beside it: <u>R</u>ename.
  const edges = (child) => {
    const letter = child.tagName === "SPAN" && child.firstChild && child.firstChild === child.lastChild && child.firstChild.nodeType === 3 && child.firstChild.data.length === 1;
    if (!letter && !PART_OF_WORD.has(child.tagName)) return [" ", " "];
    return [child.previousSibling, child.nextSibling].map((beside) => (beside && beside.nodeType === 3 ? "" : " "));
  };
  const textCache = new Map();
  const textOf = (node) => {
    if (node.nodeType === 3) return node.data;
    if (node.nodeType !== 1 && node.nodeType !== 11) return "";
    const known = textCache.get(node);
    if (known !== undefined) return known;
    let text = "";
    if (node.nodeType === 1) {
      const tag = node.tagName;
      if ((SKIP.has(tag) && tag !== "OPTION") || FORM_FIELDS.has(tag)) return "";
      if (node.getAttribute("aria-hidden") === "true" || node.hidden) return "";
      const label = node.getAttribute("aria-label");
      if (label) text = label;
      else if (tag === "IMG") text = node.alt || "";
      else if (tag === "svg") { const title = node.querySelector("title"); text = title ? title.textContent : ""; }
    }
    if (!text) for (let child = (node.nodeType === 1 && shadowOf(node) || node).firstChild; child; child = child.nextSibling) {
      if (child.nodeType === 3) text += child.data;
      else if (child.tagName === "SLOT") text += child.assignedNodes().map(textOf).join(" ");
      else if (child.nodeType === 1) { const [left, right] = edges(child); text += left + textOf(child) + right; }
    }
    textCache.set(node, text);
    return text;
  };
  const clean = (node, most) => cut(squeeze(textOf(node)), most);

  const byIds = (element, attribute) => {
    const ids = element.getAttribute(attribute);
    if (!ids) return "";
    const root = element.getRootNode();
    return squeeze(ids.split(/\s+/).map((id) => { const other = root.getElementById && root.getElementById(id); return other ? textOf(other) : ""; }).join(" "));
  };
  const labelOf = (element) => (element.labels ? squeeze([...element.labels].map((label) => textOf(label)).join(" ")) : "");

  const roleOf = (element, tag) => {
    const given = element.getAttribute("role");
    if (given) { const first = given.trim().split(/\s+/)[0]; if (first && first !== "presentation" && first !== "none") return first; }
    if (tag === "A") return element.hasAttribute("href") ? "link" : "";
    if (tag === "INPUT") {
      if (element.type === "hidden") return "";
      return ROLE_BY_INPUT[element.type] || (element.hasAttribute("list") ? "combobox" : "textbox");
    }
    if (tag === "SELECT") return element.multiple || element.size > 1 ? "listbox" : "combobox";
    if (tag === "svg") return "img";
    return ROLE_BY_TAG[tag] || "";
  };

  const nameOf = (element, role, tag) => {
    let name = byIds(element, "aria-labelledby") || squeeze(element.getAttribute("aria-label"));
    if (name) return cut(name);
    if (tag === "INPUT" && (element.type === "submit" || element.type === "reset" || element.type === "button"))
      return cut(squeeze(element.value) || { submit: "Submit", reset: "Reset" }[element.type] || squeeze(element.title));
    name = labelOf(element);
    if (name) return cut(name);
    if (tag === "IMG" || (tag === "INPUT" && element.type === "image")) return cut(squeeze(element.alt) || squeeze(element.title));
    if (tag === "svg") { const title = element.querySelector("title"); return cut(squeeze(title && title.textContent)); }
    if (NAME_FROM_TEXT.has(role)) name = clean(element);
    return name || cut(squeeze(element.getAttribute("title")) || squeeze(element.getAttribute("placeholder")));
  };

  const iconWords = (element) => {
    const found = [];
    for (const part of [element, ...element.querySelectorAll("i, svg, use, img, span")].slice(0, 6)) {
      const classes = typeof part.className === "string" ? part.className : part.getAttribute("class") || "";
      const href = part.tagName === "use" ? part.getAttribute("href") || part.getAttribute("xlink:href") || "" : "";
      const source = part.tagName === "IMG" ? (part.getAttribute("src") || "").slice(0, 300).split(/[?#]/)[0].split("/").pop().replace(/\.\w+$/, "") : "";
      found.push(classes, href.split("#").pop(), source.startsWith("data:") ? "" : source);
    }
    const said = spaced(found.join(" ")).split(" ").filter((word) => word.length > 2);
    return cut([...new Set(said)].join(" "), 120);
  };
  const hintsOf = (element, name) => {
    const hints = [
      element.getAttribute("placeholder"), labelOf(element), element.getAttribute("title"), element.getAttribute("alt"),
      byIds(element, "aria-describedby"), spaced(element.getAttribute("name")), spaced(element.id), spaced(element.getAttribute("data-testid")),
    ];
    if (!name) hints.push(iconWords(element));
    if (element.tagName === "INPUT" && KINDS.has(element.type)) hints.push(element.type);
    const seen = new Set([name]);
    return hints.map((hint) => cut(squeeze(hint))).filter((hint) => hint && !seen.has(hint) && seen.add(hint));
  };

  const valueOf = (element, role, tag) => {
    if (tag === "SELECT") return cut(squeeze([...element.selectedOptions].map((option) => option.label).join(", ")));
    if (tag === "INPUT") {
      if (["checkbox", "radio", "submit", "button", "reset", "image"].includes(element.type)) return "";
      const secrets = element.ownerDocument.defaultView && element.ownerDocument.defaultView.__handeye_secrets__;
      if (element.type === "password" || (secrets && secrets.has(element))) return "•".repeat(Math.min(element.value.length, 12));
      return cut(formed(element.value), 1000);
    }
    if (tag === "TEXTAREA") return cut(formed(element.value), 1000);
    if (tag === "PROGRESS" || tag === "METER") return String(element.value);
    if (element.isContentEditable && EDITABLE.has(role)) return cut(squeeze(element.innerText), 1000);
    return squeeze(element.getAttribute("aria-valuetext") || element.getAttribute("aria-valuenow"));
  };
  const flag = (element, attribute) => {
    const value = element.getAttribute(attribute);
    return value === null ? undefined : value === "mixed" ? "mixed" : value === "true" || (value !== "false" && attribute === "aria-current");
  };

  const itemCache = new Map();
  const items = [];
  const repeats = new Map();
  const isRepeated = (element) => {
    const parent = element.parentElement;
    if (!parent || typeof element.className !== "string") return false;
    let counts = repeats.get(parent);
    if (!counts) {
      counts = new Map();
      for (const child of parent.children) {
        if (child.childElementCount < 1) continue;
        const key = `${child.tagName} ${typeof child.className === "string" ? child.className.split(" ")[0] : ""}`;
        counts.set(key, (counts.get(key) || 0) + 1);
      }
      repeats.set(parent, counts);
    }
    if (element.childElementCount < 2) return false;
    return (counts.get(`${element.tagName} ${element.className.split(" ")[0]}`) || 0) >= 3;
  };
  const itemOf = (element) => {
    if (!element || element.nodeType !== 1) return -1;
    const known = itemCache.get(element);
    if (known !== undefined) return known;
    let index;
    const tag = element.tagName;
    if (tag === "BODY" || tag === "HTML") index = -1;
    else if (ITEM_TAGS.has(tag) || ITEM_ROLES.has(element.getAttribute("role")) || ((tag === "DIV" || tag === "SECTION" || tag === "P") && isRepeated(element))) {
      index = items.length;
      items.push(clean(element, 300));
    } else index = itemOf(parentElementOf(element));
    itemCache.set(element, index);
    return index;
  };

  const headingOf = (element) => {
    for (const heading of element.querySelectorAll("h1, h2, h3, h4, h5, h6, [role=heading]"))
      if (heading.getClientRects().length) return clean(heading, 60);
    return "";
  };
  // The nearest region; inside a dialog "dialog X › group Y".
  const regionCache = new Map();
  const regionName = (element) => {
    const tag = element.tagName;
    const role = element.getAttribute("role");
    const kind = role && LANDMARK_ROLES.has(role) ? role : LANDMARKS[tag];
    if (!kind) return "";
    let name = byIds(element, "aria-labelledby") || squeeze(element.getAttribute("aria-label"));
    if (!name && tag === "FIELDSET") { const legend = element.querySelector("legend"); name = legend ? clean(legend, 60) : ""; }
    if (!name && kind !== "main") { name = headingOf(element); }
    if (!name && (kind === "section" || kind === "group" || kind === "form")) return "";
    return squeeze(`${kind} ${name}`);
  };
  const regionOf = (element) => {
    if (!element || element.nodeType !== 1) return "";
    const known = regionCache.get(element);
    if (known !== undefined) return known;
    const around = regionOf(parentElementOf(element));
    const own = regionName(element);
    const dialog = /^(alert)?dialog\b/.test(around) && !/^(alert)?dialog\b/.test(own) ? around.split(" › ")[0] : "";
    const path = own && dialog ? `${dialog} › ${own}` : own || around;
    regionCache.set(element, path);
    return path;
  };

  const hitAt = (document, x, y) => {
    let element = document.elementFromPoint(x, y);
    for (let root = element && shadowOf(element); root; root = element && shadowOf(element)) {
      const inner = root.elementFromPoint(x, y);
      if (!inner || inner === element) break;
      element = inner;
    }
    return element;
  };
  const within = (node, ancestor) => {
    for (; node; node = up(node)) if (node === ancestor) return true;
    return false;
  };
  const belongs = (hit, element) => {
    if (!hit) return false;
    if (within(hit, element) || (hit.contains && hit.contains(element) && hit.tagName === "LABEL")) return true;
    return element.labels ? [...element.labels].some((label) => within(hit, label)) : false;
  };
  const OFFSETS = [[0.5, 0.5], [0.25, 0.5], [0.75, 0.5], [0.5, 0.25], [0.5, 0.75], [0.1, 0.15], [0.9, 0.85]];
  const covers = new Set();
  // The part of the box that a click reaches, or null: the whole box when its middle does.
  const reachable = (element, box, view) => {
    const [x1, y1, x2, y2] = [Math.max(box.left, 0), Math.max(box.top, 0), Math.min(box.right, view.width), Math.min(box.bottom, view.height)];
    if (x2 - x1 < 1 || y2 - y1 < 1) return null;
    for (const [fx, fy] of OFFSETS) {
      const [x, y] = [x1 + (x2 - x1) * fx, y1 + (y2 - y1) * fy];
      const hit = hitAt(element.ownerDocument, x, y);
      if (!belongs(hit, element)) { if (hit) covers.add(hit); continue; }
      if (fx === 0.5 && fy === 0.5) return [x1, y1, x2, y2];
      const [rx, ry] = [(x2 - x1) * Math.min(fx, 1 - fx), (y2 - y1) * Math.min(fy, 1 - fy)];
      return [x - rx, y - ry, x + rx, y + ry];
    }
    return null;
  };
  const boxOf = (element, role) => {
    let box = element.getBoundingClientRect();
    if (role === "link" && element.firstChild) {
      const rects = element.getClientRects();
      if (rects.length > 1) for (const rect of rects) if (box.height > rect.height && rect.width * rect.height > 0) { box = rect; break; }
      if (!box.height && element.firstElementChild) box = element.firstElementChild.getBoundingClientRect();
    }
    return box;
  };
  // Of a text with controls in it, the longest part of its own: a click there hits none of them.
  const textBox = (element, parts) => {
    const range = element.ownerDocument.createRange();
    if (parts) range.selectNode(parts.reduce((one, other) => (other.data.length > one.data.length ? other : one)));
    else range.selectNodeContents(element);
    return range.getBoundingClientRect();
  };

  const found = [];
  const nodes = []; // the elements of `found`, one by one
  let foreign = 0;
  // Drops a clickable wrapper that was just listed and is no more than the control in it.
  const unwrap = (element, entry) => {
    const outer = found[found.length - 1];
    if (!outer || outer.role !== "clickable" || outer.name !== entry.name) return;
    if (outer.box.some((edge, side) => Math.abs(edge - entry.box[side]) > 8) || !within(element, nodes[nodes.length - 1])) return;
    for (const hint of outer.hints) if (!entry.hints.includes(hint)) entry.hints.push(hint);
    found.pop();
    nodes.pop();
  };
  const walkDocument = (doc, dx, dy, clip, path) => {
    const window = doc.defaultView;
    const view = { width: window.innerWidth, height: window.innerHeight };
    let focused = doc.activeElement;
    for (let root = focused && shadowOf(focused); root && root.activeElement; root = shadowOf(focused)) focused = root.activeElement;

    const emit = (element, role, name, box, more) => {
      const x1 = Math.max(box[0] + dx, clip[0]), y1 = Math.max(box[1] + dy, clip[1]);
      const x2 = Math.min(box[2] + dx, clip[2]), y2 = Math.min(box[3] + dy, clip[3]);
      if (x2 - x1 < 1 || y2 - y1 < 1) return;
      const entry = { role, name, box: [x1, y1, x2, y2], tag: element.tagName.toLowerCase(), ...more };
      const item = itemOf(element);
      if (item >= 0) { entry.item = item; entry.item_text = items[item]; }
      const region = regionOf(element);
      if (region) entry.region = region;
      if (path) entry.frame = path;
      if (CONTROLS.has(role)) unwrap(element, entry);
      found.push(entry);
      nodes.push(element);
    };

    // For the guard: what it does to press this, as the page has it and not as it is called.
    const elsewhere = (address) => {
      try { const url = new URL(address, doc.baseURI); return /^(https?|ftp|blob|data|file):$/.test(url.protocol) && url.origin !== window.location.origin ? cut(url.href, 300) : ""; } catch { return ""; }
    };
    const deeds = (element, tag, name, more) => {
      const link = element.closest("a[href], area[href]");
      const form = element.form && element.form.nodeType === 1 ? element.form : null;
      const submits = form && (tag === "BUTTON" ? element.type === "submit" : tag === "INPUT" && (element.type === "submit" || element.type === "image"));
      let leads = link ? elsewhere(link.getAttribute("href")) : "";
      if (!leads && form) leads = elsewhere((submits && element.getAttribute("formaction")) || form.getAttribute("action") || "");
      if (leads) more.leads_to = leads;
      if (form && !submits) {
        const button = form.querySelector("button:not([type]), button[type=submit], input[type=submit], input[type=image]");
        if (button) more.submits = nameOf(button, "button", button.tagName) || clean(button, 80);
      }
      if (tag === "INPUT" && (element.type === "password" || /password/.test(element.autocomplete || ""))) more.private = true;
      if (tag !== "INPUT" && tag !== "SELECT" && tag !== "TEXTAREA" && element.hasAttribute("aria-label")) {
        const says = cut(squeeze(element.textContent), 80);
        if (says && says !== name) more.says = says;
      }
    };

    const control = (element, role, tag, label) => {
      const native = tag === "INPUT" || tag === "SELECT" || tag === "TEXTAREA" || tag === "BUTTON";
      const name = nameOf(element, role, tag);
      const editable = (EDITABLE.has(role) || element.isContentEditable || (role === "combobox" && tag === "INPUT")) && !element.readOnly;
      const more = { hints: hintsOf(element, name) };
      const value = valueOf(element, role, tag);
      if (value) more.value = value;
      if ((native && element.matches(":disabled")) || element.getAttribute("aria-disabled") === "true" || element.closest("[inert]")) more.enabled = false;
      if (editable) more.editable = true;
      if (element === focused) more.focused = true;
      const checked = tag === "INPUT" && (element.type === "checkbox" || element.type === "radio") ? (element.indeterminate ? "mixed" : element.checked) : flag(element, "aria-checked") ?? flag(element, "aria-pressed");
      if (checked !== undefined) more.checked = checked;
      const selected = flag(element, "aria-selected") ?? flag(element, "aria-current");
      if (selected !== undefined) more.selected = Boolean(selected);
      const expanded = tag === "SUMMARY" ? Boolean(element.parentElement && element.parentElement.open) : flag(element, "aria-expanded");
      if (expanded !== undefined) more.expanded = Boolean(expanded);
      deeds(element, tag, name, more);
      if (tag === "SELECT") more.options = [...element.options].slice(0, 300).map((option) => cut(squeeze(option.label), 80));
      return { name, more, label };
    };

    // A checkbox or file field that is drawn by its label has no box of its own.
    const drawnBy = (element, tag, box) => {
      if (tag !== "INPUT" || !element.labels || !element.labels.length) return [element, box];
      const hiddenBySize = box.width < 4 || box.height < 4;
      if (!hiddenBySize && window.getComputedStyle(element).opacity !== "0") return [element, box];
      return [element.labels[0], element.labels[0].getBoundingClientRect()];
    };

    // Returns true when the element was taken whole, so that its texts are not listed again.
    const visit = (element, tag, box, inView, inControl, inPointer) => {
      let role = roleOf(element, tag);
      let taken = inControl;
      let pointer = inPointer;
      if (inView || role === "checkbox" || role === "radio" || role === "file") {
        if (!role && element.isContentEditable && element.hasAttribute("contenteditable")) role = "textbox";
        const style = box.width && box.height ? window.getComputedStyle(element) : null;
        if (style && (style.visibility === "hidden" || style.visibility === "collapse")) role = role && CONTROLS.has(role) ? "" : role;
        if (style && !pointer && style.cursor === "pointer") {
          pointer = true;
          if (!role && !inControl && tag !== "BODY" && tag !== "LABEL") role = "clickable";
        }
        // A listener on what holds other controls, or half the screen, is there for those within it.
        const own = !role && tag !== "BODY" && tag !== "LABEL" && listens(element) && !element.querySelector(HELD) &&
          !holdsListener(element) && box.width * box.height < view.width * view.height / 2;
        if (own) role = "clickable";
        if (!role && !inControl && (element.hasAttribute("onclick") || (element.hasAttribute("tabindex") && element.tabIndex >= 0 && tag !== "DIALOG")))
          role = "clickable";
        const isControl = CONTROLS.has(role) || role === "clickable";
        if (isControl) {
          const [drawn, drawnBox] = drawnBy(element, tag, boxOf(element, role));
          const reach = reachable(drawn, drawnBox, view);
          if (reach) {
            const { name, more } = control(element, role, tag);
            emit(element, role, name, reach, more);
          }
          if (role !== "clickable" && !(element.isContentEditable && EDITABLE.has(role))) taken = true;
          if (role === "clickable" && element.childElementCount === 0) taken = true;
          if (role === "treeitem" || role === "gridcell") taken = false;
        } else if (role === "img" || role === "canvas" || role === "video") {
          const reach = box.width >= 8 && box.height >= 8 ? reachable(element, box, view) : null;
          const name = nameOf(element, role, tag);
          if (reach && (!inControl || name)) { const more = { hints: hintsOf(element, name) }; deeds(element, tag, name, more); emit(element, role, name, reach, more); }
          taken = true;
        } else if (!taken && inView && style && style.visibility !== "hidden") taken = text(element, role, box, style) || taken;
      }
      return [taken, pointer];
    };

    const text = (element, role, box, style) => {
      const parts = [];
      for (let child = element.firstChild; child; child = child.nextSibling) if (child.nodeType === 3 && /\S/.test(child.data)) parts.push(child);
      if (!parts.length || style.opacity === "0") return false;
      if (style.display === "inline" && element.isContentEditable) return false; // it is in the editor's value
      const whole = !element.querySelector(HELD) && !holdsListener(element);
      const name = whole ? clean(element) : cut(squeeze(parts.map((node) => node.data).join(" ")));
      const reach = reachable(element, textBox(element, whole ? null : parts), view);
      if (reach && name) emit(element, role && role !== "label" && NAME_FROM_TEXT.has(role) ? role : role === "label" ? "label" : "text", name, reach, {});
      return whole;
    };

    const descend = (root, inControl, inPointer, only = false) => {
      for (let element = root.firstElementChild; element; element = only ? null : element.nextElementSibling) {
        const tag = element.tagName;
        if (SKIP.has(tag)) continue;
        if (tag === "IFRAME" || tag === "FRAME") { if (!visited.has(element)) { visited.add(element); frame(element); } continue; }
        const box = element.getBoundingClientRect();
        const inView = box.bottom > 0 && box.right > 0 && box.top < view.height && box.left < view.width;
        if (!inView && tag !== "INPUT" && tag !== "HTML" && tag !== "BODY" && (box.width > 0 || box.height > 0)) continue;
        if (visited.has(element)) continue;
        visited.add(element);
        const [taken, pointer] = visit(element, tag, box, inView, inControl, inPointer);
        if ((tag === "svg" && !holdsListener(element)) || tag === "SELECT") { whole.add(element); continue; }
        const shadow = shadowOf(element);
        if (shadow) descend(shadow, taken, pointer);
        if (taken && !element.querySelector("button, a[href], input, select, textarea, [role], [tabindex], img, iframe, canvas") && !holdsListener(element)) whole.add(element);
        else if (element.firstElementChild) descend(element, taken, pointer);
      }
    };

    const frame = (element) => {
      const box = element.getBoundingClientRect();
      const [left, top] = [box.left + element.clientLeft + dx, box.top + element.clientTop + dy];
      const inner = [Math.max(left, clip[0]), Math.max(top, clip[1]), Math.min(left + element.clientWidth, clip[2]), Math.min(top + element.clientHeight, clip[3])];
      if (inner[2] - inner[0] < 2 || inner[3] - inner[1] < 2) return;
      const name = element.name || element.id || element.title || "frame";
      let content = null;
      try { content = element.contentDocument; } catch { content = null; }
      if (content && content.documentElement) walkDocument(content, left, top, inner, squeeze(`${path} ${name}`));
      else foreign += 1;
    };

    // What lies in view although its ancestors do not (a fixed popup in a scrolled-away row) was
    // skipped above; what covers a listed element, and a coarse grid of hits, find it.
    const stray = (element) => {
      if (!element || element.ownerDocument !== doc || visited.has(element)) return;
      let top = element;
      let known = parentElementOf(element);
      while (known && !visited.has(known)) known = parentElementOf(known);
      if (known && whole.has(known)) return;
      for (let above = parentElementOf(top); above && above !== doc.body && !visited.has(above); above = parentElementOf(above)) {
        const box = above.getBoundingClientRect();
        if (box.bottom <= 0 || box.right <= 0 || box.top >= view.height || box.left >= view.width) break;
        top = above;
      }
      if (top !== doc.body && top !== doc.documentElement) descend({ firstElementChild: top }, false, false, true);
    };
    const strays = () => {
      for (const cover of [...covers]) stray(cover);
      for (let y = GRID / 2; y < view.height; y += GRID)
        for (let x = GRID / 2; x < view.width; x += GRID) stray(doc.elementFromPoint(x, y));
    };

    const visited = new Set();
    const whole = new Set();
    if (doc.documentElement) {
      descend(doc.documentElement, false, false);
      strays();
    }
  };

  walkDocument(document, 0, 0, [0, 0, innerWidth, innerHeight], "");
  // Whether what was listed at a point is still what a click there reaches, and is called the same.
  window[WATCH].still = (x, y) => {
    let at = -1;
    found.forEach(({ box: [x1, y1, x2, y2] }, index) => {
      if (x < x1 || x > x2 || y < y1 || y > y2) return;
      const [a1, b1, a2, b2] = at < 0 ? [0, 0, Infinity, 1] : found[at].box;
      if ((x2 - x1) * (y2 - y1) <= (a2 - a1) * (b2 - b1)) at = index;
    });
    if (at < 0) return null;
    const node = nodes[at];
    if (!node.isConnected) return false;
    let [left, top] = [0, 0];
    for (let view = node.ownerDocument.defaultView; view && view !== window; view = view.parent) {
      const frame = view.frameElement;
      if (!frame) return null;
      const box = frame.getBoundingClientRect();
      left += box.left + frame.clientLeft; top += box.top + frame.clientTop;
      if (!within(hitAt(frame.ownerDocument, x, y), frame) && view.parent === window) return false;
    }
    const hit = hitAt(node.ownerDocument, x - left, y - top);
    if (!hit || !(belongs(hit, node) || within(node, hit))) return false;
    textCache.clear();
    const { role, name, leads_to: leads = "" } = found[at];
    if (!CONTROLS.has(role) || !name) return true;
    const link = node.closest("a[href]");
    return nameOf(node, role, node.tagName) === name && (!leads || !link || new URL(link.href, node.baseURI).href.startsWith(leads.slice(0, 299)));
  };
  return JSON.stringify({ title: formed(document.title), width: innerWidth, height: innerHeight, elements: found, foreign, state: window[WATCH].state() });
}
