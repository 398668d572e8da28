/* Service worker of the phone page. `KEEP` (version, shell, files) is put in front by the server.

   The page and its files come from what is kept; what it asks the server (session, packs, sending) always goes out. */

const STORE = `phone-${KEEP.version}`;
const FILES = new Set(KEEP.files.map((file) => new URL(file, self.location).pathname));

async function keep(cache, address) {
  const answer = await fetch(address, { cache: "reload", redirect: "error", credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  await cache.put(address, answer);
}

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(STORE);
      await Promise.all([...KEEP.files, KEEP.shell].map((file) => keep(cache, file)));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith("phone-") && name !== STORE).map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  const address = url.pathname === KEEP.shell ? KEEP.shell : FILES.has(url.pathname) ? url.pathname : null;
  if (address) event.respondWith(kept(address, event.request));
});

async function kept(address, request) {
  const cache = await caches.open(STORE);
  return (await cache.match(address)) ?? fetch(request);
}
