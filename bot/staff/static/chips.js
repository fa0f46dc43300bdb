// Names in braces as chips: a text shows what each stands for, and none of them can be broken.
//
// The field that is typed in has no name: what is sent is a hidden field beside it, in which the chips are names again.
// A chip is touched by its neighbours only: whatever would change a part of it takes it away whole, and what is typed
// into it goes behind it. So it is with every keyboard, for only what stands there afterwards is looked at.
(() => {
  "use strict";
  const BRACED = /\{[^{}\n]*\}/g;
  let last = null;

  class ChipField {
    constructor(field, offered) {
      this.field = field;
      this.toName = new Map();
      this.toLabel = new Map();
      for (const one of offered) {
        const label = `{${one.dataset[field.lang] || one.dataset.ar}}`;
        this.toName.set(label, one.dataset.chip);
        this.toLabel.set(`{${one.dataset.chip}}`, label);
      }
      this.sent = document.createElement("input");
      this.sent.type = "hidden";
      this.sent.name = field.name;
      field.removeAttribute("name");
      field.autocomplete = "off";
      const around = document.createElement("div");
      around.className = "chip-field";
      this.mirror = document.createElement("div");
      this.mirror.className = "mirror";
      this.mirror.setAttribute("aria-hidden", "true");
      this.mirror.dir = field.dir;
      field.replaceWith(around);
      around.append(this.mirror, field, this.sent);
      this.before = "";
      this.caret = 0;
      this.take(field.defaultValue || field.value);
      field.addEventListener("input", () => this.repair());
      field.addEventListener("scroll", () => { this.mirror.scrollTop = field.scrollTop; });
      field.addEventListener("focus", () => { last = this; });
      for (const moved of ["keyup", "click"]) field.addEventListener(moved, () => this.step());
    }

    spans(text) {
      return [...text.matchAll(BRACED)]
        .map((found) => ({ start: found.index, end: found.index + found[0].length, name: this.toName.get(found[0]) }));
    }

    // The text as it is shown, for one with names; where the caret stands in it.
    shown(text, caret) {
      let at = caret;
      const told = text.replace(BRACED, (found, index) => {
        const label = this.toLabel.get(found) ?? found;
        if (index + found.length <= caret) at += label.length - found.length;
        else if (index < caret) at += index + label.length - caret;
        return label;
      });
      return [told, at];
    }

    take(text) {
      const [told] = this.shown(text, 0);
      this.field.value = told;
      this.keep();
    }

    repair() {
      const old = this.before;
      const now = this.field.value;
      let first = 0;
      while (first < old.length && first < now.length && old[first] === now[first]) first += 1;
      // What was typed ends where the caret stands: the same sign twice could have been typed at either place.
      let tail = 0;
      const most = Math.min(old.length, now.length) - first;
      while (tail < most && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
      const typed = now.slice(first, now.length - tail);
      let [start, end] = [first, old.length - tail];
      for (const chip of this.spans(old)) {
        if (!chip.name) continue;
        if (start === end) {
          if (chip.start < start && start < chip.end) start = end = chip.end;
        } else if (chip.start < end && start < chip.end && !(start <= chip.start && chip.end <= end)) {
          start = Math.min(start, chip.start);
          end = Math.max(end, chip.end);
        }
      }
      const mended = old.slice(0, start) + typed + old.slice(end);
      const caret = mended === now ? this.field.selectionStart : start + typed.length;
      const [told, at] = this.shown(mended, caret);
      if (told !== now) {
        this.field.value = told;
        this.field.setSelectionRange(at, at);
      }
      this.keep();
    }

    // The caret never rests in a chip: it goes on the way it came.
    step() {
      const at = this.field.selectionStart;
      if (at === this.field.selectionEnd) {
        const chip = this.spans(this.field.value).find((one) => one.name && one.start < at && at < one.end);
        if (chip) {
          const to = this.caret <= chip.start ? chip.end : this.caret >= chip.end ? chip.start : chip.end;
          this.field.setSelectionRange(to, to);
        }
      }
      this.caret = this.field.selectionStart;
    }

    keep() {
      const text = this.field.value;
      this.before = text;
      this.caret = this.field.selectionStart;
      this.sent.value = text.replace(BRACED, (found) => (this.toName.has(found) ? `{${this.toName.get(found)}}` : found));
      const drawn = [];
      let reached = 0;
      for (const chip of this.spans(text)) {
        const mark = document.createElement("mark");
        if (!chip.name) mark.className = "broken";
        mark.textContent = text.slice(chip.start, chip.end);
        drawn.push(text.slice(reached, chip.start), mark);
        reached = chip.end;
      }
      this.mirror.replaceChildren(...drawn, `${text.slice(reached)}\n`);
      this.mirror.scrollTop = this.field.scrollTop;
    }

    insert(name) {
      const { field } = this;
      const label = this.toLabel.get(`{${name}}`);
      if (!label) return;
      field.setRangeText(label, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    }
  }

  for (const list of document.querySelectorAll("[data-chips]")) {
    const offered = [...list.querySelectorAll("[data-chip]")];
    const fields = [...list.closest("form").querySelectorAll("textarea[data-chipped]")].map((field) => new ChipField(field, offered));
    const seek = list.querySelector("[data-seek]");
    if (seek) seek.hidden = false;
    for (const one of offered) {
      one.addEventListener("click", () => (fields.includes(last) ? last : fields[0])?.insert(one.dataset.chip));
    }
    seek?.querySelector("input").addEventListener("input", (event) => {
      const sought = event.target.value.trim().toLowerCase();
      for (const one of offered) one.hidden = !one.textContent.toLowerCase().includes(sought);
      event.stopPropagation();
    });
  }
})();
