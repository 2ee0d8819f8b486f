/* The screen in the foyer: asks for the next sheet and keeps the last news, with its time, while nobody answers.
   The page comes with a Refresh header for browsers without script; one step to ?skript=1 leaves it behind. */
(() => {
  "use strict";
  const here = new URL(location.href);
  if (here.searchParams.get("skript") !== "1") {
    here.searchParams.set("skript", "1");
    location.replace(here);
    return;
  }
  let told = Date.now();

  // What was said about today runs out, whether or not anybody answers: nobody is "there now" for ever, and on the
  // next day nobody is away "today" or comes "tomorrow".
  function runOut() {
    const minutes = (Date.now() - told) / 60000;
    const nextDay = new Date().toDateString() !== new Date(told).toDateString();
    for (const line of document.querySelectorAll("[data-said]")) {
      if (nextDay || (line.dataset.left && Number(line.dataset.left) + 1 < minutes)) {
        line.textContent = document.body.dataset.over;
        line.removeAttribute("data-said");
      }
    }
  }

  async function ask() {
    const next = new URL(document.body.dataset.next, location.href);
    next.searchParams.set("skript", "1");
    const patience = new AbortController(), end = setTimeout(() => patience.abort(), 15000);
    try {
      const answer = await fetch(next, { cache: "no-store", credentials: "omit", signal: patience.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.body.classList.contains("board")) throw new Error("another page");
      document.body.replaceWith(document.adoptNode(page.body));
      told = Date.now();
    } catch (lost) {
      document.querySelector("[data-lost]").hidden = false;
    }
    clearTimeout(end);
    runOut();
    wait();
  }

  function wait() {
    setTimeout(ask, Number(document.body.dataset.seconds) * 1000);
  }

  wait();
})();
