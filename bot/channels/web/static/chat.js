// The web chat without reloads. The page works without this file: every form here is a plain form first.
// What is written is kept in sessionStorage until the guide has it; each message has a nonce, so sending twice is safe.
(function () {
  "use strict";
  const root = document.documentElement;
  if (!window.fetch || !window.URLSearchParams || !window.DOMParser || !root.closest) return;

  const RETRY = [2, 4, 8, 15, 30]; // seconds
  const TWICE = 600; // milliseconds within which the same choice is one tap
  const PATIENCE = 45; // seconds for one request
  const LONGEST_VOICE = 60; // seconds
  const GAP = 14; // pixels left around what is led to
  const LEAST_LINES = 4; // of a text that is folded
  const LARGEST_FRAME = 0.38; // of the screen that the bar and the field may take
  const byId = (id) => document.getElementById(id);
  const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const mouse = window.matchMedia("(hover: hover) and (pointer: fine)");

  // sessionStorage may be forbidden; then what is written lives in the page alone.
  function kept(name) {
    try { return sessionStorage.getItem(name); } catch (_) { return null; }
  }
  function keep(name, value) {
    try { value ? sessionStorage.setItem(name, value) : sessionStorage.removeItem(name); } catch (_) { /* forbidden */ }
  }

  let queue = []; // messages not yet taken, oldest first: {fields, shown, typed}
  try { queue = JSON.parse(kept("queue")) || []; } catch (_) { /* another version's */ }
  let busy = false;
  let failures = 0;
  let timer = 0;
  let tapped = null; // the button last clicked, for browsers without event.submitter
  let lastTap = ["", 0];

  function nonce() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => (n + 256).toString(16).slice(1)).join("");
  }
  function lastId() {
    const all = byId("log").querySelectorAll("[data-id]");
    return all.length ? all[all.length - 1].dataset.id : "0";
  }
  function tell(sentence) {
    if (byId("state").textContent !== sentence) byId("state").textContent = sentence;
  }
  function fit() {
    const text = byId("text");
    if (window.CSS && CSS.supports("field-sizing", "content")) return;
    text.style.height = "auto";
    text.style.height = text.scrollHeight + 4 + "px";
  }
  function write(draft) {
    byId("text").value = draft;
    keep("draft", draft);
    fit();
  }

  // One request; an answer that is not ours (somebody's Wi-Fi sign-in page) is as good as none.
  async function ask(address, options) {
    const stop = window.AbortController && new AbortController();
    const watch = setTimeout(() => stop && stop.abort(), PATIENCE * 1000);
    try {
      const answer = await fetch(address, Object.assign({ credentials: "same-origin", redirect: "error" }, options, stop && { signal: stop.signal }));
      const html = await answer.text();
      const language = answer.headers.get("Content-Language");
      if (answer.ok && !language) throw new Error("not ours");
      return { status: answer.status, html: html, language: language };
    } finally {
      clearTimeout(watch);
    }
  }

  function enqueue(fields, shown, typed) {
    fields.nonce = nonce();
    queue.push({ fields: fields, shown: shown, typed: typed });
    keep("queue", JSON.stringify(queue));
    draw();
    toEnd();
    pump();
  }
  // The person's last message and all that was said to it.
  function lastTurn() {
    const all = Array.from(byId("log").querySelectorAll(".bubble"));
    const mine = all.map((bubble) => bubble.classList.contains("mine")).lastIndexOf(true);
    return all.slice(Math.max(mine, 0));
  }
  // Where the newest answer is led to: its beginning at the top, its first choice in view. A message of the person's
  // own stays above it where both fit.
  function lead(fresh) {
    const guide = fresh.filter((bubble) => bubble.classList.contains("guide"));
    if (!guide.length) return;
    const room = byId("say").getBoundingClientRect().top - barHeight() - GAP;
    fold(guide, room);
    const first = byId(fresh[0].id);
    const own = reach(first, guide) <= room ? first : byId(guide[0].id);
    const top = own.getBoundingClientRect().top + window.pageYOffset - barHeight() - GAP;
    window.scrollTo({ top: top, behavior: calm.matches ? "auto" : "smooth" });
  }
  function barHeight() {
    return root.classList.contains("roomy") ? 0 : document.querySelector(".bar").getBoundingClientRect().height;
  }
  // How far it is, in pixels, from the top of a bubble to the end of the first choice below the last one.
  function reach(from, guide) {
    const last = byId(guide[guide.length - 1].id);
    const choice = last.querySelector(".choices button, .locate button") || last;
    return choice.getBoundingClientRect().bottom - from.getBoundingClientRect().top;
  }
  // Folds the longest texts until the first choice is in view; what is folded is one tap away.
  function fold(guide, room) {
    const texts = guide.map((bubble) => byId(bubble.id).querySelector(".text")).filter((text) => text);
    for (let tries = 0; tries < texts.length; tries++) {
      const over = reach(byId(guide[0].id), guide) - room;
      if (over <= 0) return;
      const longest = texts.reduce((a, b) => (b.clientHeight > a.clientHeight ? b : a));
      const line = parseFloat(getComputedStyle(longest).lineHeight);
      if (longest.style.maxHeight || longest.clientHeight <= LEAST_LINES * line) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "unfold";
      button.textContent = document.body.dataset.more;
      longest.after(button);
      longest.parentElement.classList.add("folded");
      longest.style.maxHeight = Math.max(LEAST_LINES * line, longest.clientHeight - over - button.offsetHeight) + "px";
    }
  }
  function unfold(button) {
    const bubble = button.closest(".bubble");
    bubble.classList.remove("folded");
    bubble.querySelector(".text").style.maxHeight = "";
    button.remove();
  }
  // With large letters on a small screen the bar gives its place to the conversation.
  function makeRoom() {
    root.classList.remove("roomy");
    const taken = barHeight() + byId("say").offsetHeight;
    root.classList.toggle("roomy", taken > window.innerHeight * LARGEST_FRAME);
  }
  // The last conversation is kept on the phone for when there is no connection; the worker shows it.
  function keepPage() {
    if (!window.caches || !window.isSecureContext) return;
    const page = "<!doctype html>" + root.outerHTML.replace("<body ", '<body data-kept="1" ');
    caches.open("page").then((cache) => cache.put("/", new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } }))).catch(() => { /* no room */ });
  }
  function toEnd() {
    window.scrollTo({ top: root.scrollHeight, behavior: calm.matches ? "auto" : "smooth" });
  }

  // Shows the messages that wait, below the conversation and outside the live region: each is read out once, when taken.
  function draw() {
    const waiting = byId("waiting");
    waiting.textContent = "";
    for (const item of queue) {
      const bubble = document.createElement("div");
      const text = document.createElement("div");
      const state = document.createElement("div");
      bubble.className = "bubble mine";
      text.className = "text";
      text.dir = "auto";
      text.textContent = item.shown;
      state.className = "sending";
      state.textContent = document.body.dataset.sending;
      bubble.append(text, state);
      waiting.append(bubble);
    }
  }

  async function pump() {
    if (busy || !queue.length) return;
    busy = true;
    clearTimeout(timer);
    const item = queue[0];
    const words = document.body.dataset;
    let answer = null;
    try {
      const fields = Object.assign({ after: lastId(), language: root.lang }, item.fields);
      answer = await ask("/say", { method: "POST", body: new URLSearchParams(fields) });
    } catch (_) { /* told below */ }
    busy = false;
    if (!answer || answer.status >= 500 || answer.status === 429) {
      tell(words.notSent);
      toEnd();
      timer = setTimeout(pump, RETRY[Math.min(failures++, RETRY.length - 1)] * 1000);
      return;
    }
    failures = 0;
    queue.shift();
    keep("queue", queue.length ? JSON.stringify(queue) : "");
    draw();
    if (answer.status >= 400) {
      if (item.typed && !byId("text").value) write(item.fields.text);
      tell(answer.status === 413 ? words.tooLong : words.notTaken);
    } else {
      tell("");
      await take(answer, true);
    }
    attend(item);
    pump();
  }

  // Where one goes on: on a phone the keyboard closes when there is something to tap, and the first choice is next.
  function attend(item) {
    const choices = byId("log").querySelectorAll(".bubble:last-child .choices button");
    if (mouse.matches || (item.typed && !choices.length)) return byId("text").focus({ preventScroll: true });
    byId("text").blur();
    if (choices.length) choices[0].focus({ preventScroll: true });
  }

  // Adds what is new. `asked`: it answers what this page sent, so the person is led to it.
  async function take(answer, asked) {
    const atEnd = window.innerHeight + window.pageYOffset > root.scrollHeight - 120;
    const log = byId("log");
    const fresh = [];
    for (const bubble of new DOMParser().parseFromString(answer.html, "text/html").querySelectorAll(".bubble")) {
      if (byId(bubble.id)) continue;
      bubble.classList.add("new");
      log.append(document.adoptNode(bubble));
      fresh.push(bubble);
    }
    if (answer.language && answer.language !== root.lang) await dress();
    if (fresh.length && (asked || atEnd)) lead(fresh);
    if (fresh.length) play(fresh);
    keepPage();
  }

  // Who goes by pictures hears the answer at once; what was heard before is over.
  function play(fresh) {
    const sound = fresh.map((bubble) => bubble.querySelector("audio.heard")).find((one) => one);
    if (!byId("log").querySelector(".bubble:last-child .choices.pictures")) return;
    byId("log").querySelectorAll("audio").forEach((one) => one.pause());
    if (sound) sound.play().catch(() => { /* the browser wants a tap on the sound itself */ });
  }

  // The other language: the page's own words are fetched anew, and put in place of the old.
  async function dress() {
    let answer;
    try { answer = await ask("/"); } catch (_) { return; }
    const page = new DOMParser().parseFromString(answer.html, "text/html");
    if (!page.getElementById("log")) return;
    const draft = byId("text").value;
    root.lang = page.documentElement.lang;
    root.dir = page.documentElement.dir;
    document.title = page.title;
    document.body = document.adoptNode(page.body);
    write(draft);
    draw();
    makeRoom();
  }

  function locate() {
    const words = document.body.dataset;
    tell(words.locating);
    navigator.geolocation.getCurrentPosition(
      (found) => {
        tell("");
        // Three decimals are a hundred metres: enough for an office, not for a door.
        enqueue({ lat: found.coords.latitude.toFixed(3), lon: found.coords.longitude.toFixed(3) }, words.locationSent, false);
      },
      () => {
        tell(words.locationFailed);
        byId("text").focus();
      },
      { timeout: 20000, maximumAge: 600000 }
    );
  }

  // A voice is recorded for a minute at most, sent as it is, and kept nowhere; what was heard comes as a message.
  let recorder = null;
  async function speak(button) {
    const words = document.body.dataset;
    if (recorder) return recorder.stop();
    let stream;
    try { stream = await navigator.mediaDevices.getUserMedia({ audio: true }); } catch (_) { return tell(words.speakFailed); }
    const parts = [];
    recorder = new MediaRecorder(stream);
    const end = setTimeout(() => recorder && recorder.stop(), LONGEST_VOICE * 1000);
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = async () => {
      const type = recorder.mimeType || "audio/webm";
      recorder = null;
      clearTimeout(end);
      stream.getTracks().forEach((track) => track.stop());
      button.setAttribute("aria-pressed", "false");
      tell(words.sending);
      const address = "/voice?nonce=" + nonce() + "&after=" + lastId() + "&language=" + root.lang;
      let answer = null;
      try { answer = await ask(address, { method: "POST", body: new Blob(parts), headers: { "Content-Type": type.split(";")[0] } }); } catch (_) { /* told below */ }
      if (!answer || answer.status >= 400) return tell(answer && answer.status === 413 ? words.tooLong : words.notTaken);
      tell("");
      await take(answer, true);
    };
    recorder.start();
    button.setAttribute("aria-pressed", "true");
    tell(words.speaking);
  }

  document.addEventListener("click", (event) => {
    // Android opens its own application of maps; others do not know such addresses, and have the web's.
    const map = event.target.closest && event.target.closest("a[data-geo]");
    if (map && /Android/.test(navigator.userAgent)) map.href = map.dataset.geo;
    const fold = event.target.closest && event.target.closest(".unfold");
    if (fold) return unfold(fold);
    const voice = event.target.closest && event.target.closest(".speak");
    if (voice) return speak(voice);
    tapped = event.target.closest && event.target.closest("button");
    if (tapped && tapped.name === "choice" && event.detail > 1) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter || tapped;
    event.preventDefault();
    if (form.className === "locate") return locate();
    if (form.id === "say") {
      const text = byId("text").value;
      if (!text.trim()) {
        tell(document.body.dataset.writeFirst);
        return byId("text").focus();
      }
      write("");
      tell("");
      return enqueue({ text: text }, text, true);
    }
    if (!button || button.name !== "choice") return;
    if (button.value === lastTap[0] && Date.now() - lastTap[1] < TWICE) return;
    lastTap = [button.value, Date.now()];
    enqueue({ choice: button.value }, button.querySelector(".label").textContent, false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "text" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId("say").querySelector("button[type=submit]").click();
  });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "text") return;
    keep("draft", event.target.value);
    if (event.target.value && !queue.length) tell("");
    fit();
  });
  window.addEventListener("resize", makeRoom);
  window.addEventListener("online", () => { failures = 0; pump(); });

  // Waits for what comes unasked, an answer of the staff above all; rests while nobody looks.
  async function listen() {
    let pause = 1;
    for (;;) {
      if (document.hidden) {
        await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
        continue;
      }
      const started = Date.now();
      try {
        const answer = await ask("/news?after=" + lastId() + "&language=" + root.lang);
        if (answer.status === 403) return;
        if (answer.status >= 400) throw new Error("not now");
        // What comes while a message is on its way comes again with its answer.
        if (!busy && answer.status === 200) await take(answer, false);
        // A server that does not let us wait is not asked all the time.
        pause = busy || answer.status === 200 ? 1 : Date.now() - started > 2000 ? 0.2 : Math.min(30, pause * 2 + 1);
      } catch (_) {
        pause = Math.min(60, pause * 2 + 1);
      }
      await sleep(pause);
    }
  }

  if (window.MediaRecorder && navigator.mediaDevices && navigator.mediaDevices.getUserMedia) root.classList.add("can-speak");
  if (window.isSecureContext && navigator.geolocation) root.classList.add("can-locate");
  if (!byId("text").value) write(kept("draft") || "");
  draw();
  makeRoom();
  // The page leads to the newest answer itself.
  if (!location.hash && window.history) history.scrollRestoration = "manual";
  if (!location.hash && byId("now")) lead(lastTurn());
  if (document.body.dataset.kept) tell(document.body.dataset.offline);
  else keepPage();
  if (navigator.serviceWorker && window.isSecureContext) navigator.serviceWorker.register("/worker.js").catch(() => { /* the page is whole without */ });
  const linked = byId("open");
  if (linked) {
    // Opened at a link: the choice is tapped for whoever came to read.
    const button = linked.querySelector("button");
    linked.remove();
    history.replaceState(null, "", "/");
    enqueue({ choice: button.value }, button.textContent.trim(), false);
  }
  pump();
  listen();
})();
