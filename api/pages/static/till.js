"use strict";
// The camera of the till, where the browser can read QR codes by itself. Without it, codes are typed.
(() => {
  const button = document.getElementById("scan");
  const video = document.getElementById("camera");
  const field = document.getElementById("code");
  const sorry = document.getElementById("no-camera");
  if (!button || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  let stream = null;
  const stop = () => {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
  };
  const look = async (detector) => {
    if (!stream) return;
    const seen = await detector.detect(video).catch(() => []);
    if (stream && seen.length && seen[0].rawValue) {
      field.value = seen[0].rawValue;
      stop();
      if (navigator.vibrate) navigator.vibrate(60);
      field.form.requestSubmit();
      return;
    }
    setTimeout(() => look(detector), 150);
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (stream) return stop();
    try {
      const detector = new BarcodeDetector({ formats: ["qr_code", "code_128"] });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      look(detector);
    } catch {
      stop();
      sorry.hidden = false;
    }
  });
  window.addEventListener("pagehide", stop);
})();
