// The page's views, told apart by what stands behind the # of the address, and the keys.

import { KeyNeeded, setKey } from "./api.js";
import { make, tell } from "./dom.js";
import { letter } from "./letter.js";
import { overview } from "./overview.js";
import { decide, picture, remember, undo } from "./picture.js";
import { place } from "./place.js";

const main = document.getElementById("main");
let stop = new AbortController();
let shown = null;
let came = null;

async function route() {
  stop.abort();
  stop = new AbortController();
  const { signal } = stop;
  const keys = [...main.querySelectorAll("li[data-key]")].map(item => item.dataset.key);
  if (keys.length > 0) {
    remember(keys);
  }
  shown = null;
  const [, view, name = ""] = /^#\/(\w+)\/(.*)$/.exec(location.hash) ?? [null, "overview"];
  try {
    const wanted = decodeURIComponent(name);
    if (view === "picture") {
      shown = await picture(main, signal, wanted);
    } else if (view === "letter") {
      await letter(main, signal, wanted);
    } else if (view === "place") {
      await place(main, signal, wanted);
    } else {
      await live(signal);
    }
  } catch (error) {
    if (signal.aborted) {
      return;
    }
    if (error instanceof KeyNeeded) {
      main.replaceChildren(keyForm());
    } else {
      main.replaceChildren(make("p", { className: "warning" }, error.message), make("p", {}, make("a", { href: "#/" }, "Back to the overview")));
    }
  }
}

/** The overview goes on where an answer fails to come: the functions may be starting. */
async function live(signal) {
  const focus = () => {
    const back = came && main.querySelector(`li[data-key="${CSS.escape(came)}"] a`);
    came = null;
    back?.focus();
  };
  const watch = new MutationObserver(() => { watch.disconnect(); focus(); });
  watch.observe(main, { childList: true });
  while (!signal.aborted) {
    try {
      await overview(main, signal);
    } catch (error) {
      if (error instanceof KeyNeeded) {
        throw error;
      }
      document.getElementById("state").textContent = `The functions do not answer: ${error.message}`;
      await new Promise(done => setTimeout(done, 2000));
    }
  }
}

function keyForm() {
  const input = make("input", { type: "password", id: "function-key", autocomplete: "off" });
  const form = make("form", {}, make("label", { htmlFor: "function-key" }, "Function key"), input, " ", make("button", { type: "submit" }, "Open"));
  form.addEventListener("submit", event => {
    event.preventDefault();
    setKey(input.value);
    route();
  });
  return form;
}

/** Arrow keys go from card to card, as the eye does. */
function moveFocus(from, key) {
  const here = from.getBoundingClientRect();
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  let best = null;
  let least = Infinity;
  for (const other of main.querySelectorAll("a.card")) {
    const there = other.getBoundingClientRect();
    const along = (there.left - here.left) * dx + (there.top - here.top) * dy;
    const aside = Math.abs((there.left - here.left) * dy) + Math.abs((there.top - here.top) * dx);
    if (other !== from && along > 1 && along + 3 * aside < least) {
      [best, least] = [other, along + 3 * aside];
    }
  }
  best?.focus();
}

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea")) {
    return;
  }
  if (shown && /^[0-9]$/.test(event.key)) {
    decide(shown, `digit-${event.key}`);
  } else if (shown && event.key === "x") {
    decide(shown, "unreadable");
  } else if (event.key === "u") {
    undo();
  } else if (event.key === "Escape" && location.hash.length > 2) {
    came = shown?.key ?? null;
    location.hash = "#/";
  } else if (event.key.startsWith("Arrow") && document.activeElement?.matches("a.card")) {
    event.preventDefault();
    moveFocus(document.activeElement, event.key);
  }
});
document.getElementById("undo").addEventListener("click", undo);
document.querySelector(".skip").addEventListener("click", event => {
  event.preventDefault();
  main.focus();
});
window.addEventListener("hashchange", route);
window.addEventListener("unhandledrejection", event => tell(String(event.reason?.message ?? event.reason)));

// A key may come with the address; it does not stay there.
const given = /^#code=(.+)$/.exec(location.hash);
if (given) {
  setKey(decodeURIComponent(given[1]));
  history.replaceState(null, "", location.pathname);
}
route();
