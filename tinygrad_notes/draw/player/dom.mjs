/** Elements made and filled: all text goes in as text, never as markup. */

export const byId = (id) => document.getElementById(id);

/** `element("p", {class: "hint"}, "text", child, …)`; attributes that are functions listen to the event so named. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** A formula's parts, each in a span of its kind, isolated so that right-to-left names disturb nothing. */
export function formula(...parts) {
  const spans = parts.flat().map(({ kind, text }) => element(kind === "name" ? "bdi" : "span", { class: kind }, text));
  return element("span", { class: "formula" }, ...spans);
}

export const word = (text) => ({ kind: "text", text });
export const called = (text) => ({ kind: "name", text });

/** Write `text` into `target` unless it is there already: an untouched element costs no layout. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Whether the reader asked for less motion. */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
