// Sends the card's buttons without leaving the page. Without this script they work as plain forms.
"use strict";

(() => {
  const LOOK_EVERY_MS = 2500;
  const MOST_LOOKS = 20;

  const host = () => window.cardHost || {};

  const address = async () => {
    const own = window.location.href;
    return host().address ? host().address(own) : own;
  };

  const tell = () => {
    if (host().resized) host().resized(document.querySelector("main").scrollHeight);
  };

  let looks = 0;

  // What is being fetched or run shows itself a moment later.
  const watch = () => {
    if (!("moving" in document.querySelector("main").dataset) || looks >= MOST_LOOKS) return;
    looks += 1;
    window.setTimeout(async () => {
      if (document.querySelector("form[aria-busy]")) return;
      try {
        await show(await fetch(await address(), { headers: { Accept: "text/html" } }));
      } catch {
        // Shown as it was; the user may still press.
      }
    }, LOOK_EVERY_MS);
  };

  const show = async (answer) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main");
    if (!main) return;
    document.querySelector("main").replaceWith(main);
    tell();
    watch();
  };

  const send = async (form, button) => {
    const body = new URLSearchParams(new FormData(form));
    body.set(button.name, button.value);
    const buttons = form.querySelectorAll("button");
    buttons.forEach((each) => { each.disabled = true; });
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(await address(), { method: "POST", body, headers: { Accept: "text/html" } });
      looks = 0;
      await show(answer);
    } catch {
      buttons.forEach((each) => { each.disabled = false; });
      form.removeAttribute("aria-busy");
    }
  };

  document.addEventListener("submit", (event) => {
    if (!event.submitter || !window.fetch) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });

  tell();
  watch();
})();
