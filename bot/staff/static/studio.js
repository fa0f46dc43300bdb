// The microphone of the studio: record, listen, keep. What was recorded stays in the page until it has been kept.
(() => {
  "use strict";
  const studio = document.getElementById("studio");
  if (!studio) return;
  const part = (name) => document.getElementById(name);
  const [start, stop, keep, heard, clock, told, file] = ["start", "stop", "keep", "heard", "clock", "told", "file"].map(part);
  const say = (words, isBad) => {
    told.textContent = words;
    told.className = isBad ? "note bad" : "note good";
    told.hidden = false;
  };
  const KINDS = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
  let recorder, voice, began, ticking;

  const offer = (blob) => {
    voice = blob;
    if (heard.src) URL.revokeObjectURL(heard.src);
    heard.src = URL.createObjectURL(blob);
    heard.hidden = false;
    keep.hidden = false;
    told.hidden = true;
  };
  const tick = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds >= Number(studio.dataset.longest)) stop.click();
  };

  start.addEventListener("click", async () => {
    let stream;
    try { stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } }); } catch { say(studio.dataset.denied, true); return; }
    const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
    const parts = [];
    recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 32000 });
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      clearInterval(ticking);
      start.hidden = false;
      stop.hidden = true;
      offer(new Blob(parts, { type: recorder.mimeType.split(";")[0] }));
    });
    recorder.start();
    began = Date.now();
    clock.hidden = false;
    tick();
    ticking = setInterval(tick, 250);
    start.hidden = true;
    stop.hidden = false;
    stop.focus();
  });
  stop.addEventListener("click", () => { if (recorder?.state === "recording") recorder.stop(); });
  file.addEventListener("change", () => { if (file.files[0]) offer(file.files[0]); });

  keep.addEventListener("click", async () => {
    if (!voice || keep.getAttribute("aria-disabled")) return;
    if (voice.size > Number(studio.dataset.most)) { say(studio.dataset.large, true); return; }
    keep.setAttribute("aria-disabled", "true");
    const type = voice.type.startsWith("audio/") || voice.type.startsWith("video/") ? voice.type : "application/octet-stream";
    let answer;
    try {
      answer = await fetch(studio.dataset.to, { method: "POST", body: voice, headers: { "Content-Type": type, "X-CSRF": studio.dataset.csrf } });
    } catch { answer = null; }
    keep.removeAttribute("aria-disabled");
    if (answer?.status === 201) { location.reload(); return; }
    const plain = answer?.headers.get("Content-Type")?.startsWith("text/plain");
    say(plain ? await answer.text() : studio.dataset.failed, true);
  });
})();
