// What the pages do beside plain forms: nothing that is written is lost, and nobody sends twice.
(() => {
  "use strict";
  const body = document.body;
  const kept = (field) => `staff:${location.pathname}:${field.name}`;

  // What is typed stays in this browser until it is sent, whatever happens to the page meanwhile.
  for (const field of document.querySelectorAll("textarea[data-keep]")) {
    const before = sessionStorage.getItem(kept(field));
    if (before && !field.value.trim()) field.value = before;
    field.addEventListener("input", () => sessionStorage.setItem(kept(field), field.value));
    field.form?.addEventListener("submit", () => sessionStorage.removeItem(kept(field)));
  }

  // One click, one form. A page taken from the browser's memory can send again.
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent === "yes") { event.preventDefault(); return; }
    event.target.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
    for (const button of document.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  });

  // The session is over: say so, and leave what is written where it stands.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 401) return;
    const over = document.getElementById("over");
    const link = document.createElement("a");
    link.href = "/staff/sign-in";
    link.target = "_blank";
    link.textContent = body.dataset.signIn;
    over.replaceChildren(body.dataset.over + " ", link);
    over.hidden = false;
  });

  // Clocks that run down: what is left until a moment, told in minutes and seconds.
  const clocks = () => {
    for (const clock of document.querySelectorAll("[data-until]")) {
      const left = Math.max(0, Math.round(Number(clock.dataset.until) - Date.now() / 1000));
      const hours = Math.floor(left / 3600);
      const minutes = Math.floor((left % 3600) / 60);
      const two = (number) => String(number).padStart(2, "0");
      clock.textContent = clock.dataset.long ? `${hours}:${two(minutes)}` : `${minutes}:${two(left % 60)}`;
      if (left === 0 && clock.dataset.then && !clock.dataset.done) {
        clock.dataset.done = "yes";
        document.getElementById(clock.dataset.then)?.remove();
      }
    }
  };
  setInterval(clocks, 1000);
  document.addEventListener("htmx:afterSwap", clocks);
  clocks();

  // What has not changed is not drawn anew: nobody loses the button they are on, or the place they read at.
  const drawn = new WeakMap();
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, serverResponse } = event.detail;
    if (drawn.get(target) === serverResponse) event.detail.shouldSwap = false;
    drawn.set(target, serverResponse);
    const talk = target.querySelector(".talk");
    if (talk) target.dataset.read = talk.scrollTop + talk.clientHeight > talk.scrollHeight - 40 ? "end" : String(talk.scrollTop);
  });
  const toEnd = () => {
    const talk = document.querySelector(".talk");
    if (!talk) return;
    const read = talk.parentElement.dataset.read ?? "end";
    talk.scrollTop = read === "end" ? talk.scrollHeight : Number(read);
  };
  document.addEventListener("htmx:afterSwap", toEnd);
  toEnd();

  // A saved reply is put where the cursor is.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const field = document.getElementById(button.dataset.into);
    if (!field) return;
    event.preventDefault();
    field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    const blank = field.value.indexOf("[");
    if (blank >= 0) field.setSelectionRange(blank, field.value.indexOf("]", blank) + 1);
  });

  // A text that is put elsewhere: copied with a tap, or chosen to be copied by hand.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const field = button && document.getElementById(button.dataset.copy);
    if (!field) return;
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { return; }
    button.textContent = button.dataset.copied;
  });

  // Somebody new waits: a sound and a notice, for whoever asked for them.
  const bell = document.getElementById("bell");
  let audio;
  const ring = () => {
    audio ??= new AudioContext();
    for (const [at, pitch] of [[0, 660], [0.18, 880]]) {
      const tone = audio.createOscillator();
      const loud = audio.createGain();
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.2, audio.currentTime + at);
      loud.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.35);
      tone.connect(loud).connect(audio.destination);
      tone.start(audio.currentTime + at);
      tone.stop(audio.currentTime + at + 0.4);
    }
  };
  const isOn = () => localStorage.getItem("staff:bell") === "on";
  const showBell = () => { if (bell) { bell.setAttribute("aria-pressed", String(isOn())); } };
  bell?.addEventListener("click", async () => {
    localStorage.setItem("staff:bell", isOn() ? "off" : "on");
    showBell();
    if (!isOn()) return;
    ring();
    if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
  });
  showBell();
  document.addEventListener("htmx:afterSwap", (event) => {
    const list = event.target.closest?.("[data-newest]") ?? document.querySelector("[data-newest]");
    if (!list) return;
    const newest = Number(list.dataset.newest);
    const known = Number(sessionStorage.getItem("staff:newest") || newest);
    sessionStorage.setItem("staff:newest", String(Math.max(newest, known)));
    if (newest <= known || !isOn()) return;
    body.dataset.rang = String(newest);
    ring();
    if ("Notification" in window && Notification.permission === "granted") new Notification(bell?.dataset.told ?? document.title);
  });
  const first = document.querySelector("[data-newest]");
  if (first) sessionStorage.setItem("staff:newest", first.dataset.newest);
})();
