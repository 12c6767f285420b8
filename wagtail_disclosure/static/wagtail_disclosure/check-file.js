// Computes the SHA-256 of the chosen files here, so that they need not be sent. Without this file, or without a secure
// connection, the form sends them.
(() => {
  const form = document.querySelector("[data-disclosure-check]");
  // Read as a whole: what is larger is left to the programs that the page names.
  const largest = 512 * 1024 * 1024;
  const kept = "disclosure-checked-files";

  function names() {
    try {
      return JSON.parse(sessionStorage.getItem(kept)) || {};
    } catch {
      return {};
    }
  }

  // The names stayed here as well: they are put back beside the answers.
  const known = names();
  for (const heading of document.querySelectorAll("[data-disclosure-hash]")) {
    const name = known[heading.dataset.disclosureHash];
    if (name) heading.firstElementChild.textContent = name;
  }
  try {
    sessionStorage.removeItem(kept);
  } catch {
    // A browser that keeps nothing.
  }
  if (!form || !window.crypto?.subtle) return;
  const input = form.querySelector("input[type=file]");
  const working = form.querySelector("[data-disclosure-working]");
  form.querySelector("[data-disclosure-sent]").hidden = true;
  form.querySelector("[data-disclosure-local]").hidden = false;

  async function hash(file) {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  form.addEventListener("submit", async (event) => {
    const files = [...input.files];
    const given = form.elements.sha256.value.trim();
    const most = Number(form.dataset.disclosureMost);
    // What is refused anyway, or cannot be read here, is left to the site to answer.
    if (files.length + (given ? 1 : 0) > most || files.some((file) => !file.size || file.size > largest)) return;
    if (!files.length && !given) return;
    event.preventDefault();
    working.textContent = working.dataset.text;
    const query = new URLSearchParams();
    const found = {};
    try {
      for (const file of files) {
        const value = await hash(file);
        found[value] = file.name;
        query.append("sha256", value);
      }
    } catch {
      form.submit();
      return;
    }
    if (given) query.append("sha256", given);
    try {
      sessionStorage.setItem(kept, JSON.stringify(found));
    } catch {
      // Then the answers show the beginning of the hash instead.
    }
    location.assign(`${form.getAttribute("action")}?${query}`);
  });
})();
