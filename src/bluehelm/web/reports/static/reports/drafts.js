// What was typed and not sent yet? Kept in this browser, sent when the line is back, thrown away once the server has it.
//
// A draft is kept under the account that typed it and carries a key of its own, under which the server files it once
// however often it is sent. A change carries the version that its writer saw, so that what another wrote meanwhile is kept
// beside it. Fields marked data-not-kept (who told of it) stay in the memory of the page alone.

const PREFIX = "bluehelm.draft.";
const RETRY_MS = 15_000;
const inMemory = new Map(); // draft key -> fields that no disk may hold

const panel = document.querySelector("[data-drafts]");
const form = document.querySelector("form[data-draft]");
const account = panel?.dataset.account ?? "";
const words = panel ? JSON.parse(document.getElementById(panel.dataset.words).textContent) : {};

navigator.serviceWorker?.register(new URL("worker.js", import.meta.url), { scope: "/reports/" }).catch(() => {
  // forbidden, or the page came by an unsafe line: pages then open only with a line, and drafts are kept all the same
});

const nameOf = (key) => `${PREFIX}${account}.${key}`;

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function drafts() {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(nameOf("")));
  return names.map((name) => ({ name, ...read(name) })).filter((draft) => draft.fields);
}

function write(draft) {
  const { name, ...kept } = draft;
  try {
    localStorage.setItem(name, JSON.stringify(kept));
  } catch {
    // full, or forbidden: the page itself still holds what was typed
  }
}

// A number that no other draft has; browsers give one by name only to pages that came by a safe line.
function newKey() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return bytes.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function typed() {
  form.elements.draft_key.value ||= newKey();
  const kept = {};
  const hidden = {};
  for (const field of form.elements) {
    if (!field.name || field.name === "csrfmiddlewaretoken" || field.type === "file") continue;
    if ("notKept" in field.dataset) hidden[field.name] = field.value;
    else kept[field.name] = field.value;
  }
  inMemory.set(kept.draft_key, hidden);
  return kept;
}

function keep(waiting) {
  const fields = typed();
  const draft = { name: nameOf(fields.draft_key), form: form.dataset.draft, url: form.getAttribute("action") ?? location.pathname, fields, waiting, at: new Date().toISOString() };
  write(draft);
  return draft;
}

const say = (text) => {
  const place = form?.querySelector("[data-draft-state]");
  if (place) place.textContent = text;
};

// The newest draft of this very form is put back, unless the server has just said what is wrong with it.
function restore() {
  if (form.querySelector("[role=alert]")) return;
  const mine = drafts().filter((draft) => draft.form === form.dataset.draft && !draft.waiting);
  const [draft] = mine.sort((one, other) => other.at.localeCompare(one.at));
  if (!draft) return;
  for (const [name, value] of Object.entries(draft.fields)) {
    const field = form.elements.namedItem(name);
    if (field && "value" in field) field.value = value;
  }
  say(words.restored);
}

const ownToken = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

// A page that was kept for a time without a line has no token of its own: it is on the same page as the server has it now.
async function token(url) {
  if (ownToken()) return ownToken();
  const page = await (await fetch(url)).text();
  return new DOMParser().parseFromString(page, "text/html").querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

// "sent" with where it is now, "offline", "signin", or "refused".
async function send(draft) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...draft.fields, ...inMemory.get(draft.fields.draft_key) })) body.append(name, value);
  let answer;
  try {
    body.append("csrfmiddlewaretoken", await token(draft.url));
    answer = await fetch(`/api${draft.url}`, { method: "POST", body, headers: { Accept: "application/json" } });
  } catch {
    return { state: "offline" };
  }
  if (answer.status === 401 || answer.status === 403) return { state: "signin" };
  if (answer.status >= 500) return { state: "offline" };
  if (!answer.ok) return { state: "refused" };
  const { at } = await answer.json();
  localStorage.removeItem(draft.name);
  inMemory.delete(draft.fields.draft_key);
  return { state: "sent", at: at.replace(/^\/api/, "") };
}

function show() {
  if (!panel) return;
  const waiting = drafts().filter((draft) => draft.waiting);
  panel.hidden = waiting.length === 0;
  panel.querySelector("[data-drafts-list]").replaceChildren(...waiting.map(line));
}

function line(draft) {
  const item = document.createElement("li");
  const text = `${draft.fields.place ?? ""} ${(draft.fields.narrative ?? "").slice(0, 80)}`.trim();
  item.append(Object.assign(document.createElement("span"), { textContent: `${text} ${draft.said ? words[draft.said] : ""} ` }));
  const open = Object.assign(document.createElement("a"), { href: draft.url, textContent: words.open });
  open.addEventListener("click", () => write({ ...draft, waiting: false }));
  const forget = Object.assign(document.createElement("button"), { type: "button", className: "button--secondary", textContent: words.forget });
  forget.addEventListener("click", () => {
    localStorage.removeItem(draft.name);
    show();
  });
  item.append(open, " ", forget);
  return item;
}

let sending = false;
async function sendWaiting() {
  if (sending || !navigator.onLine) return;
  sending = true;
  let last = "";
  for (const draft of drafts().filter((one) => one.waiting)) {
    const { state, at } = await send(draft);
    if (state === "sent") last = at;
    else if (state !== "offline") write({ ...draft, said: state });
    if (state === "offline") break;
  }
  sending = false;
  show();
  // Two versions to decide about: the person who waited is led there.
  if (last && (last.includes("/versions/") || form)) location.assign(last);
}

if (form) {
  if ("withoutLine" in form.dataset) form.elements.from_at.value = new Date().toISOString().slice(0, 16);
  restore();
  let pause;
  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => keep(false), 300);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(pause);
    const draft = keep(true);
    const { state, at } = await send(draft);
    if (state === "sent") {
      location.assign(at);
    } else if (state === "offline") {
      say(words.kept);
      show();
    } else {
      write({ ...draft, waiting: false });
      if (ownToken()) form.submit(); // the server's own page says what is wrong, beside each field
      else location.assign(draft.url); // the same form with a line, where the draft is put back
    }
  });
  const locate = form.querySelector("[data-locate]");
  if (locate && navigator.geolocation) {
    locate.hidden = false;
    locate.addEventListener("click", () =>
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        form.elements.latitude.value = coords.latitude.toFixed(5);
        form.elements.longitude.value = coords.longitude.toFixed(5);
        form.elements.precision.value = "1";
        keep(false);
      }),
    );
  }
}

if (panel) {
  panel.querySelector("[data-drafts-send]").addEventListener("click", sendWaiting);
  window.addEventListener("online", sendWaiting);
  setInterval(sendWaiting, RETRY_MS);
  show();
  sendWaiting();
}
