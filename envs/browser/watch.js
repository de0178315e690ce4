// Runs in every document before its own scripts: notes what tells a page at rest from a busy one.
// Read by settle through `state()`. Everything is keyed so that what happens again and again with
// nobody touching the page (clocks, pollers) is learnt and no longer holds a step up.
(() => {
  const KEY = "__handeye_watch__";
  if (window[KEY]) return;
  const IDLE_MS = 1500; // this long after input and load, work is the page's own
  const SEEN_OFTEN = 3;
  const SHORT_TIMER_MS = 800; // a debounce or a transition; longer ones are schedules
  const MAX_DEPTH = 3; // timers set by timers set by timers are a loop

  const now = performance.now.bind(performance);
  let lastInput = 0;
  let loadedAt = Infinity;
  let mutations = 0;
  let restless = new Map(); // node -> time of its last idle mutation
  const idleMutations = new WeakMap();
  const idleTimers = new Map();
  const pending = new Map();
  const closedRoots = new WeakMap();
  let depth = 0;

  const idle = () => now() - Math.max(lastInput, loadedAt) > IDLE_MS;
  const touched = () => { lastInput = now(); };
  for (const kind of ["pointerdown", "pointerup", "mousemove", "keydown", "keyup", "wheel", "input", "drop"])
    window.addEventListener(kind, (event) => { if (event.isTrusted) touched(); }, { capture: true, passive: true });
  for (const kind of ["DOMContentLoaded", "load"]) window.addEventListener(kind, () => { loadedAt = now(); });

  const observer = new MutationObserver((records) => {
    for (const record of records) {
      const node = record.target;
      const often = idleMutations.get(node) || 0;
      if (idle()) {
        idleMutations.set(node, often + 1);
        if (often + 1 >= SEEN_OFTEN) restless.set(node, now());
      }
      if (often + 1 >= SEEN_OFTEN && restless.has(node)) { restless.set(node, now()); continue; }
      mutations += 1;
    }
  });
  const watched = { subtree: true, childList: true, characterData: true, attributes: true };
  observer.observe(document, watched);

  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attachShadow.call(this, init);
    if (init && init.mode === "closed") closedRoots.set(this, root);
    observer.observe(root, watched);
    return root;
  };

  // What listens to clicks can be clicked, whether or not it looks like it.
  const listeners = new WeakSet();
  const addListener = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function addEventListener(kind, ...rest) {
    if ((kind === "click" || kind === "mousedown" || kind === "pointerdown") && this instanceof Element) listeners.add(this);
    return addListener.call(this, kind, ...rest);
  };
  const listens = (element) => listeners.has(element) || typeof element.onclick === "function";

  const setTimer = window.setTimeout;
  const clearTimer = window.clearTimeout;
  window.setTimeout = function setTimeout(callback, delay = 0, ...rest) {
    if (typeof callback !== "function" || !(delay > 0) || delay > SHORT_TIMER_MS || depth >= MAX_DEPTH)
      return setTimer.call(window, callback, delay, ...rest);
    const key = `${delay} ${callback.name} ${callback.length}`;
    const level = depth + 1;
    if (idle()) idleTimers.set(key, (idleTimers.get(key) || 0) + 1);
    const id = setTimer.call(window, function (...args) {
      pending.delete(id);
      const outer = depth;
      depth = level;
      try { return callback.apply(this, args); } finally { depth = outer; }
    }, delay, ...rest);
    pending.set(id, key);
    return id;
  };
  window.clearTimeout = function clearTimeout(id) {
    pending.delete(id);
    return clearTimer.call(window, id);
  };

  // Each window takes the browser a while, and the page's thread with it: a page that opens one after
  // the other without a pause is given no more than may be open, and one that is told of.
  const openWindow = window.open;
  let windows = 0;
  window.open = function open(...how) {
    if (windows > MOST_WINDOWS) return null;
    if (!windows) setTimer.call(window, () => { windows = 0; }, 0);
    windows += 1;
    return openWindow.apply(window, how);
  };

  const rectOf = (node) => {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    if (!element || !element.isConnected) return null;
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height || box.bottom < 0 || box.top > innerHeight) return null;
    return [box.left, box.top, box.right, box.bottom];
  };

  const animated = () => {
    let finite = 0;
    const moving = [];
    for (const animation of document.getAnimations()) {
      if (animation.playState !== "running" || !animation.effect) continue;
      const timing = animation.effect.getComputedTiming();
      const left = timing.endTime - (timing.localTime || 0);
      if (left > 0 && left <= 2000) finite += 1;
      else if (left > 0 && animation.effect.target) moving.push(animation.effect.target);
    }
    for (const video of document.querySelectorAll("video")) if (!video.paused && !video.ended) moving.push(video);
    return { finite, moving };
  };

  const state = () => {
    const { finite, moving } = animated();
    const since = now() - 3000;
    restless = new Map([...restless].filter(([node, time]) => time > since && node.isConnected));
    const result = {
      document: performance.timeOrigin,
      mutations,
      timers: [...pending.values()].filter((key) => (idleTimers.get(key) || 0) < SEEN_OFTEN).length,
      finite,
      loading: document.readyState === "loading", // what follows is requests, which are counted apart
      restless: [...moving, ...restless.keys()].map(rectOf).filter(Boolean),
    };
    for (const frame of document.querySelectorAll("iframe")) {
      let inner = null;
      try { inner = frame.contentWindow && frame.contentWindow[KEY]; } catch { continue; }
      if (!inner) continue;
      const part = inner.state();
      const box = frame.getBoundingClientRect();
      result.mutations += part.mutations;
      result.timers += part.timers;
      result.finite += part.finite;
      for (const [x1, y1, x2, y2] of part.restless)
        result.restless.push([x1 + box.left, y1 + box.top, x2 + box.left, y2 + box.top]);
    }
    return result;
  };

  const shadowOf = (element) => element.shadowRoot || closedRoots.get(element) || null;
  Object.defineProperty(window, KEY, { value: { state, shadowOf, touched, listens }, enumerable: false });
})();
