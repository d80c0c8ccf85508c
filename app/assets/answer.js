// Draws one answer. All text arrives as data and is set as textContent: nothing in it is markup.
const draw = (tag, name, text) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
};

// A mark never begins a line: it is kept with the last word before it.
function hold(text, mark) {
  const held = draw("span", "held"), last = text.lastChild;
  if (last?.className === "held") held.append(last);
  else if (last?.nodeType === Node.TEXT_NODE) {
    const word = last.data.match(/\S{1,30}$/)?.[0] ?? "";
    last.data = last.data.slice(0, last.data.length - word.length);
    held.append(word);
  }
  held.append(mark);
  return held;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const root = draw("div", "answer " + data.kind);
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
        const mark = press(draw("button", "mark", String(part.n)), part.n);
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
  if (data.status) {
    const status = draw("p", "status", data.status);
    status.setAttribute("role", "status");
    root.append(status);
  }
  if (data.near) root.append(draw("p", "near", data.near));
  if (data.sources.length) {
    const list = draw("ul", "sources");
    for (const source of data.sources) {
      const button = press(draw("button", "source"), source.n);
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
  if (focused) root.querySelectorAll("button, summary")[again]?.focus();
}
