// Keeps the files of one build, so that the page works without a network once it has been loaded.
const VERSION = "$version";

self.addEventListener("install", (event) => event.waitUntil(keepAll().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(self.registration.scope))
    event.respondWith(kept(event.request));
});

async function keepAll() {
  const list = await fetch("files.json", { cache: "no-cache" });
  const files = await list.clone().json();
  const cache = await caches.open(VERSION);
  await cache.put("files.json", list);
  await cache.addAll(Object.entries(files).map(([path, { integrity }]) => new Request(path, { integrity })));
}

async function forgetOthers() {
  for (const name of await caches.keys())
    if (name.startsWith("try-") && name !== VERSION) await caches.delete(name);
}

async function kept(request) {
  const address = request.url === self.registration.scope ? "index.html" : request;
  return (await (await caches.open(VERSION)).match(address, { ignoreSearch: true })) ?? fetch(request);
}
