// Runs in every frame before its own scripts, in a browser that a person is recorded in: tells what
// they do, with the elements that were on the page when they did it. Of a field that is or was a
// password field no text is told.
(() => {
  const KEY = "__handeye_secrets__";
  const send = window.__handeye_did__;
  if (window[KEY] || !send) return;
  delete window.__handeye_did__; // pages may not tell stories

  const PRIVATE = /password|one-time-code|cc-csc/;
  const FILLED = new Set(["date", "time", "month", "week", "datetime-local", "color", "range"]);
  const NO_TEXT = new Set(["checkbox", "radio", "button", "submit", "reset", "image", "file", "hidden"]);
  const MODIFIERS = [["ctrlKey", "Control"], ["shiftKey", "Shift"], ["altKey", "Alt"], ["metaKey", "Meta"]];
  const EDITING = new Set(["Backspace", "Delete", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "Insert"]);
  const FAR = 6; // pixels from which a press and a release are a drag

  const secrets = new WeakSet();
  const known = new Set(); // weak references to them, to cover them in pictures
  const isSecret = (element) => {
    if (element.tagName !== "INPUT") return false;
    if (!secrets.has(element) && (element.type === "password" || PRIVATE.test(element.autocomplete || ""))) {
      secrets.add(element);
      known.add(new WeakRef(element));
    }
    return secrets.has(element);
  };
  const boxes = () => {
    for (const element of document.querySelectorAll("input")) isSecret(element);
    const found = [];
    for (const reference of known) {
      const element = reference.deref();
      if (!element || !element.isConnected) { known.delete(reference); continue; }
      const box = element.getBoundingClientRect();
      if (box.width && box.height) found.push([box.left, box.top, box.right, box.bottom]);
    }
    return found;
  };
  Object.defineProperty(window, KEY, { value: { boxes, has: (element) => secrets.has(element) }, enumerable: false });

  // Up to the topmost frame that may be read from here: how far this one lies inside it.
  const place = () => {
    let [x, y, up] = [0, 0, 0];
    for (let view = window; view !== view.top; view = view.parent) {
      let frame = null;
      try { frame = view.frameElement; } catch { break; }
      if (!frame) break;
      const box = frame.getBoundingClientRect();
      x += box.left + frame.clientLeft; y += box.top + frame.clientTop; up += 1;
    }
    return { x, y, up };
  };
  const elements = () => {
    try { const watch = window.top.__handeye_watch__; return watch ? watch.collect() : null; } catch { return null; }
  };

  let numbers = 0;
  const mark = Math.random().toString(36).slice(2, 8);
  const ids = new WeakMap();
  const idOf = (element) => {
    if (!element || element.nodeType !== 1) return "";
    if (!ids.has(element)) ids.set(element, `${mark}-${(numbers += 1)}`);
    return ids.get(element);
  };
  const targetOf = (event) => event.composedPath()[0] || event.target;
  const tell = (kind, more) => { const { x, y, up } = place(); send(JSON.stringify({ kind, time: Date.now() / 1000, left: x, top: y, up, ...more })); };
  const held = (event) => MODIFIERS.filter(([flag]) => event[flag]).map(([, name]) => name);
  const middle = (element) => {
    const drawn = element.getBoundingClientRect();
    if (!drawn.width || !drawn.height) return null;
    const within = (low, high, most) => (Math.max(low, 0) + Math.min(high, most)) / 2;
    return [within(drawn.left, drawn.right, innerWidth), within(drawn.top, drawn.bottom, innerHeight)];
  };
  const labelOf = (element) => {
    const label = element.getAttribute("aria-label") || (element.labels && element.labels[0] && element.labels[0].textContent) || element.placeholder || element.name || element.id || "";
    return label.replace(/\s+/g, " ").trim().slice(0, 80);
  };

  const editor = (element) => {
    if (!element || element.nodeType !== 1) return null;
    if (element.tagName === "INPUT") return NO_TEXT.has(element.type) ? null : element;
    if (element.tagName === "TEXTAREA") return element;
    if (!element.isContentEditable) return null;
    let root = element;
    while (root.parentElement && root.parentElement.isContentEditable) root = root.parentElement;
    return root;
  };
  const holds = (element) => (element.isContentEditable ? element.innerText.replace(/\n$/, "") : element.value);

  const open = new Map(); // field -> what it held before, and the page before it was changed
  const begin = (element) => {
    if (!open.has(element)) open.set(element, { before: isSecret(element) ? "" : holds(element), had: Boolean(holds(element)), page: null });
    const field = open.get(element);
    if (field.page === null) field.page = elements();
    return field;
  };
  const on = (kind, act) => window.addEventListener(kind, (event) => { if (event.isTrusted) act(event); }, { capture: true, passive: true });

  let pressed = null;
  let pages = new WeakMap(); // element -> the page when it was last pressed or reached by key
  on("mousedown", (event) => {
    const target = targetOf(event);
    pressed = { x: event.clientX, y: event.clientY };
    const page = elements();
    if (target.nodeType === 1) pages.set(target.closest("select") || target, page);
    const field = editor(target) || (target.nodeType === 1 && target.closest("select")) || target;
    tell("down", { at: [event.clientX, event.clientY], button: event.button, count: event.detail, keys: held(event), field: idOf(field), page });
  });
  const release = (event) => {
    if (!pressed) return;
    const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > FAR;
    pressed = null;
    tell("up", { at: [event.clientX, event.clientY], far });
  };
  on("mouseup", release);
  on("drop", release);
  on("dragend", () => { pressed = null; });
  on("wheel", (event) => {
    const scale = event.deltaMode === 1 ? 40 : event.deltaMode === 2 ? innerHeight : 1;
    if (event.ctrlKey) return; // the browser's zoom
    tell("wheel", { at: [event.clientX, event.clientY], by: [event.deltaX * scale, event.deltaY * scale] });
  });

  on("keydown", (event) => {
    if (event.isComposing || ["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process", "Unidentified"].includes(event.key)) return;
    const target = targetOf(event);
    if (target.nodeType === 1 && target.tagName === "SELECT" && !pages.has(target)) pages.set(target, elements());
    const field = editor(target);
    const chord = event.ctrlKey !== event.altKey || event.metaKey; // both are AltGr, which writes
    if (field && !FILLED.has(field.type)) {
      const line = event.key === "Enter" && (field.tagName === "TEXTAREA" || field.isContentEditable);
      const edits = chord && "acvxyz".includes(event.key.toLowerCase());
      if ((event.key.length === 1 && !chord) || EDITING.has(event.key) || edits || line) { begin(field); return; }
    } else if (field && event.key.length === 1 && !chord) { begin(field); return; }
    const keys = held(event).filter((name) => name !== "Shift" || event.key.length > 1);
    tell("key", { keys: [...keys, event.key], field: idOf(field || target), page: elements() });
    if (event.key === "Enter" && field) open.delete(field);
  });
  on("beforeinput", (event) => { const field = editor(targetOf(event)); if (field) begin(field); });
  on("focusin", (event) => { const field = editor(targetOf(event)); if (field) { isSecret(field); open.delete(field); } });
  on("input", (event) => {
    const field = editor(targetOf(event));
    if (!field) return;
    const state = begin(field);
    const secret = isSecret(field);
    const at = middle(field);
    if (!at) return;
    tell("text", {
      at, field: idOf(field), secret, label: labelOf(field), parameter: field.name || "", page: state.page,
      text: secret ? "" : holds(field), replaces: state.had,
    });
  });
  // Lists and files: also from pages that send the event themselves, as their own widgets do.
  window.addEventListener("change", (event) => {
    const target = targetOf(event);
    if (target.tagName === "SELECT" && event.isTrusted)
      tell("select", { at: middle(target), field: idOf(target), options: [...target.selectedOptions].map((option) => option.label.trim()), page: pages.get(target) || null });
    if (target.tagName === "INPUT" && target.type === "file" && target.files.length)
      tell("upload", { at: middle(target), field: idOf(target), files: [...target.files].map((file) => file.name), page: elements() });
  }, true);

  if (window !== window.top) return;
  const close = window.close;
  window.close = function () { tell("closing", {}); return close.call(window); };
  const came = performance.getEntriesByType("navigation")[0];
  tell("came", { how: came ? came.type : "navigate", url: location.href, time: performance.timeOrigin / 1000 });
  window.addEventListener("pageshow", (event) => { if (event.persisted) tell("came", { how: "back_forward", url: location.href }); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") tell("front", {}); });
})();
