"use strict";
// The console's own script. Nothing is written into pages, so the policy can forbid inline scripts.
// The answer to a form stands in the history under the address of its page. So going back, or loading
// it again, asks the browser for that page, and not to send the form again.
const answer = document.querySelector("main[data-at]");
if (answer) history.replaceState(null, "", answer.dataset.at);
// Going back loads a page anew: the browser fills in what was typed, and the form has another key.
// The one that it was sent with stands in the history: a second press there is no second deed.
const keptAs = (form) => `key ${form.getAttribute("action")}`;
const forms = [...document.querySelectorAll("form[method=post]")];
for (const form of forms) {
  const used = history.state?.[keptAs(form)];
  const isAlone = forms.filter((each) => keptAs(each) === keptAs(form)).length === 1;
  if (used && isAlone) form.elements.namedItem("_key").value = used;
}
// On a phone the places stand in one line. The one that is shown may lie outside of it.
const here = document.querySelector(".side [aria-current=page]");
here?.scrollIntoView({ block: "nearest", inline: "center" });
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
  const key = event.target.elements.namedItem("_key");
  if (key) history.replaceState({ ...history.state, [keptAs(event.target)]: key.value }, "");
  setTimeout(() => event.target.querySelectorAll("button").forEach((each) => { each.disabled = true; }));
});
// A page that comes back from the browser's memory has its buttons again.
window.addEventListener("pageshow", () => document.querySelectorAll("button:disabled:not([data-off])").forEach((each) => { each.disabled = false; }));
document.addEventListener("change", (event) => { if (event.target.matches("[data-submit]")) event.target.form.requestSubmit(); });
