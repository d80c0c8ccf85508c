// Draws one answer. All text arrives as data and is set as textContent: nothing in it is markup.
const draw = (tag, name, text) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
};

// A mark never begins a line: it is kept with the last word before it. What is copied has it apart
// from that word, and in brackets: "45 [1]", not "451".
function hold(text, mark) {
  const held = draw("span", "held"), last = text.lastChild;
  if (last?.className === "held") held.append(last);
  else if (last?.nodeType === Node.TEXT_NODE) {
    const word = last.data.match(/\S{1,30}$/)?.[0] ?? "";
    last.data = last.data.slice(0, last.data.length - word.length);
    held.append(word);
  }
  held.append(draw("span", "unseen", " "), mark);
  return held;
}

// What screen readers say. The place for it outlives what is drawn anew all the time; an answer is
// said once, by a page that saw it being made, or that asked and had it before a draft was drawn.
function tell(data) {
  const awaited = (window.footnoteAwaited ??= new Map()), told = (window.footnoteTold ??= new Map());
  const before = awaited.get(data.turn);
  const unheard = before !== undefined || (data.asked && told.get(data.turn) !== data.asked);
  if (!data.turn || (data.status ? before === data.status : !unheard)) return;
  let place = document.querySelector("#footnote-told");
  if (!place) {
    place = draw("div");
    place.id = "footnote-told";
    place.setAttribute("role", "status");
    place.style.cssText = "position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)";
    document.body.append(place);
  }
  if (data.status) awaited.set(data.turn, data.status);
  else {
    awaited.delete(data.turn);
    told.set(data.turn, data.asked);
  }
  const answer = data.parts.map((part) => part.text ?? part.strong ?? ` (footnote ${part.n}) `).join("");
  const said = data.status || `${data.heading ?? "Answer"}: ${answer}`;
  setTimeout(() => { place.textContent = said; }, 150);  // after the place itself is known
}

// What was opened or closed stays in view while the page gets narrower or wider around it, or is
// loaded with it.
function stay(root, n, waits) {
  const mark = root.querySelector(`[data-n="${n}"]`);
  for (const wait of waits) {
    setTimeout(() => mark?.isConnected && mark.scrollIntoView({ block: "nearest" }), wait);
  }
}

export default function ({ parentElement, data, setTriggerValue }) {
  const root = draw("div", "answer " + data.kind);
  root.dataset.open = data.open;
  const open = (n) => (event) => { event.preventDefault(); setTriggerValue("open", n); };
  const press = (button, n) => {
    button.type = "button";
    button.onclick = open(n);
    button.setAttribute("aria-pressed", String(data.open === n));
    return button;
  };

  if (data.understood) root.append(draw("p", "understood", data.understood));
  if (data.narrowed) root.append(draw("p", "understood narrowed", data.narrowed));
  if (data.heading) root.append(draw("p", "heading", data.heading));
  if (data.parts.length) {
    const text = draw("p", "text");
    text.dir = "auto";
    for (const part of data.parts) {
      if (part.n !== undefined) {
        const mark = press(draw("button", "mark"), part.n);
        mark.append(draw("span", "unseen", "["), String(part.n), draw("span", "unseen", "]"));
        const source = data.sources.find((s) => s.n === part.n);
        mark.setAttribute("aria-label", `Footnote ${part.n}: ${source ? source.where : ""}`);
        mark.dataset.n = part.n;
        if (source) mark.title = source.where;
        text.append(hold(text, mark));
      } else if (part.strong !== undefined) text.append(draw("strong", "", part.strong));
      else text.append(document.createTextNode(part.text));
    }
    root.append(text);
  }
  if (data.status) root.append(draw("p", "status", data.status));
  if (data.near) root.append(draw("p", "near", data.near));
  if (data.sources.length) {
    const list = draw("ul", "sources");
    for (const source of data.sources) {
      const button = press(draw("button", "source"), source.n);
      button.dataset.n = source.n;
      const body = draw("span");
      const quote = draw("span", "quote", source.quote);
      quote.dir = "auto";
      body.append(draw("span", "where", source.where), quote);
      button.append(draw("span", "n", String(source.n)), body);
      const item = draw("li");
      item.append(button);
      list.append(item);
    }
    root.append(list);
  }
  if (data.foot) root.append(draw("p", "foot", data.foot));
  const kept = parentElement.querySelector(".answer");
  const unfolded = new Set([...(kept?.querySelectorAll("details[open]") ?? [])].map((d) => d.dataset.of));
  for (const fold of data.folds) {
    const details = draw("details");
    details.dataset.of = fold.title;
    details.open = unfolded.has(fold.title);
    details.append(draw("summary", "", fold.title));
    if (fold.text) details.append(draw("p", "", fold.text));
    if (fold.rows) {
      const table = draw("table");
      for (const row of fold.rows) {
        const line = draw("tr");
        for (const cell of row) line.append(draw("td", "", cell));
        table.append(line);
      }
      details.append(table);
    }
    root.append(details);
  }
  // A redraw must not lose the keyboard's place.
  const focused = kept?.querySelector(":focus");
  const again = focused && [...kept.querySelectorAll("button, summary")].indexOf(focused);
  if (kept) kept.replaceWith(root); else parentElement.append(root);
  tell(data);
  if (String(data.open) !== (kept?.dataset.open ?? "null")) {
    stay(root, data.open ?? kept.dataset.open, kept ? [0, 250, 700] : [0, 300, 800, 1600]);
  }
  if (focused) root.querySelectorAll("button, summary")[again]?.focus();
}
