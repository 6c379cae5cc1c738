// Making elements.

/** An element with attributes and children; `on…` are listeners, text is a child. */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter(Boolean));
}

let quiet = 0;

/** Tells the editor something for a while, screen readers too. */
export function tell(words, isTrouble) {
  const told = byId("told");
  told.textContent = words;
  told.classList.toggle("trouble", Boolean(isTrouble));
  clearTimeout(quiet);
  quiet = setTimeout(() => { told.textContent = ""; }, isTrouble ? 15000 : 6000);
}

export function tellProblem(error) {
  if (error.name === "AbortError") return;
  tell(error.detail && error.status !== 0 ? `${error.message}（${error.detail}）` : error.message, true);
}

/** A time in the editor's own clock. */
export const when = (seconds) => new Date(seconds * 1000).toLocaleString("zh-CN", {
  year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
});
