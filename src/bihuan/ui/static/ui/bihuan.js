// Keys, menus, ticks and notices. Every page works without this file; it only makes it quicker.
(() => {
    "use strict";
    const $ = (selector, root = document) => root.querySelector(selector);
    const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
    const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
    const say = (text) => { const live = $("#live"); if (live) live.textContent = text; };

    // Rows: J and K walk, Enter opens, X ticks.
    const rows = () => $$("[data-rows] [data-href]").filter((row) => row.offsetParent);
    function walk(step) {
        const all = rows();
        if (!all.length) return;
        const at = all.indexOf(document.activeElement.closest?.("[data-href]"));
        all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))].focus();
    }
    function tick() {
        const box = $("input[name=ids]", document.activeElement);
        if (box) box.click();
    }

    function focusSearch() {
        const box = $("#search-q");
        if (box) { box.focus(); box.select(); }
    }

    function shut() {
        $$("details.menu[open]").forEach((menu) => { menu.open = false; });
        rail(false);
    }

    function rail(open) {
        document.body.classList.toggle("rail-open", open);
        $("[data-rail-open]")?.setAttribute("aria-expanded", String(open));
    }

    const keys = {
        "/": focusSearch,
        "j": () => walk(1),
        "k": () => walk(-1),
        "x": tick,
        "?": () => $("#keys")?.showModal(),
    };

    document.addEventListener("keydown", (event) => {
        if (event.key === "Escape") return shut();
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
            event.preventDefault();
            return focusSearch();
        }
        if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
        const row = document.activeElement;
        if (event.key === "Enter" && row.dataset?.href) { location.href = row.dataset.href; return; }
        const key = event.key.toLowerCase();
        const action = keys[key] ?? (() => $(`[data-key="${CSS.escape(key)}"]`)?.click());
        if (keys[key] || $(`[data-key="${CSS.escape(key)}"]`)) { event.preventDefault(); action(); }
    });

    document.addEventListener("click", (event) => {
        const target = event.target;
        $$("details.menu[open]").forEach((menu) => {
            if (!menu.contains(target) || target.closest("a.menu-item")) menu.open = false;
        });
        if (target.closest("[data-rail-open]")) return rail(!document.body.classList.contains("rail-open"));
        if (document.body.classList.contains("rail-open") && !target.closest("#rail")) rail(false);
        if (target.closest("[data-keys-help]")) $("#keys")?.showModal();
        if (target.closest("[data-print]")) print();
        if (target.closest("[data-theme-switch]")) {
            const root = document.documentElement;
            root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
            try { localStorage.setItem("theme", root.dataset.bsTheme); } catch { /* private window */ }
        }
        const row = target.closest("tr[data-href], li[data-href]");
        if (row && !target.closest("a, button, input, label, summary, details") && !String(getSelection())) {
            location.href = row.dataset.href;
        }
    });

    // Ticks: the bar says how many.
    document.addEventListener("change", (event) => {
        const form = event.target.closest?.("[data-bulk]");
        if (!form) return;
        const boxes = $$("input[name=ids]", form);
        if (event.target.matches("[data-bulk-all]")) boxes.forEach((box) => { box.checked = event.target.checked; });
        const count = boxes.filter((box) => box.checked).length;
        form.classList.toggle("has-ticked", count > 0);
        $("[data-bulk-count]", form).textContent = count;
        say($(".bulk-bar span", form).textContent);
    });

    // A long list of choices: what is typed narrows it; what is chosen stays in sight.
    document.addEventListener("input", (event) => {
        if (!event.target.matches("[data-picker]")) return;
        const wanted = event.target.value.trim().toLowerCase();
        const labels = $$(".choice", event.target.parentElement);
        labels.forEach((label) => {
            label.hidden = !label.textContent.toLowerCase().includes(wanted) && !$(":checked", label);
        });
        say(String(labels.filter((label) => !label.hidden).length));
    });

    // Files: what was chosen, dropped or pasted is named, in the page's own words.
    function chosen(box) {
        const names = [...$("input[type=file]", box).files].map((file) => file.name);
        const shown = $("[data-chosen]", box);
        shown.textContent = names.length ? names.join("，") : shown.dataset.none;
    }
    function put(box, files) {
        const input = $("input[type=file]", box);
        if (!files.length) return;
        const kept = new DataTransfer();
        if (input.multiple) [...input.files].forEach((file) => kept.items.add(file));
        [...files].slice(0, input.multiple ? files.length : 1).forEach((file) => kept.items.add(file));
        input.files = kept.files;
        chosen(box);
    }
    document.addEventListener("change", (event) => {
        const box = event.target.closest?.("[data-filebox]");
        if (box) chosen(box);
    });
    document.addEventListener("reset", (event) => setTimeout(() => $$("[data-filebox]", event.target).forEach(chosen)));
    document.addEventListener("dragover", (event) => {
        if (event.target.closest?.("[data-filebox]")) event.preventDefault();
    });
    document.addEventListener("drop", (event) => {
        const box = event.target.closest?.("[data-filebox]");
        if (!box) return;
        event.preventDefault();
        put(box, event.dataTransfer.files);
    });
    // A screenshot pasted anywhere in a form goes to its files; pasted text stays text.
    document.addEventListener("paste", (event) => {
        const box = $("[data-filebox]:has(input[multiple])", event.target.closest?.("form") ?? document);
        const pictures = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
        if (!box || !pictures.length || event.clipboardData.types.includes("text/plain")) return;
        event.preventDefault();
        put(box, pictures);
    });

    // The place is asked for only when somebody taps; nothing watches where anybody goes.
    const showLocate = () => $$("[data-locate]").forEach((button) => { button.hidden = !("geolocation" in navigator); });
    showLocate();
    document.addEventListener("htmx:after:swap", showLocate);
    document.addEventListener("click", (event) => {
        const button = event.target.closest?.("[data-locate]");
        const field = button?.dataset.locate && document.getElementById(button.dataset.locate);
        if (!field) return;
        navigator.geolocation.getCurrentPosition(
            ({ coords }) => {
                field.value = `WGS-84 ${coords.latitude.toFixed(6)},${coords.longitude.toFixed(6)}`;
                say(button.dataset.found);
            },
            () => { field.placeholder = button.dataset.none; say(button.dataset.none); },
            { timeout: 10000, maximumAge: 60000 },
        );
    });

    // A form is sent once; what can't be undone is asked about.
    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (form.dataset.confirm && !confirm(form.dataset.confirm)) return event.preventDefault();
        if (form.matches("[data-once]")) setTimeout(() => busy(form, true));
    }, true);
    function busy(form, on) {
        $$("button:not([type=button])", form).forEach((button) => { button.disabled = on; });
        form.classList.toggle("busy", on);
    }
    addEventListener("pageshow", () => $$("form.busy").forEach((form) => busy(form, false)));

    // After an answer: the form is alive again, the faulty field or the new form has the focus.
    document.addEventListener("htmx:finally:request", (event) => {
        document.body.classList.remove("waiting");
        const form = event.detail?.ctx?.sourceElement?.closest?.("form");
        if (form?.isConnected) busy(form, false);
    });
    let slow;
    document.addEventListener("htmx:before:request", () => {
        clearTimeout(slow);
        slow = setTimeout(() => document.body.classList.add("waiting"), 400);
    });
    document.addEventListener("htmx:after:request", () => clearTimeout(slow));
    document.addEventListener("htmx:after:swap", () => {
        const fault = $("[data-focus]");
        const first = fault ?? $(".moves .form-panel :is(input:not([type=hidden]), textarea, select)");
        if (first && !first.contains(document.activeElement)) first.focus();
        const alert = $("#flash .alert");
        if (alert) { say(alert.textContent.trim()); alert.scrollIntoView({ block: "nearest" }); }
    });

    // A wall goes on by itself, but not under a hand, a finger or a focus, and not when somebody said so.
    // Whoever asked for less motion gets fresh figures once a minute and turns the pages alone.
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const held = () => { try { return sessionStorage.getItem("wall-held") === "1"; } catch { return false; } };
    const LOOKED = 60000;
    let looked = 0;
    const looking = () => Date.now() - looked < LOOKED
        || document.activeElement?.matches?.("[data-cycle] :is(a, button:not([data-cycle-pause]))");
    if ($("[data-cycle]")) {
        ["pointerdown", "pointermove", "keydown", "wheel", "focusin"].forEach((name) => {
            addEventListener(name, () => { looked = Date.now(); }, { passive: true });
        });
        setInterval(() => { if (still.matches && !held() && !looking()) location.reload(); }, LOOKED);
    }
    document.addEventListener("htmx:before:request", (event) => {
        const source = event.detail?.ctx?.sourceElement;
        if (source?.matches?.("[data-cycle]") && (still.matches || held() || looking())) event.preventDefault();
    });
    function showHeld() {
        $$("[data-cycle-pause]").forEach((button) => {
            button.setAttribute("aria-pressed", String(held()));
        });
    }
    showHeld();
    document.addEventListener("htmx:after:swap", showHeld);
    document.addEventListener("click", (event) => {
        if (!event.target.closest("[data-cycle-pause]")) return;
        try { sessionStorage.setItem("wall-held", held() ? "0" : "1"); } catch { /* private window */ }
        looked = 0;
        showHeld();
    });

    // A page fetches itself anew, but not under the hand of somebody who looks at it.
    const every = Number(document.body.dataset.refresh || 0) * 1000;
    if (every) {
        let touched = 0;
        ["pointerdown", "keydown", "wheel"].forEach((name) => addEventListener(name, () => { touched = Date.now(); }, { passive: true }));
        setInterval(() => { if (Date.now() - touched >= every) location.reload(); }, every);
    }
})();
