// Puts the keyboard where it belongs when what had it is gone: it would begin anew at the top.
const TABBED = "button, input, textarea, summary, [tabindex]";
const TYPED = "textarea, [contenteditable=true], input:not([type=checkbox], [type=radio])";
const PATIENCE = 4000; // milliseconds in which the page is drawn anew

// The first that fits a selector, in shadow roots, too.
function within(place, selector) {
  const found = place.querySelector(selector);
  if (found) return found;
  for (const part of place.querySelectorAll("*")) {
    const inner = part.shadowRoot && within(part.shadowRoot, selector);
    if (inner) return inner;
  }
  return null;
}

function reach(data) {
  const place = document.querySelector(`.st-key-${CSS.escape(data.place)}`);
  const found = place && (data.inner ? within(place, data.inner) : place);
  if (found && !found.matches(TABBED)) found.tabIndex = -1;
  return found;
}

// A menu lies at the very end of the page: whoever opens one with the keyboard is taken into it.
function enterMenus() {
  if (window.footnoteMenus) return;
  window.footnoteMenus = true;
  document.addEventListener("keydown", ({ key, target }) => {
    const button = target.closest?.("[data-testid=stPopoverButton]");
    if (!button || button.ariaExpanded === "true" || !["Enter", " "].includes(key)) return;
    const end = performance.now() + PATIENCE;
    const look = () => {
      if (document.activeElement !== button || performance.now() > end) return;
      const first = document.querySelector("[data-testid=stPopoverBody]")?.querySelector(TABBED);
      if (first) first.focus(); else setTimeout(look, 60);
    };
    setTimeout(look, 60);
  });
}

export default function ({ data }) {
  enterMenus();
  // Menus and dialogs lie outside of the app, and have to know as well whether it is dark.
  document.body.style.colorScheme = getComputedStyle(document.querySelector(".stApp")).colorScheme;
  if (!data.place || window.footnoteFocus === data.turn) return;
  window.footnoteFocus = data.turn;
  const end = performance.now() + PATIENCE;
  // What is focused may be drawn anew more than once; nobody who went elsewhere is called back,
  // and who types by now has gone elsewhere.
  let pressed = document.activeElement, elsewhere = false;
  if (pressed?.matches(TYPED)) pressed = null;
  document.addEventListener("pointerdown", () => { elsewhere = true; }, { once: true, capture: true });
  const look = () => {
    if (elsewhere || window.footnoteFocus !== data.turn || performance.now() > end) return;
    const found = [null, document.body, pressed].includes(document.activeElement) && reach(data);
    if (found) {
      found.focus({ preventScroll: !data.inner });
      pressed = null;
    }
    setTimeout(look, 60);
  };
  look();
}
