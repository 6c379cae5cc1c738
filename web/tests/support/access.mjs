// What a page shows, measured: contrast, sizes of targets and letters, what sticks out, axe.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong, one line each, with every rule it has, the strictest ones too. */
export async function axe(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { rules: { "color-contrast-enhanced": { enabled: true }, "target-size": { enabled: true } } });
    return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.flat(9).join(" ")}: ${node.failureSummary}`));
  });
}

/**
 * Every visible text and part of the player, measured: {text, px, contrast} for texts,
 * {name, width, height, border, contrast} for what is pressed, with the contrast of its border
 * to what is around it.
 */
export const measure = (page) => page.evaluate(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { r, g, b, a: a / 255 };
  };
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ratio = (one, two) => {
    const [a, b] = [light(one), light(two)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const parent = (element) => element.parentElement || (element.getRootNode().host ?? null);
  const over = (front, back) => ({
    r: front.r * front.a + back.r * (1 - front.a), g: front.g * front.a + back.g * (1 - front.a),
    b: front.b * front.a + back.b * (1 - front.a), a: 1,
  });
  const ground = (element) => {
    if (!element) return { r: 255, g: 255, b: 255, a: 1 };
    const colour = rgb(getComputedStyle(element).backgroundColor);
    return colour.a > 0.99 ? colour : over(colour, ground(parent(element)));
  };
  const result = { texts: [], targets: [] };
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) look(element.shadowRoot);
      if (!(element.getRootNode() instanceof ShadowRoot) || element.localName === "option") continue;
      const box = element.getBoundingClientRect();
      if (!element.checkVisibility() || box.width < 2) continue;
      const style = getComputedStyle(element);
      const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("");
      if (text || element.localName === "select") {
        result.texts.push({ text: text || "select", px: parseFloat(style.fontSize), contrast: ratio(rgb(style.color), ground(element)) });
      }
      if (/^(button|select|a)$/.test(element.localName)) {
        result.targets.push({
          name: element.getAttribute("aria-label") || element.textContent, width: box.width, height: box.height,
          right: box.right, contrast: Math.max(ratio(rgb(style.borderTopColor), ground(parent(element))), ratio(ground(element), ground(parent(element)))),
        });
      }
    }
  };
  look(document);
  return result;
});

/** The buttons of the controls whose words do not fit into them. */
export const cut = (page) => page.evaluate(() => [...document.querySelector("read-aloud-dock").shadowRoot.querySelectorAll("button, a")]
  .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent));

/** How far the page can be scrolled sideways, in CSS pixels. */
export const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
