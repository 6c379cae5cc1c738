// `<read-aloud list="…">`: a button for each row of a list.

/** Each selected row with the link to its document. */
function linksOf(selector) {
  const links = [];
  Array.from(document.querySelectorAll(selector)).forEach(function (row) {
    const link = row.matches("a[href]") ? row : row.querySelector("a[href]");
    if (link) links.push({ row, href: link.href, title: link.textContent.trim() });
  });
  return links;
}

/** The button of a row: behind a link, inside anything else. */
function buttonOf(row) {
  const found = row.matches("a") ? row.nextElementSibling : row.querySelector("read-aloud");
  return found instanceof ReadAloudElement ? found : null;
}

/** Gives every row that has no button one, and all of them one queue. */
function addListButtons(list) {
  list.hidden = true;
  const rows = function () { return linksOf(list.getAttribute("list")); };
  const jobs = function () {
    return rows().map(function (link) { return buttonOf(link.row); }).filter(Boolean)
      .map(function (element) { return element.job(); });
  };
  rows().slice(0, MOST_BUTTONS).forEach(function (link) {
    if (buttonOf(link.row)) return;
    const element = document.createElement("read-aloud");
    Array.from(list.attributes).forEach(function (attribute) {
      if (!/^(list|hidden|id|class|queue|src)$/.test(attribute.name)) element.setAttribute(attribute.name, attribute.value);
    });
    element.setAttribute("src", link.href);
    element.setAttribute("data-title", link.title);
    element.jobs = jobs;
    if (list.hasAttribute("kiosk")) pressWhole(link.row, element);
    if (link.row.matches("a")) link.row.after(element);
    else link.row.appendChild(element);
  });
}

/** At a public terminal the whole row is the button, and its link leads nowhere. */
function pressWhole(row, element) {
  row.style.cursor = "pointer";
  row.addEventListener("click", function (event) {
    if (isOurs(event.target)) return;
    event.preventDefault();
    player().press(element.job());
  });
}
