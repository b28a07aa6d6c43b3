"use strict";
// The console's own script. Nothing is written into pages, so the policy can forbid inline scripts.
// The answer to a form stands in the history under the address of its page. So going back, or loading
// it again, asks the browser for that page, and not to send the form again.
const answer = document.querySelector("main[data-at]");
if (answer) history.replaceState(null, "", answer.dataset.at);
document.addEventListener("htmx:after:swap", () => {
  const drawer = document.getElementById("drawer");
  if (drawer && drawer.childElementCount && !drawer.open) drawer.showModal();
});
document.addEventListener("click", (event) => {
  const drawer = document.getElementById("drawer");
  const closes = event.target.closest("[data-close]");
  if (drawer && (closes || event.target === drawer)) {
    drawer.close();
    event.preventDefault();
  }
  const copies = event.target.closest("[data-copy]");
  if (copies) navigator.clipboard.writeText(copies.dataset.copy);
});
document.addEventListener("close", (event) => event.target.replaceChildren(), true);
document.addEventListener("submit", (event) => {
  // A second click finds the button resting. The form's key makes it safe in any case.
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) return event.preventDefault();
  setTimeout(() => event.target.querySelectorAll("button").forEach((each) => { each.disabled = true; }));
});
// A page that comes back from the browser's memory has its buttons again.
window.addEventListener("pageshow", () => document.querySelectorAll("button:disabled:not([data-off])").forEach((each) => { each.disabled = false; }));
document.addEventListener("change", (event) => { if (event.target.matches("[data-submit]")) event.target.form.requestSubmit(); });
