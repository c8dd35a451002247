// Makes elements. Text is only ever set as text: keys and metadata are anybody's words.

/** An element with properties, attributes (names with a dash, role) and children; strings become text. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role") {
      element.setAttribute(key, value);
    } else {
      element[key] = value;
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** A list of terms; those without a value are left out. */
export function terms(pairs) {
  const list = make("dl");
  for (const [term, value] of pairs) {
    if (value !== null && value !== undefined && value !== "") {
      list.append(make("dt", {}, term), make("dd", {}, value instanceof Node ? value : String(value)));
    }
  }
  return list;
}

/** A moment as people here write it. */
export function when(time) {
  const date = new Date(time);
  return time && !Number.isNaN(date.getTime()) ? date.toLocaleString() : "";
}

/** A moment in a few letters: the time of today, the day before. */
export function shortly(time) {
  const date = new Date(time);
  return date.toDateString() === new Date().toDateString() ? date.toLocaleTimeString() : date.toLocaleDateString();
}

/** Tells the user something, aloud for those who listen. */
export function tell(text) {
  const told = document.getElementById("told");
  told.textContent = text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { told.textContent = ""; }, 8000);
}

/** The address of a view within the page. */
export const link = (view, name) => `#/${view}/${encodeURIComponent(name)}`;

/** Goes to a view, also where it is the one that is shown: it may have changed. */
export function go(to) {
  if (location.hash === to) {
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = to;
  }
}
