// What does this browser show of reporting where there is no line?
//
// The form of a new report, kept as a page that names no report, no place and nobody but who writes; and the styles and
// scripts it needs. No other page is kept: what has been reported stays off the disk of a telephone that may be lost.

const KEPT = "bluehelm-reporting-1";
const FORM = "/reports/new/";
const WITHOUT_LINE = "/reports/new/without-line/";
const PATIENCE_MS = 8_000; // a line that answers later than this is none

async function keep() {
  const answer = await fetch(WITHOUT_LINE, { cache: "reload" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return; // signed out, or may not file: what was kept before stays
  const store = await caches.open(KEPT);
  const page = await answer.clone().text();
  const files = [...page.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, address]) => address);
  await store.addAll([...new Set(files)]);
  await store.put(WITHOUT_LINE, answer);
}

async function shown(event) {
  const { request } = event;
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok && new URL(request.url).pathname === FORM) event.waitUntil(keep());
    return answer;
  } catch {
    return new URL(request.url).pathname === FORM
      ? ((await caches.match(WITHOUT_LINE)) ?? Response.error())
      : Response.redirect(FORM);
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const older = caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))));
  event.waitUntil(Promise.all([older, self.clients.claim()]));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(shown(event));
  else if (new URL(request.url).pathname.startsWith("/static/"))
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
});
