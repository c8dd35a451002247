// Calls the page's functions, with the function key where there is one.

const storedKey = "digitfunctions-key";

/** The functions want a key. */
export class KeyNeeded extends Error {}

/** A function says no; the message is its reason. */
export class Refused extends Error {
  constructor(message, status, body) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

export const setKey = key => sessionStorage.setItem(storedKey, key);

function headers(more) {
  const key = sessionStorage.getItem(storedKey);
  return key ? { "x-functions-key": key, ...more } : more;
}

async function call(path, options) {
  const response = await fetch(`/api/page/${path}`, { ...options, headers: headers(options.headers ?? {}), redirect: "error" });
  if (response.status === 401) {
    throw new KeyNeeded("A function key is needed.");
  }
  return response;
}

async function refuse(response) {
  const body = await response.json().catch(() => ({}));
  throw new Refused(body.detail ?? body.reason ?? `The functions answered ${response.status}.`, response.status, body);
}

/** Reads JSON. With an earlier eTag the answer may be null: nothing has changed. */
export async function read(view, query = {}, known = null) {
  const response = await call(`data/${view}?${new URLSearchParams(query)}`, { headers: known ? { "If-None-Match": known } : {}, cache: "no-store" });
  if (response.status === 304) {
    return { body: null, eTag: known };
  }
  if (!response.ok) {
    await refuse(response);
  }
  return { body: await response.json(), eTag: response.headers.get("ETag") };
}

/** Sends JSON; a refusal is thrown. */
export async function write(path, body) {
  const response = await call(path, {
    method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-DigitFunctions": "page" },
  });
  if (!response.ok) {
    await refuse(response);
  }
  return response.json();
}

// An address of the browser's own for each picture that was fetched; the oldest go.
const blobs = new Map();
const mostBlobs = 2000;

/** A picture as PNG, and its labels. The version tells one picture under a key from the next. */
export function image(key, kind, version) {
  const name = `${kind} ${version} ${key}`;
  let found = blobs.get(name);
  if (!found) {
    found = fetchImage(key, kind, version);
    blobs.set(name, found);
    found.catch(() => blobs.delete(name));
    if (blobs.size > mostBlobs) {
      const [oldest, gone] = blobs.entries().next().value;
      blobs.delete(oldest);
      gone.then(({ url }) => url && URL.revokeObjectURL(url), () => {});
    }
  }
  return found;
}

async function fetchImage(key, kind, version) {
  const response = await call(`data/image?${new URLSearchParams({ key, kind, v: version })}`, {});
  const told = response.headers.get("Picture-Labels");
  const labels = told ? JSON.parse(decodeURIComponent(told)) : {};
  if (response.status === 422) {
    return { url: null, labels, fault: (await response.json()).detail };
  }
  if (!response.ok) {
    await refuse(response);
  }
  return { url: URL.createObjectURL(await response.blob()), labels, fault: null };
}
