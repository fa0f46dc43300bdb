// Opens the page without a connection: with the last conversation, as the page itself keeps it (chat.js).
// Everything else goes to the network; files with a mark in their address never change and are kept.
"use strict";
const FILES = "files";
const PAGE = "page";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") return event.respondWith(opened(event.request));
  if (address.pathname.startsWith("/static/") && address.search) event.respondWith(file(event.request));
});

async function opened(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(PAGE)).match("/");
    if (!kept) throw error;
    return kept;
  }
}

async function file(request) {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    // An older file of the same name is not needed any more.
    const name = new URL(request.url).pathname;
    for (const old of await cache.keys()) if (new URL(old.url).pathname === name) await cache.delete(old);
    await cache.put(request, answer.clone());
  }
  return answer;
}
