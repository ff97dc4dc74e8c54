// Work with no signal: cases are restored from the device; what is entered waits in a queue and is sent in order.
// An entry leaves the queue only when the house's answer to its key is here: nothing is lost, nothing happens twice.
(() => {
    "use strict";
    const root = document.querySelector("[data-offline]");
    if (!root) return;
    const $ = (selector, from = root) => from.querySelector(selector);
    const $$ = (selector, from = root) => [...from.querySelectorAll(selector)];
    const word = (name, value = "") => ($(`[data-word=${name}]`)?.textContent ?? "").replace("#", value);
    const say = (text) => { $("[data-state]").textContent = text; };
    const { who, cases: casesUrl, send: sendUrl, worker, comment, place } = root.dataset;
    const began = performance.now();
    const answered = new Map(); // code → when its answer was taken in: a list asked for earlier still has it
    let db = null, csrf = "", sending = false, kept = [];

    // The device's store, one a post, so that nobody reads or sends another's.
    const asked = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    function open() {
        if (!("indexedDB" in window)) return Promise.reject(new Error("no store"));
        const request = indexedDB.open(`bihuan-offline-${who}`, 1);
        request.onupgradeneeded = () => {
            request.result.createObjectStore("cases", { keyPath: "code" });
            request.result.createObjectStore("queue", { keyPath: "n", autoIncrement: true });
            request.result.createObjectStore("about");
        };
        return asked(request);
    }
    const all = (name) => asked(db.transaction(name).objectStore(name).getAll());
    function change(names, work) {
        return new Promise((resolve, reject) => {
            const on = db.transaction(names, "readwrite", { durability: "strict" });
            on.oncomplete = () => resolve();
            on.onabort = on.onerror = () => reject(on.error);
            work(on);
        });
    }

    function fill(template, values) {
        const row = $(template).content.firstElementChild.cloneNode(true);
        row.querySelectorAll("[data-slot]").forEach((slot) => { slot.textContent = values[slot.dataset.slot] ?? ""; });
        return row;
    }

    async function show() {
        const queue = db ? await all("queue") : [];
        const closing = new Set(queue.filter((one) => one.code && one.state === "waiting").map((one) => one.code));
        const open = kept.filter((one) => !closing.has(one.code));
        $("[data-list]").replaceChildren(...open.map((one) => {
            const row = fill("[data-row]", one);
            $("[data-slot=title]", row).addEventListener("click", () => look(one));
            return row;
        }));
        $("[data-count]").textContent = open.length;
        $("[data-none]").hidden = open.length > 0;
        $("[data-queue]").replaceChildren(...queue.map(waiting));
        $("[data-queue-panel]").hidden = !queue.length;
        $("[data-queue-count]").textContent = queue.length;
    }

    function waiting(one) {
        const said = one.data.filter(([name]) => ["reply", "done", "note"].includes(name)).map(([, value]) => value);
        const row = fill("[data-waiting]", { ...one, said: said.join("\n"), state: word(one.state), made: local(one.made) });
        const stuck = one.state !== "waiting";
        $("[data-slot=state]", row).classList.add(stuck ? "tag-bad" : "tag-plain");
        $("[data-solve]", row).hidden = !stuck;
        $("[data-keep]", row).hidden = one.state !== "conflict" || !one.code;
        $("[data-retry]", row).hidden = one.state !== "refused";
        $("[data-keep]", row).addEventListener("click", () => solve(one, true));
        $("[data-retry]", row).addEventListener("click", () => retry(one));
        $("[data-drop]", row).addEventListener("click", () => solve(one, false));
        return row;
    }
    const local = (iso) => new Date(iso).toLocaleString(document.documentElement.lang || "zh-CN", { hour12: false });

    // Whoever was second decides: kept as a comment under a new key, or thrown away.
    async function solve(one, keep) {
        const text = one.data.filter(([name]) => name === "reply").map(([, value]) => value).join("\n");
        await change(["queue"], (on) => {
            on.objectStore("queue").delete(one.n);
            if (keep) on.objectStore("queue").add({ ...entry("comment", one.code, one.title, 0, [["note", text]]), made: one.made, photos: one.photos });
        });
        await show();
        send();
    }

    async function retry(one) {
        await change(["queue"], (on) => on.objectStore("queue").put({ ...one, key: key(), state: "waiting", words: "" }));
        await show();
        send();
    }

    function key() {
        if (crypto.randomUUID) return crypto.randomUUID();
        return [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
    }
    const entry = (kind, code, title, ver, data) => ({
        key: key(), kind, code, title, ver, data, photos: [], state: "waiting", words: "", made: new Date().toISOString(),
    });

    function look(one) {
        const dialog = $("[data-case]");
        dialog.querySelectorAll("[data-slot]").forEach((slot) => { slot.textContent = one[slot.dataset.slot] ?? ""; });
        const form = $("form", dialog);
        form.dataset.code = one.code;
        form.dataset.ver = one.ver;
        form.dataset.title = one.title;
        dialog.showModal();
    }

    // A form is read, its entry written down on the device, and only then emptied.
    async function take(form, kind) {
        const given = [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "key"].includes(name));
        const missing = [...form.querySelectorAll(".field:has(.required)")]
            .find((field) => !$$("input, textarea, select", field).some((input) => (/radio|checkbox/.test(input.type) ? input.checked : input.value.trim())));
        if (missing) { $("input, textarea, select", missing).focus(); say(word("missing")); return; }
        const photos = given.filter(([, value]) => value instanceof File && value.size).map(([, value]) => value);
        const data = given.filter(([, value]) => typeof value === "string" && value.trim());
        const title = form.dataset.title || (data.find(([name]) => name === "title") ?? ["", ""])[1];
        const one = { ...entry(kind, form.dataset.code ?? "", title, Number(form.dataset.ver ?? 0), data), photos };
        if (!db) return direct(one, form);
        try { await change(["queue"], (on) => on.objectStore("queue").add(one)); } catch { say(word("full")); return; }
        done(form, word("kept"));
        await show();
        send();
    }
    function done(form, text) {
        form.reset();
        form.dispatchEvent(new CustomEvent("kept"));
        $("[data-case]").close();
        $("[data-entry]").classList.remove("open");
        say(text);
    }
    async function direct(one, form) {
        if (!form.dataset.sentAs) form.dataset.sentAs = one.key; // tried again under the same key
        const answer = await post({ ...one, key: form.dataset.sentAs });
        if (!answer) { say(word("failed")); return; }
        delete form.dataset.sentAs;
        if (answer.state === "done") done(form, word("sent")); else say(answer.words);
        fetchCases();
    }

    async function post(one) {
        if (!csrf && !await fetchCases()) return null;
        const body = new FormData();
        Object.entries({ key: one.key, kind: one.kind, code: one.code, ver: one.ver, who, made: one.made, sent: new Date().toISOString() })
            .forEach(([name, value]) => body.append(name, value));
        one.data.forEach(([name, value]) => body.append(`f_${name}`, value));
        one.photos.forEach((photo) => body.append("photos", photo, photo.name || "photo.jpg"));
        try {
            const answer = await fetch(sendUrl, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrf } });
            if (!(answer.headers.get("content-type") ?? "").includes("json")) { csrf = ""; return null; }
            const said = await answer.json();
            return answer.ok ? said : null;
        } catch { return null; }
    }

    async function send() {
        if (!db || sending) return;
        sending = true;
        try {
            for (;;) {
                const one = (await all("queue")).find((item) => item.state === "waiting");
                if (!one) break;
                const answer = await post(one);
                if (!answer) { say(navigator.onLine ? word("failed") : word("offline")); break; }
                if (one.kind !== "comment") answered.set(one.code, performance.now());
                await change(["queue", "cases"], (on) => {
                    const queue = on.objectStore("queue");
                    if (answer.state === "done") queue.delete(one.n);
                    else queue.put({ ...one, state: answer.state, words: answer.words });
                    if (one.code && one.kind !== "comment") on.objectStore("cases").delete(one.code);
                });
                kept = kept.filter((item) => item.code !== one.code || one.kind === "comment");
                say(Math.abs(answer.skew ?? 0) > 2 ? word("clock", Math.abs(answer.skew)) : word("sent"));
                await show();
            }
        } finally { sending = false; }
    }

    async function fetchCases() {
        const since = performance.now();
        try {
            const answer = await fetch(casesUrl, { credentials: "same-origin", cache: "no-store" });
            if (answer.redirected || !(answer.headers.get("content-type") ?? "").includes("json")) { say(word("signin")); return false; }
            const said = await answer.json();
            if (said.who !== who) { say(word("other")); return false; }
            csrf = said.csrf;
            kept = said.cases.map((one, order) => ({ ...one, order })).filter((one) => !(answered.get(one.code) > since));
            if (db) {
                await change(["cases", "about"], (on) => {
                    const store = on.objectStore("cases");
                    store.clear();
                    kept.forEach((one) => store.put(one));
                    on.objectStore("about").put(new Date().toISOString(), "fetched");
                });
            }
            $("[data-asof]").textContent = word("asof", local(new Date().toISOString()));
            await show();
            return true;
        } catch { say(word(db ? "offline" : "nostore")); return false; }
    }
    async function both() { if (await fetchCases()) await send(); }

    async function begin() {
        root.setAttribute("aria-busy", "true");
        try {
            db = await open();
            kept = (await all("cases")).sort((a, b) => a.order - b.order);
            const fetched = await asked(db.transaction("about").objectStore("about").get("fetched"));
            if (fetched) $("[data-asof]").textContent = word("asof", local(fetched));
            await show();
            navigator.storage?.persist?.();
        } catch { db = null; }
        root.dataset.restored = String(Math.round(performance.now() - began));
        let works = db ? "ready" : "nostore";
        if (db) {
            try {
                await navigator.serviceWorker.register(worker);
                await Promise.race([navigator.serviceWorker.ready, new Promise((resolve) => { setTimeout(resolve, 4000); })]);
            } catch { works = "noworker"; }
        }
        root.dataset.works = works;
        say(word(works));
        if (navigator.onLine) await both();
        root.removeAttribute("aria-busy"); // what stands here now is kept or fresh; nothing replaces it unasked
    }

    root.addEventListener("submit", (event) => {
        event.preventDefault();
        event.stopPropagation();
        const form = event.target;
        if (form.dataset.taking) return; // a second tap while the first is being written down
        form.dataset.taking = "yes";
        take(form, form.closest("[data-case-form]") ? "answer" : "entry").finally(() => {
            delete form.dataset.taking;
            setTimeout(() => { form.classList.remove("busy"); $$("button", form).forEach((button) => { button.disabled = false; }); });
        });
    }, true);
    root.addEventListener("click", (event) => {
        if (event.target.closest("[data-close]")) $("[data-case]").close();
        if (event.target.closest("[data-again]")) both();
        if (event.target.closest("[data-open-entry]")) $("[data-entry]").classList.toggle("open");
        if (event.target.closest("[data-locate]")) locate();
    });
    // The place is asked for only when somebody taps; nothing watches where anybody goes.
    function locate() {
        navigator.geolocation?.getCurrentPosition(
            ({ coords }) => {
                $(`[data-entry] [name=${place}]`).value = `WGS-84 ${coords.latitude.toFixed(6)},${coords.longitude.toFixed(6)}`;
                say(word("placed"));
            },
            () => say(word("noplace")),
            { timeout: 10000, maximumAge: 60000 },
        );
    }
    const point = $(`[data-entry] [name=${place}]`);
    if (point && "geolocation" in navigator) point.closest(".field").append($("[data-place-tap]").content.cloneNode(true));
    root.classList.add("alive");
    addEventListener("online", both);
    document.addEventListener("visibilitychange", () => { if (!document.hidden && navigator.onLine) both(); });
    setInterval(() => { if (navigator.onLine) send(); }, 20000);
    begin();
})();
