// What another program shared with this page (kept on the device by worker.js) stands in a form until it is sent.
// A share is forgotten once the house has what came of it, when somebody throws it away, or after an hour.
(() => {
    "use strict";
    const about = document.querySelector("[data-shares]");
    if (!about) return;
    const { store, waits, worker, read, used, files: into, most } = about.dataset;
    const form = about.closest("form");
    const field = (name) => (name ? form.elements.namedItem(name) : null);
    const $ = (name) => about.querySelector(`[data-shares-${name}]`);

    const asked = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    async function within(work) {
        const request = indexedDB.open(store, 1);
        request.onupgradeneeded = () => request.result.createObjectStore("shares", { keyPath: "n", autoIncrement: true });
        const db = await asked(request);
        try { return await work(db.transaction("shares", "readwrite").objectStore("shares")); } finally { db.close(); }
    }
    const forget = (numbers) => within((shares) => Promise.all(numbers.map((n) => asked(shares.delete(n)))));
    const waiting = () => within(async (shares) => {
        const all = await asked(shares.getAll());
        const old = all.filter((one) => one.at <= Date.now() - Number(waits));
        await Promise.all(old.map((one) => asked(shares.delete(one.n))));
        return all.filter((one) => !old.includes(one));
    });

    // Several shares become one text: a chat program shares its words and its pictures one after the other.
    const words = (shares) => shares
        .flatMap(({ title, text, url }) => [text.includes(title) ? "" : title, text, text.includes(url) ? "" : url])
        .map((said) => said.trim()).filter(Boolean).join("\n");
    function put(name, value) {
        const input = field(name);
        if (input && value && !input.value) input.value = input.maxLength > 0 ? value.slice(0, input.maxLength) : value;
    }
    async function understood(text) {
        if (!read || !text || !navigator.onLine) return null;
        const body = new FormData();
        body.append("text", text);
        try {
            const headers = { "X-CSRFToken": field("csrfmiddlewaretoken").value };
            const answer = await fetch(read, { method: "POST", body, credentials: "same-origin", headers });
            return answer.ok && !answer.redirected ? await answer.json() : null;
        } catch { return null; }
    }
    async function fill(shares) {
        const text = words(shares);
        const pictures = shares.flatMap((one) => one.files);
        const held = new DataTransfer();
        pictures.slice(0, Number(most)).forEach((one) => held.items.add(one));
        field(into).files = held.files;
        const said = await understood(text) ?? { [about.dataset.text]: text, [about.dataset.title]: text.split("\n")[0] };
        Object.entries(said).forEach(([name, value]) => put(name, value));
        about.querySelectorAll("[data-shares-choice]").forEach(({ dataset }) => {
            const choice = form.querySelector(`[name="${dataset.sharesChoice}"][value="${dataset.value}"]`);
            if (choice) choice.checked = true;
        });
        const left = shares.reduce((sum, one) => sum + one.left, pictures.length - held.files.length);
        $("left").hidden = !left;
        $("count").textContent = left;
        $("note").hidden = false;
        about.hidden = false;
        form.closest("[data-entry]")?.classList.add("open");
        const numbers = shares.map((one) => one.n);
        const named = field("shared");
        if (named) named.value = numbers.join(" ");
        form.addEventListener("kept", () => { $("note").hidden = true; forget(numbers); }, { once: true });
        $("drop").addEventListener("click", async () => { await forget(numbers); form.reset(); $("note").hidden = true; }, { once: true });
        about.dataset.filled = numbers.join(" ");
    }

    async function begin() {
        if (location.hash === "#unshared") { about.hidden = false; $("failed").hidden = false; }
        if (used) await forget(used.split(" ").map(Number));
        if (into) { const shares = await waiting(); if (shares.length) await fill(shares); }
        if (worker) await navigator.serviceWorker.register(worker);
    }
    begin().catch(() => {}); // a browser without a store or a worker: there is nothing shared, pasting stands
})();
