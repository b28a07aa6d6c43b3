"use strict";
// Member pages work without this. It spares a tap at the start, and lets a receipt move by itself.
(function () {
  var start = document.getElementById("start");
  if (start) {
    var token = /^#t=([0-9A-Za-z_.-]+)$/.exec(window.location.hash);
    if (token) {
      start.elements.t.value = token[1];
      window.history.replaceState(null, "", window.location.pathname);
    }
    if (start.elements.t.value) {
      var lost = document.getElementById("lost");
      if (lost) lost.hidden = true;
      start.submit();
    }
  }
  document.addEventListener("submit", function (event) {
    setTimeout(function () {
      event.target.querySelectorAll("button").forEach(function (each) { each.disabled = true; });
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("button:disabled").forEach(function (each) { each.disabled = false; });
  });
  var receipt = document.getElementById("receipt");
  function follow() {
    if (!receipt || !receipt.querySelector("[data-moving=yes]")) return;
    fetch(window.location.pathname + "?wait=1", { headers: { "X-Part": "receipt" }, credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer.status); })
      .then(function (html) {
        receipt.innerHTML = html;
        if (receipt.querySelector("[data-moving=yes]")) follow();
        else window.location.reload();
      })
      .catch(function () { setTimeout(follow, 5000); });
  }
  follow();
})();
