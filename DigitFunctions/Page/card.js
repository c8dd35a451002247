// A picture or a dead letter in a list. Its picture is fetched when the card comes into sight.

import { image } from "./api.js";
import { link, make, shortly, when } from "./dom.js";

const isLetter = key => key.startsWith("dead-letter/");
const nameOf = key => key.slice(key.indexOf("/") + 1);
export const versionOf = entry => `${entry.eTag}-${entry.modified}`;

const entries = new WeakMap();
const sight = new IntersectionObserver(seen => {
  for (const { isIntersecting, target } of seen) {
    if (isIntersecting) {
      sight.unobserve(target);
      fill(target);
    }
  }
}, { rootMargin: "200px" });

/** A list item for an entry of a listing. */
export function card(entry) {
  const letter = isLetter(entry.key);
  const blank = make("span", { className: "blank", "aria-hidden": "true" }, letter ? "✉" : "");
  const anchor = make("a", { className: "card", href: link(letter ? "letter" : "picture", entry.key), title: entry.key },
    blank, make("span", {}, nameOf(entry.key)), make("span", { className: "faint label" }), make("span", { className: "faint", title: when(entry.modified) }, shortly(entry.modified)));
  const item = make("li", {}, anchor);
  item.dataset.key = entry.key;
  item.dataset.version = versionOf(entry);
  if (!letter) {
    entries.set(item, entry);
    sight.observe(item);
  }
  return item;
}

async function fill(item) {
  const entry = entries.get(item);
  try {
    const { url, labels, fault } = await image(entry.key, "thumbnail", versionOf(entry));
    const blank = item.querySelector(".blank");
    if (url && blank) {
      blank.replaceWith(make("img", { src: url, alt: "" }));
    } else if (blank) {
      blank.textContent = "?";
    }
    const label = item.querySelector(".label");
    label.textContent = labels.reviewed ? "by hand" : labels.confidence ? `${labels.digit}: ${percent(labels.confidence)}` : fault ?? "";
    item.firstChild.title = [entry.key, labels.model, labels.reason].filter(Boolean).join("\n");
  } catch {
    // It was moved meanwhile; the next look at the list tells.
  }
}

/** A share as people write it. */
export const percent = share => `${(100 * Number(share)).toFixed(1)} %`;

/** Makes a list show these entries, leaving alone what it shows already, and with it the focus. */
export function show(list, shown) {
  const known = new Map([...list.children].map(item => [`${item.dataset.key}\n${item.dataset.version}`, item]));
  const items = shown.map(entry => known.get(`${entry.key}\n${versionOf(entry)}`) ?? card(entry));
  const kept = new Set(items);
  for (const item of [...list.children]) {
    if (!kept.has(item)) {
      item.remove();
    }
  }
  items.forEach((item, at) => {
    if (list.children[at] !== item) {
      list.insertBefore(item, list.children[at] ?? null);
    }
  });
}
