// One dead letter: why it is here, the record as it came, and its replay.

import { read, write } from "./api.js";
import { make, tell, terms, when } from "./dom.js";

/** Shows a dead letter. */
export async function letter(main, signal, key) {
  const { body } = await read("letter", { key });
  if (signal.aborted) {
    return;
  }
  const outcome = make("div", { role: "status" });
  const replay = make("button", { type: "button" }, "Replay, and remove it where it is handled");
  replay.addEventListener("click", async () => {
    replay.disabled = true;
    try {
      const { letters: [one] } = await write("replay", { keys: [key], remove: true });
      outcome.replaceChildren(...one.outcomes.map(done => make("p", {}, `${done.status}: ${done.target ?? done.key ?? ""} ${done.reason ?? ""}`)));
      if (one.fault) {
        outcome.append(make("p", { className: "warning" }, one.fault));
      }
      replay.disabled = one.isRemoved;
      tell(one.isRemoved ? "It is handled, and the letter is gone." : "The letter stays.");
    } catch (error) {
      tell(error.message);
      replay.disabled = false;
    }
  });
  main.replaceChildren(make("section", { "aria-label": "dead letter" },
    make("h2", { className: "key" }, body.key),
    make("p", { className: "warning" }, body.reason),
    make("div", { className: "bar" }, replay), outcome,
    terms([
      ["kind", body.isBlocked ? "blocked: the event can be read, its picture is refused and stays where it is" : "rejected: the event cannot be read"],
      ["pictures", body.pictures.join("\n")], ["set aside", when(body.time)], ["record", body.origin], ["record's time", when(body.recordTime)], ["record's key", body.recordKey],
      ...body.headers.map(header => [`header ${header.name}`, header.value]),
    ]),
    make("h2", {}, "Value"), make("pre", { tabIndex: 0, role: "region", "aria-label": "value of the record" }, body.value ?? "(none: a tombstone)")));
}
