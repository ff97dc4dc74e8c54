// Keeps one page and its files for when there is no network. KEPT (page, files, version) stands before this text.
"use strict";
const NAME = `offline-${KEPT.version}`;
const PATIENCE = 2500; // milliseconds on a weak signal before the kept page is shown

addEventListener("install", (event) => {
    const fill = async () => {
        const cache = await caches.open(NAME);
        await cache.addAll(KEPT.files);
        const page = await fetch(KEPT.page, { credentials: "same-origin" });
        if (page.ok && !page.redirected) await cache.put(KEPT.page, page);
        await skipWaiting();
    };
    event.waitUntil(fill());
});

addEventListener("activate", (event) => {
    const tidy = async () => {
        const old = (await caches.keys()).filter((name) => name.startsWith("offline-") && name !== NAME);
        await Promise.all(old.map((name) => caches.delete(name)));
        await clients.claim();
    };
    event.waitUntil(tidy());
});

async function page(request) {
    const cache = await caches.open(NAME);
    const kept = await cache.match(KEPT.page);
    const fresh = fetch(request).then(async (answer) => {
        if (answer.ok && !answer.redirected) await cache.put(KEPT.page, answer.clone());
        return answer;
    });
    if (!kept) return fresh;
    fresh.catch(() => {});
    const late = new Promise((resolve) => { setTimeout(() => resolve(kept), PATIENCE); });
    return Promise.race([fresh, late]).catch(() => kept);
}

addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== location.origin) return;
    if (url.pathname === KEPT.page) event.respondWith(page(request));
    else if (KEPT.files.includes(url.pathname)) {
        event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
    }
});
