// Keeps one page and its files for when there is no network, and takes what another program shares with this one.
// KEPT (version, page, files, share) stands before this text.
"use strict";
const NAME = `offline-${KEPT.version}`;
const PATIENCE = 2500; // milliseconds on a weak signal before the kept page is shown

addEventListener("install", (event) => {
    const fill = async () => {
        const cache = await caches.open(NAME);
        await cache.addAll(KEPT.files);
        const page = KEPT.page && await fetch(KEPT.page, { credentials: "same-origin" });
        if (page && page.ok && !page.redirected) await cache.put(KEPT.page, page);
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

// What is shared stays on the device until somebody has looked at it and sends it: a page of elsewhere that posts here
// fills a form and no more. Nothing reaches the house, so nothing here asks for its token or for a signal.
const { share } = KEPT;
function opened() {
    return new Promise((resolve, reject) => {
        const request = indexedDB.open(share.store, 1);
        request.onupgradeneeded = () => request.result.createObjectStore("shares", { keyPath: "n", autoIncrement: true });
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}
function keep(db, one) {
    return new Promise((resolve, reject) => {
        const on = db.transaction("shares", "readwrite", { durability: "strict" });
        const shares = on.objectStore("shares");
        shares.getAll().onsuccess = ({ target }) => {
            const waiting = target.result.filter((old) => old.at > Date.now() - share.waits).slice(1 - share.shares);
            target.result.filter((old) => !waiting.includes(old)).forEach((old) => shares.delete(old.n));
            shares.add(one);
        };
        on.oncomplete = () => resolve();
        on.onabort = on.onerror = () => reject(on.error);
    });
}
const text = (given, name) => { const said = given.get(name); return typeof said === "string" ? said.slice(0, share.longest) : ""; };
// What a picture is called tells the house what it is; some programs share pictures without an ending.
function named(file) {
    const ending = share.kinds[file.type];
    if (!ending || !file.size || file.size > share.largest) return [];
    const known = Object.values(share.kinds).concat("jpeg");
    return [known.includes(file.name.split(".").pop().toLowerCase()) ? file : new File([file], `${file.name || "picture"}.${ending}`, { type: file.type })];
}
async function taken(request) {
    try {
        const given = await request.formData();
        const files = given.getAll("files").filter((one) => one instanceof File && (one.name || one.size));
        const pictures = files.flatMap(named).slice(0, share.files);
        const one = { at: Date.now(), title: text(given, "title"), text: text(given, "text"), url: text(given, "url") };
        const db = await opened();
        await keep(db, { ...one, files: pictures, left: files.length - pictures.length });
        db.close();
        return Response.redirect(share.to, 303);
    } catch { return Response.redirect(`${share.to}#unshared`, 303); }
}

addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== location.origin) return;
    if (request.method === "POST" && url.pathname === share.at) event.respondWith(taken(request));
    if (request.method !== "GET") return;
    if (url.pathname === KEPT.page) event.respondWith(page(request));
    else if (KEPT.files.includes(url.pathname)) {
        event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
    }
});
