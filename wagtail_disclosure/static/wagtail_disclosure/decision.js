// The form of a reply: the fields of the chosen reply come from the server and take the place of the others. What was
// entered goes along and comes back; files that were chosen stay in the browser. Without this file a button does it.
(() => {
  const form = document.querySelector("[data-disclosure-decision]");
  if (!form) return;
  const choices = form.querySelector(".disclosure-replies");
  const button = choices.querySelector("button[type=submit]");
  let running, files;

  function entered() {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.append(button.name, button.value);
    return data;
  }

  function swap(page) {
    files = form.querySelector("input[type=file]") || files;
    for (const id of ["decision-chosen", "decision-fields"]) {
      document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id)));
    }
    const empty = form.querySelector("input[type=file]");
    if (empty && files) empty.replaceWith(files);
    form.querySelector("[data-disclosure-send]").hidden = !form.querySelector(".disclosure-replies__states");
  }

  async function choose(leave) {
    running?.abort();
    const mine = (running = new AbortController());
    try {
      const response = await fetch(window.location.href, { method: "POST", body: entered(), signal: mine.signal });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (!response.ok || !page.getElementById("decision-fields")) throw new Error("no form");
      swap(page);
    } catch (error) {
      if (error.name !== "AbortError") form.requestSubmit(button);
      return;
    }
    const title = form.querySelector(".disclosure-replies__states");
    if (!leave || !title) return;
    choices.open = false;
    title.focus();
    choices.scrollIntoView({ block: "start" });
  }

  // With a pointer the choice is made; with the arrow keys one passes by others, and goes on with the button.
  choices.addEventListener("click", (event) => {
    if (event.target.name === "reply") choose(event.detail > 0);
  });
  let sent = false;
  button.addEventListener("click", (event) => {
    if (sent || !form.querySelector("[name=reply]:checked")) return;
    event.preventDefault();
    sent = true;
    choose(true).finally(() => (sent = false));
  });
})();
