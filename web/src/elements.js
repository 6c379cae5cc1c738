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

const ICONS = {
  play: "M7 4v16l13-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  previous: "M6 5h3v14H6zM19 5v14l-9-7z",
  next: "M15 5h3v14h-3zM5 5v14l9-7z",
  close: "M5.6 4.2 12 10.6l6.4-6.4 1.4 1.4L13.4 12l6.4 6.4-1.4 1.4L12 13.4l-6.4 6.4-1.4-1.4L10.600 12 4.200 5.600z",
  again: "M12 5V1L6 6l6 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z",
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

function button(label, click, options) {
  const given = options || {};
  const word = make("span", { text: label });
  const element = make("button", { type: "button", class: given.main ? "main" : given.step ? "step" : null, click }, [
    given.icon ? icon(given.icon) : null, word,
  ]);
  element.say = function (text, picture) {
    if (word.textContent !== text) word.textContent = text;
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
