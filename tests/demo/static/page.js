// Draws the two platforms' screens from what their stand-ins got, and tells what is done in them.
// The web chat in the frame is the real page; nothing is drawn for it here.
(function () {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const DRAWINGS = {
    reply: "M10 5v4c7 1 10 6 11 11-2.5-3.5-6-5-11-5v4l-7-7z",
    opens: "M4 6h16v2H4zM4 11h16v2H4zM4 16h16v2H4z",
    pin: "M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7zm0 4.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
  };
  const TURN = 3000; // milliseconds within which what comes belongs to what came before
  const LINK = /https?:\/\/[^\s\u2066-\u2069]+[^\s\u2066-\u2069.,;:!?)»]/g;

  function made(tag, name, text) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) element.textContent = text;
    return element;
  }
  function drawing(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", DRAWINGS[name]);
    svg.append(path);
    return svg;
  }
  function button(text, done, name) {
    const element = made("button", name);
    element.type = "button";
    if (DRAWINGS[name]) element.append(drawing(name));
    const label = made("span", "", text);
    label.dir = "auto";
    if (text) element.append(label);
    element.addEventListener("click", () => done(element));
    return element;
  }

  async function tell(what, told) {
    let answer = null;
    try {
      answer = await fetch("/demo/" + what, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(told),
      });
    } catch (_) { /* told below */ }
    byId("trouble").hidden = Boolean(answer && answer.status < 500);
  }

  // A sheet over the foot of a screen, as the platforms open theirs: the rows of a list, the places to share.
  function open(screen, title, rows) {
    const sheet = byId("sheet");
    const place = screen.querySelector(".phone").getBoundingClientRect();
    sheet.style.left = place.left + "px";
    sheet.style.width = place.width + "px";
    sheet.style.bottom = Math.max(0, window.innerHeight - place.bottom) + "px";
    byId("sheet-name").textContent = title;
    byId("sheet-rows").replaceChildren(...rows);
    sheet.showModal();
    if (rows[0]) rows[0].focus();
  }
  const close = () => byId("sheet").close();

  function share(screen) {
    const name = screen.dataset.screen;
    const send = (lat, lon) => tell("share", { screen: name, lat: lat, lon: lon });
    const places = byId("places").content.cloneNode(true).querySelectorAll("button");
    for (const place of places) {
      if ("here" in place.dataset && !navigator.geolocation) { place.remove(); continue; }
      place.addEventListener("click", () => {
        close();
        if (!("here" in place.dataset)) return send(Number(place.dataset.lat), Number(place.dataset.lon));
        navigator.geolocation.getCurrentPosition((found) => send(found.coords.latitude, found.coords.longitude));
      });
    }
    open(screen, "المكان المرسل", Array.from(places));
  }

  function tap(screen, bubble, choice) {
    screen.querySelector(".log").came = 0;
    tell("tap", { screen: screen.dataset.screen, message: bubble.id, choice: choice });
  }

  // Each line has the direction of its own first letter, as on the platforms.
  function words(text) {
    const told = made("div", "text");
    told.dir = "auto";
    let at = 0;
    for (const found of text.matchAll(LINK)) {
      told.append(text.slice(at, found.index));
      const link = made("a", "", found[0]);
      link.href = found[0];
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      link.dir = "ltr";
      told.append(link);
      at = found.index + found[0].length;
    }
    told.append(text.slice(at));
    return told;
  }

  function drawn(screen, bubble) {
    const article = made("article", "bubble " + (bubble.mine ? "mine" : "guide"));
    const body = made("div", "body");
    article.append(body);
    if (bubble.location) {
      const map = made("div", "map");
      body.classList.add("place");
      map.append(drawing("pin"));
      body.append(map, made("div", "text", "موقعي"));
    }
    if (bubble.text) body.append(words(bubble.text));
    if (bubble.small) body.append(made("div", "small", bubble.small));
    if (bubble.mine && "taken" in bubble) {
      const ticks = made("span", "ticks", bubble.taken ? "✓✓" : "✓");
      ticks.setAttribute("aria-hidden", "true");
      body.append(ticks);
    }
    if (bubble.mine) return article;
    const below = made("div", "below");
    if (screen.id === "telegram") {
      for (const row of bubble.rows) {
        const line = made("div", "line");
        // The platform lays a row out from left to right, whatever the language.
        line.dir = "ltr";
        for (const one of row) line.append(button(one.text, () => tap(screen, bubble, one.id)));
        below.append(line);
      }
    } else {
      for (const one of bubble.buttons) below.append(button(one.text, () => tap(screen, bubble, one.id), "reply"));
      if (bubble.opens) below.append(button(bubble.opens, () => list(screen, bubble), "opens"));
      if (bubble.asks_location) below.append(button("إرسال الموقع", () => share(screen), "pin"));
    }
    if (below.children.length) article.append(below);
    return article;
  }

  function list(screen, bubble) {
    const rows = bubble.rows.map((row) => {
      const listed = button(row.text, () => { close(); tap(screen, bubble, row.id); });
      if (row.small) listed.append(made("span", "small", row.small));
      return listed;
    });
    open(screen, bubble.opens, rows);
  }

  // What was drawn stays; what is new comes below, what is gone goes, what changed is drawn again.
  function draw(screen, bubbles) {
    const log = screen.querySelector(".log");
    const known = new Map(Array.from(log.children, (element) => [element.dataset.id, element]));
    const isFirst = !known.size;
    let fresh = null;
    let before = null;
    for (const bubble of bubbles) {
      const told = JSON.stringify(bubble);
      let element = known.get(bubble.id);
      known.delete(bubble.id);
      if (!element || element.told !== told) {
        const now = drawn(screen, bubble);
        now.dataset.id = bubble.id;
        now.told = told;
        if (element) element.replaceWith(now);
        else {
          now.classList.add("new");
          fresh = fresh || now;
        }
        element = now;
      }
      if (before ? before.nextSibling !== element : log.firstChild !== element) {
        if (before) before.after(element);
        else log.prepend(element);
      }
      before = element;
    }
    for (const gone of known.values()) gone.remove();
    if (!fresh) return;
    // What came is read from its beginning, with what it answers above it.
    const above = fresh.previousElementSibling;
    const goesOn = log.first && log.first.isConnected && !fresh.classList.contains("mine") && Date.now() - log.came < TURN;
    if (!goesOn) log.first = above && above.classList.contains("mine") ? above : fresh;
    log.came = Date.now();
    log.scrollTo({ top: log.first.offsetTop - 10, behavior: isFirst || calm.matches ? "auto" : "smooth" });
  }

  let toasts = -1;
  function drawTelegram(told) {
    const screen = byId("telegram");
    const state = screen.querySelector(".state");
    const word = told.typing ? "يكتب الآن…" : "برنامج محادثة";
    if (state.textContent !== word) state.textContent = word;
    const keyboard = screen.querySelector(".keyboard");
    const keys = JSON.stringify(told.keyboard);
    if (keyboard.told !== keys) {
      keyboard.told = keys;
      keyboard.hidden = !told.keyboard.length;
      keyboard.replaceChildren(...told.keyboard.map((row) => {
        const line = made("div", "line");
        for (const key of row) line.append(button(key.text, () => (key.location ? share(screen) : tell("say", { screen: "telegram", text: key.text })), key.location ? "pin" : ""));
        return line;
      }));
    }
    draw(screen, told.bubbles);
    const toast = screen.querySelector(".toast");
    if (toasts >= 0 && told.toast.number > toasts) {
      toast.textContent = told.toast.text;
      toast.hidden = false;
      clearTimeout(toast.timer);
      toast.timer = setTimeout(() => { toast.hidden = true; }, 1500);
    }
    toasts = told.toast.number;
  }

  // The frame shows what is said here as a second tab of the same person would. It is led to it from here, for it only
  // moves for what was written in itself; and it must not move this page along with itself.
  let isLed = false;
  const frame = byId("frame");
  function tamed() {
    const inside = frame.contentWindow;
    const page = frame.contentDocument;
    if (!inside || !page || !page.body) return;
    const lead = (bubble, options) => {
      const top = bubble.getBoundingClientRect().top + inside.pageYOffset - 90;
      inside.scrollTo({ top: top, behavior: (options && options.behavior) || "auto" });
    };
    inside.Element.prototype.scrollIntoView = function (options) { lead(this, options); };
    new inside.MutationObserver(() => {
      const mine = page.querySelectorAll("#log .bubble.mine");
      if (!isLed || !mine.length || !mine[mine.length - 1].nextElementSibling) return;
      isLed = false;
      lead(mine[mine.length - 1], { behavior: calm.matches ? "auto" : "smooth" });
    }).observe(page.documentElement, { childList: true, subtree: true });
  }
  frame.addEventListener("load", tamed);
  tamed();

  let person = 0;
  const news = new EventSource("/demo/news");
  news.addEventListener("message", (event) => {
    const told = JSON.parse(event.data);
    if (person && person !== told.person) frame.contentWindow.location.replace("/");
    person = told.person;
    byId("trouble").hidden = true;
    drawTelegram(told.telegram);
    draw(byId("whatsapp"), told.whatsapp.bubbles);
  });
  news.addEventListener("error", () => { byId("trouble").hidden = false; });

  function all(text) {
    if (!text.trim()) return;
    isLed = true;
    tell("say", { text: text });
  }
  byId("all").addEventListener("submit", (event) => {
    event.preventDefault();
    all(byId("all-text").value);
    byId("all-text").value = "";
    byId("all-text").focus({ preventScroll: true });
  });
  for (const example of document.querySelectorAll(".examples button")) example.addEventListener("click", () => all(example.textContent));
  for (const screen of document.querySelectorAll("[data-screen]")) {
    // Where the screen becomes narrower or lower, what was being read stays in view.
    const log = screen.querySelector(".log");
    new ResizeObserver(() => { if (log.first) log.scrollTo({ top: log.first.offsetTop - 10 }); }).observe(log);
    screen.querySelector(".write").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = event.target.elements.text;
      if (text.value.trim()) tell("say", { screen: screen.dataset.screen, text: text.value });
      text.value = "";
    });
  }
  byId("begin").addEventListener("click", () => tell("begin", {}));
  byId("sheet-close").addEventListener("click", close);
  // A tap beside the sheet closes it.
  byId("sheet").addEventListener("click", (event) => { if (event.target === event.currentTarget) close(); });
})();
