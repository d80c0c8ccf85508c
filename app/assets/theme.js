// Light or dark, for all pages: Streamlit keeps a choice for one address only.
const NAMES = { system: "System", light: "Light", dark: "Dark" };
const KEY = "footnote-theme";

export default function ({ parentElement, data }) {
  const base = location.pathname.replace(/[^/]*$/, "");
  const chosen = localStorage.getItem(KEY) ?? "system";
  const group = document.createElement("div");
  group.className = "themes";
  group.setAttribute("role", "radiogroup");
  group.setAttribute("aria-label", data.label);
  for (const [key, name] of Object.entries(NAMES)) {
    const label = document.createElement("label"), input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "theme", value: key, checked: key === chosen });
    input.onchange = () => {
      localStorage.setItem(KEY, key);
      for (const page of data.pages) {
        const place = `stActiveTheme-${base}${page}-v2`;
        if (key === "system") localStorage.removeItem(place);
        else localStorage.setItem(place, JSON.stringify(name));
      }
      location.reload();
    };
    label.append(input, " " + name);
    group.append(label);
  }
  const kept = parentElement.querySelector(".themes");
  if (kept) kept.replaceWith(group); else parentElement.append(group);
}
