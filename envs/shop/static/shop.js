"use strict";

// Suggestions under the search field, asked for when the typing pauses.
const field = document.querySelector("#q");
const list = document.querySelector("#suggestions");
if (field && list) {
  let timer = 0;
  const close = () => { list.hidden = true; };
  const suggest = async () => {
    const words = field.value.trim();
    if (words.length < 2) return close();
    const reply = await fetch("/api/suggest?q=" + encodeURIComponent(words));
    if (!reply.ok || document.activeElement !== field) return close();
    list.replaceChildren(...(await reply.json()).map(({ name, url }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = url;
      link.textContent = name;
      item.append(link);
      return item;
    }));
    list.hidden = !list.children.length;
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(suggest, 150); });
  field.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.addEventListener("click", (event) => { if (!event.target.closest(".search")) close(); });
}

// Tabs: arrow keys move, as the ARIA practices ask.
for (const bar of document.querySelectorAll("[role=tablist]")) {
  const tabs = [...bar.querySelectorAll("[role=tab]")];
  const choose = (chosen) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      choose(next);
      next.focus();
    });
  });
  choose(tabs[0]);
}

for (const opener of document.querySelectorAll("[data-opens]"))
  opener.addEventListener("click", () => document.getElementById(opener.dataset.opens).showModal());
for (const closer of document.querySelectorAll("[data-closes]"))
  closer.addEventListener("click", () => closer.closest("dialog").close());
for (const form of document.querySelectorAll("[data-confirm]"))
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });

// The note after adding to the cart goes away by itself, and its reason leaves the address.
const toast = document.querySelector(".toast");
if (toast) {
  history.replaceState(null, "", location.pathname);
  setTimeout(() => toast.remove(), 12000);
}

const estimate = document.querySelector("#estimate");
if (estimate)
  estimate.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = document.querySelector("#answer");
    answer.innerHTML = '<span class="spinner" role="img" aria-label="Loading"></span> Asking …';
    const reply = await fetch("/api/estimate?postcode=" +
      encodeURIComponent(estimate.elements.postcode.value));
    answer.textContent = (await reply.json()).answer;
  });
