// Before the first paint: scripts run here, and the theme somebody chose, else the one the system asks for.
(() => {
    const chosen = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
    const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.classList.add("js");
    document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
})();
