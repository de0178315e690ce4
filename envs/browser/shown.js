// Every text that is in view, in order, and where its lines are: [text, [[left, top, right, bottom], …]].
// Fields give what they hold, passwords too: their boxes are covered.
() => {
  const watch = window.__handeye_watch__;
  const shadowOf = (element) => (watch ? watch.shadowOf(element) : element.shadowRoot);
  const VALUES = new Set(["INPUT", "TEXTAREA", "SELECT"]);
  const runs = [];
  const inView = (rects) => [...rects]
    .filter((box) => box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth)
    .map((box) => [box.left, box.top, box.right, box.bottom]);
  const add = (text, rects) => {
    const boxes = text && text.trim() ? inView(rects) : [];
    if (boxes.length) runs.push([text.toWellFormed ? text.toWellFormed() : text, boxes]);
  };
  const valueOf = (field) => (field.tagName === "SELECT" ? [...field.selectedOptions].map((option) => option.label).join(", ") : field.value);
  const walk = (root) => {
    for (let node = root.firstChild; node; node = node.nextSibling) {
      if (node.nodeType === 3) {
        if (!node.data.trim()) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        add(node.data, range.getClientRects());
      } else if (node.nodeType === 1) {
        if (node.tagName === "SCRIPT" || node.tagName === "STYLE") continue;
        if (VALUES.has(node.tagName)) {
          const boxes = node.getClientRects();
          add(valueOf(node), boxes);
          add(node.placeholder, boxes);
          if (node.tagName !== "SELECT") continue;
        }
        if (node.tagName === "IMG") add(node.alt, node.getClientRects());
        const shadow = shadowOf(node);
        if (shadow) walk(shadow);
        walk(node);
      }
    }
  };
  walk(document);
  return runs;
}
