// One column: the newest, or all of it by name, part by part.

import { read, write } from "./api.js";
import { card, show } from "./card.js";
import { go, make, tell } from "./dom.js";

const newest = 200;
const letters = new Set(["blocked", "dead-letter"]);

/** Shows a column. */
export async function place(main, signal, name) {
  const { body } = await read("overview", { newest });
  if (signal.aborted) {
    return;
  }
  const column = body.columns.find(one => one.name === name);
  if (!column) {
    main.replaceChildren(make("p", {}, "There is no such place."));
    return;
  }
  const list = make("ul", { className: "cards", "aria-label": `pictures of ${name}` });
  const note = make("span", { className: "faint" }, `the newest ${column.newest.length} of ${column.count.toLocaleString()}${column.isWhole ? "" : "+"}`);
  const more = make("button", { type: "button" }, "All, by name");
  const bar = make("div", { className: "bar" }, make("h2", {}, name), note);
  if (letters.has(name)) {
    bar.append(replayAll(column));
  } else if (column.count > column.newest.length) {
    bar.append(more);
  }
  show(list, column.newest);
  main.replaceChildren(make("section", { className: "place", "aria-label": name }, bar, list));

  let next = null;
  let begun = false;
  more.addEventListener("click", async () => {
    more.disabled = true;
    try {
      const part = (await read("place", next ? { name, next } : { name })).body;
      if (!begun) {
        list.replaceChildren();
        begun = true;
      }
      list.append(...part.entries.map(card));
      next = part.next ?? null;
      note.textContent = `${list.children.length.toLocaleString()} of ${column.count.toLocaleString()}, by name`;
      more.textContent = "More";
      more.hidden = next === null;
    } catch (error) {
      tell(error.message);
    }
    more.disabled = false;
  });
}

function replayAll(column) {
  const button = make("button", { type: "button", disabled: column.newest.length === 0 }, "Replay these, and remove what is handled");
  button.addEventListener("click", async () => {
    button.disabled = true;
    const keys = column.newest.map(entry => entry.key);
    let handled = 0;
    try {
      // A few in one request: a gateway waits for a minute or so.
      for (let at = 0; at < keys.length; at += 10) {
        const answer = await write("replay", { keys: keys.slice(at, at + 10), remove: true });
        handled += answer.letters.filter(letter => !letter.fault).length;
        tell(`${handled} of ${keys.length} handled`);
      }
      go("#/");
    } catch (error) {
      tell(error.message);
      button.disabled = false;
    }
  });
  return button;
}
