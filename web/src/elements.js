// Making elements.

function make(tag, attributes, children) {
  const element = document.createElement(tag);
  Object.entries(attributes || {}).forEach(function (entry) {
    if (entry[1] === false || entry[1] === null || entry[1] === undefined) return;
    if (entry[0] === "text") element.textContent = entry[1];
    else if (entry[0] === "click") element.addEventListener("click", entry[1]);
    else element.setAttribute(entry[0], entry[1] === true ? "" : entry[1]);
  });
  (children || []).forEach(function (child) { if (child) element.appendChild(child); });
  return element;
}

// One style: filled, on a square of 24.
const ICONS = {
  play: "M7 4v16l13-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  previous: "M6 5h3v14H6zM19 5v14l-9-7z",
  next: "M15 5h3v14h-3zM5 5v14l9-7z",
  close: "M5.6 4.2 12 10.6l6.4-6.4 1.4 1.4L13.4 12l6.4 6.4-1.4 1.4L12 13.4l-6.4 6.4-1.4-1.4L10.600 12 4.200 5.600z",
  again: "M12 5V1L6 6l6 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z",
  more: "M4 10h4v4H4zM10 10h4v4h-4zM16 10h4v4h-4z",
  less: "M12 16.500 4 8.500l1.700-1.700 6.300 6.300 6.300-6.300L20 8.500z",
  letters: "M3 5h11v3h-4v12H7V8H3zM15 11h7v2.500h-2.250V20h-2.500v-6.500H15z",
  rewind: "M12 5v14l-9-7zM21 5v14l-9-7z",
  forward: "M12 5v14l9-7zM3 5v14l9-7z",
  point: "M9 11V4.500a1.500 1.500 0 0 1 3 0V10l6 1.300c1 .2 1.600 1 1.500 2l-.7 5.200c-.2 1.400-1.100 2.500-2.500 2.500H11c-.8 0-1.500-.3-2-.9L4 14.700l.8-.8c.4-.4 1-.6 1.600-.4L9 14.500z",
  phone: "M8 2h8a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm0 3v12h8V5zm3 13.500h2v2h-2z",
  flag: "M5 3h2v1h11l-2.500 4L18 12H7v9H5z",
  save: "M11 3h2v9h4l-5 5.500L7 12h4zM4 19h16v2H4z",
};

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  svg.appendChild(path);
  return svg;
}

/** `style` is a list of class names; `icon` the name of a picture before the words. */
function button(label, click, options) {
  const given = options || {};
  const word = make("span", { text: label });
  const element = make("button", { type: "button", class: given.style || null, click }, [given.icon ? icon(given.icon) : null, word]);
  /** Shows other words, and by another name where `spoken` is given. */
  element.say = function (text, picture, spoken) {
    setText(word, text);
    if (spoken && spoken !== text) element.setAttribute("aria-label", spoken);
    else element.removeAttribute("aria-label");
    const svg = element.querySelector("svg");
    if (svg && picture) svg.firstChild.setAttribute("d", ICONS[picture]);
  };
  return element;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Not `disabled`: a button that becomes disabled loses the keyboard's focus. */
function enable(element, on) {
  element.setAttribute("aria-disabled", String(!on));
}

/** Shows which of several a button stands for is the chosen one. */
function choose(element, on) {
  element.setAttribute("aria-pressed", String(on));
}
