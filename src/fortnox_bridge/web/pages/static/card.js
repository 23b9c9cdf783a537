// Sends the card's buttons without leaving the page. Without this script they work as plain forms.
"use strict";

(() => {
  const host = () => window.cardHost || {};

  const address = async () => {
    const own = window.location.href;
    return host().address ? host().address(own) : own;
  };

  const tell = () => {
    if (host().resized) host().resized(document.querySelector("main").scrollHeight);
  };

  const send = async (form, button) => {
    const body = new URLSearchParams(new FormData(form));
    body.set(button.name, button.value);
    const buttons = form.querySelectorAll("button");
    buttons.forEach((each) => { each.disabled = true; });
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(await address(), { method: "POST", body, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main"));
      tell();
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
})();
