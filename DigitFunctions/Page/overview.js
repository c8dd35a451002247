// All columns, live: asked for again and again while the page is in sight.

import { read } from "./api.js";
import { show } from "./card.js";
import { link, make } from "./dom.js";

const pause = 1000;

/** Shows the overview until the signal says to stop. */
export async function overview(main, signal) {
  const columns = make("div", { className: "columns" });
  const lists = new Map();
  let known = null;
  while (!signal.aborted) {
    if (!document.hidden) {
      const { body, eTag } = await read("overview", { newest: 24 }, known);
      known = eTag;
      if (signal.aborted) {
        return;
      }
      if (body) {
        draw(columns, lists, body);
      }
      if (!columns.isConnected) {
        main.replaceChildren(columns);
      }
    }
    await new Promise(done => setTimeout(done, pause));
  }
}

function draw(columns, lists, view) {
  const total = view.columns.slice(0, 12).reduce((sum, column) => sum + column.count, 0);
  const whole = view.columns.every(column => column.isWhole);
  document.getElementById("state").textContent = view.fault
    ? `The bucket cannot be listed: ${view.fault}` : `${total.toLocaleString()} pictures${whole ? "" : ", still counting"}`;
  for (const column of view.columns) {
    if (!lists.has(column.name)) {
      const count = make("span", { className: "count" });
      const list = make("ul", { className: "cards", "aria-label": `newest of ${column.name}` });
      columns.append(make("section", { className: "column", "aria-label": column.name },
        make("div", {}, make("h2", {}, make("a", { href: link("place", column.name) }, column.name)), count), list));
      lists.set(column.name, { count, list });
    }
    const { count, list } = lists.get(column.name);
    count.textContent = `${column.count.toLocaleString()}${column.isWhole ? "" : "+"}`;
    show(list, column.newest);
  }
}
