// Asks for the next number whenever the pattern of an index number scheme changes.
(() => {
  const names = ["agency", "preset", "pattern", "per", "area_code", "group_code"];
  let waiting;

  async function show(output) {
    const filled = new URLSearchParams();
    for (const [name, value] of new FormData(output.closest("form"))) {
      if (names.includes(name)) filled.append(name, value);
    }
    const response = await fetch(`${output.dataset.exampleUrl}?${filled}`);
    if (response.ok) output.textContent = await response.text();
  }

  document.addEventListener("input", (event) => {
    const output = document.querySelector("[data-example-url]");
    if (!output || !names.includes(event.target.name)) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => show(output), 300);
  });
})();
