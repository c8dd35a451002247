// One picture: as it was uploaded, as the model sees it, what is known of it, and where a person wants it.

import { image, read, write, Refused } from "./api.js";
import { percent } from "./card.js";
import { go, link, make, tell, terms, when } from "./dom.js";

const placeOf = key => key.slice(0, key.indexOf("/"));
const decisions = [];
let order = [];
let isBusy = false;

/** Remembers what is shown in the overview's order, so that after a decision the next picture comes. */
export function remember(keys) {
  order = keys;
}

/** Shows a picture. */
export async function picture(main, signal, key) {
  const { body } = await read("picture", { key });
  if (signal.aborted) {
    return null;
  }
  const place = placeOf(key);
  const labels = body.labels;
  const buttons = [...Array(10).keys()].map(digit => decideButton(`digit-${digit}`, String(digit), String(digit)));
  buttons.push(decideButton("unreadable", "no digit", "x"));
  for (const button of buttons) {
    if (button.value === place) {
      button.setAttribute("aria-current", "true");
    }
    button.addEventListener("click", () => decide(body, button.value));
  }
  main.replaceChildren(make("section", { "aria-label": "picture" },
    make("h2", { className: "key", tabIndex: -1, id: "key" }, key),
    make("div", { className: "picture" },
      figure(body, "original", "as it was uploaded"), figure(body, "model", "what the model sees, 28 × 28"),
      make("div", {}, scores(body),
        make("div", { className: "decide", role: "group", "aria-label": "File it by hand" }, ...buttons),
        make("p", { className: "faint" }, "Keys: 0 to 9 file it there, x is no digit, u takes the last decision back, Esc goes back."),
        terms([
          ["is in", place], ["why", why(place, labels)], ["model's digit", labels.digit && `${labels.digit} (${percent(labels.confidence)})`], ["model", labels.model],
          ["reason", labels.reason], ["from", labels.source], ["uploaded", when(labels.sourceModified)], ["event", labels.event], ["trace", labels.trace],
          ["filed", when(body.filed)], ["decided", when(labels.reviewed)], ["decided by", labels.by], ["was in", labels.was], ["bytes", body.size.toLocaleString()], ["eTag", body.eTag],
        ])))));
  document.getElementById("key").focus();
  return body;
}

function decideButton(value, text, key) {
  return make("button", { type: "button", value, title: `file under ${value}`, "aria-keyshortcuts": key }, text);
}

function why(place, labels) {
  if (labels.reviewed) {
    return "a person decided so";
  }
  if (place === "review") {
    return "the model is less sure than Sorting__MinConfidence";
  }
  return place === "unreadable" ? "it cannot be read as a picture of a digit" : "the model saw this digit";
}

function figure(body, kind, text) {
  const caption = make("figcaption", { className: "faint" }, text);
  const holder = make("figure", {}, caption);
  image(body.key, kind, `${body.eTag}-${body.filed}`).then(({ url, fault }) => {
    holder.prepend(url ? make("img", { src: url, alt: text, className: kind }) : make("p", { className: "warning" }, fault));
  }, error => holder.prepend(make("p", { className: "warning" }, error.message)));
  return holder;
}

function scores(body) {
  if (!body.scores?.length) {
    return make("p", { className: "warning" }, body.noScores ?? "The model gives no scores.");
  }
  const list = make("ol", { className: "scores", "aria-label": `scores of ${body.scoresOf}` });
  body.scores.forEach((score, digit) => list.append(make("li", {},
    make("span", {}, String(digit)), make("meter", { min: 0, max: 1, value: score, "aria-label": `score of ${digit}` }), make("span", { className: "value" }, percent(score)))));
  return make("div", {}, list, body.scoresOf !== body.labels.model ? make("p", { className: "faint" }, `scores of ${body.scoresOf}, asked now`) : null);
}

/** Files the picture, and shows the next one of those that were in sight. */
export async function decide(body, place) {
  if (isBusy) {
    return;
  }
  isBusy = true;
  try {
    const done = await write("decide", { key: body.key, eTag: body.eTag, place });
    decisions.push({ key: done.key, eTag: done.eTag });
    document.getElementById("undo").disabled = false;
    tell(`${body.key} is filed under ${place}.`);
    const at = order.indexOf(body.key);
    order = order.filter(key => key !== body.key);
    const next = at >= 0 && order[at] && placeOf(order[at]) === placeOf(body.key) ? order[at] : null;
    go(next ? link("picture", next) : "#/");
  } catch (error) {
    tell(error.message);
    if (error instanceof Refused && error.status === 409) {
      go(error.body.status === "lost" ? link("picture", error.body.key) : "#/");
    }
  } finally {
    isBusy = false;
  }
}

/** Takes the last decision of this page back. */
export async function undo() {
  const last = decisions.pop();
  document.getElementById("undo").disabled = decisions.length === 0;
  if (!last) {
    return;
  }
  try {
    const done = await write("decide", { ...last, undo: true });
    tell(`It is back in ${placeOf(done.key)}.`);
    go(link("picture", done.key));
  } catch (error) {
    tell(error.message);
  }
}
