// Draws pages with boxes on the quoted words, or a passage with the quote marked.
const draw = (tag, name, text) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
};

function sheet(page) {
  const made = draw("div", "sheet");
  const image = draw("img");
  image.alt = page.alt;
  image.width = page.width;
  image.height = page.height;
  image.src = "data:image/png;base64," + page.png;
  made.append(image);
  for (const [left, top, right, bottom] of page.boxes) {
    const box = draw("div", "box");
    Object.assign(box.style, {
      left: `${left * 100}%`, top: `${top * 100}%`,
      width: `${(right - left) * 100}%`, height: `${(bottom - top) * 100}%`,
    });
    made.append(box);
  }
  return made;
}

function pages(data, view) {
  const tools = draw("div", "tools");
  const zoom = draw("button", "", "Enlarge");
  zoom.type = "button";
  const frame = draw("div", "frame");
  zoom.onclick = () => {
    zoom.textContent = frame.classList.toggle("large") ? "Fit" : "Enlarge";
    show(view);
  };
  tools.append(draw("span", "headings", data.headings), zoom);
  view.append(tools);
  for (const page of data.pages) frame.append(sheet(page));
  view.append(frame);
}

function passage(data, view) {
  if (data.headings) view.append(draw("p", "headings", data.headings));
  const text = draw("div", "passage");
  text.dir = "auto";
  text.tabIndex = 0;  // the keyboard can scroll it
  text.setAttribute("role", "region");
  text.setAttribute("aria-label", data.quote ? "The quote in its passage" : "Text of the document");
  text.append(draw("span", "around", (data.cutBefore ? "… " : "") + data.before));
  if (data.quote) text.append(draw("mark", "", data.quote));
  text.append(draw("span", "around", data.after + (data.cutAfter ? " …" : "")));
  view.append(text);
}

// Scrolls only the panel, never the conversation beside it: to what is marked, else, if it is
// another text than before, to its top.
function show(view, other = false) {
  const mark = view.querySelector(".box, mark");
  const panel = view.getRootNode().host?.closest(".st-key-source-body");
  if (!mark || !panel) {
    if (panel && other) panel.scrollTop = 0;
    return;
  }
  const place = mark.getBoundingClientRect(), around = panel.getBoundingClientRect();
  panel.scrollBy({ top: place.top - around.top - around.height / 3, behavior: "instant" });
  const frame = mark.closest(".frame");
  if (frame) frame.scrollLeft += place.left - frame.getBoundingClientRect().left - 24;
}

export default function ({ parentElement, data }) {
  const kept = parentElement.querySelector(".view");
  if (kept && kept.dataset.id === data.id) return;
  const view = draw("div", "view");
  view.dataset.id = data.id;
  if (data.note) view.append(draw("p", "note", data.note));
  if (data.pages.length) pages(data, view); else passage(data, view);
  if (kept) kept.replaceWith(view); else parentElement.append(view);
  const panel = view.getRootNode().host?.closest(".st-key-source");
  panel?.setAttribute("role", "region");
  panel?.setAttribute("aria-label", data.quote || data.pages[0]?.boxes.length ? "Source" : "Document");
  requestAnimationFrame(() => requestAnimationFrame(() => show(view, true)));
}
