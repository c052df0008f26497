// Opens each page given, in every light, width and paper that readers have, and fails on the first thing that is not as it should be:
// a word on the console, a request, a broken rule of accessibility, something wider than the page, a keyboard that gets stuck.
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// A page after --quick is looked at for accessibility in one width and light only.
const pages = process.argv.slice(2).filter((word) => word !== "--quick");
const quick = process.argv.slice(2).indexOf("--quick");
const wrong = [];
const expect = (holds, words) => { if (!holds) wrong.push(words); };

const program = process.env.PATH.split(delimiter).map((folder) => join(folder, process.env.BROWSER)).find((path) => existsSync(path));
const profile = await mkdtemp(join(tmpdir(), "twelvefold-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: program,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
  viewport: { width: 1200, height: 900 },
});

for (const [at, file] of pages.entries()) {
  const address = pathToFileURL(file).href;
  const page = await browser.newPage();
  page.on("console", (message) => wrong.push(`${file}: the console says ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`${file}: ${error}`));
  page.on("dialog", (dialog) => { wrong.push(`${file}: a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => expect(request.url() === address, `${file}: a request for ${request.url()}`));
  await page.goto(address);

  // The style sheet is the one that the policy allows; were its hash wrong, the page would be naked.
  const measure = await page.evaluate(() => document.querySelector("main").getBoundingClientRect().width);
  expect(measure < 700, `${file}: the text is ${measure} pixels wide, so the style sheet is not in force`);
  const structure = await page.evaluate(() => ({
    language: document.documentElement.lang,
    landmarks: ["header", "nav", "main", "footer"].map((name) => document.querySelectorAll(`body > ${name}`).length),
    headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => Number(heading.tagName[1])),
    acting: document.querySelectorAll("script, iframe, object, embed, img, svg, form, input, [onclick], [onload], [onerror]").length,
    tables: [...document.querySelectorAll("th")].filter((cell) => !cell.scope).length,
    figures: [...document.querySelectorAll("figure")].filter((figure) => !figure.querySelector("figcaption")).length,
    unsaid: [...document.querySelectorAll(".side")].filter((side) => !/BAD|GOOD/.test(side.querySelector(".sign").textContent)).length,
    numbers: [...document.querySelectorAll(".side")].filter((side) =>
      [...side.querySelectorAll(".notes .mark")].map((mark) => mark.textContent.replace(/\D/g, "")).join() !==
      [...side.querySelectorAll(".line .mark")].map((mark) => mark.textContent.replace(/\D/g, "")).join()).length,
  }));
  expect(structure.language === "en", `${file}: no language`);
  expect(structure.landmarks.join() === "1,1,1,1", `${file}: landmarks ${structure.landmarks}`);
  expect(structure.headings[0] === 1 && structure.headings.filter((level) => level === 1).length === 1, `${file}: not one h1`);
  structure.headings.forEach((level, at) =>
    expect(at === 0 || level <= structure.headings[at - 1] + 1, `${file}: heading ${at} jumps to level ${level}`));
  for (const what of ["acting", "tables", "figures", "unsaid", "numbers"]) {
    expect(structure[what] === 0, `${file}: ${structure[what]} wrong of ${what}`);
  }

  for (const [width, colorScheme] of [[1200, "light"], [1200, "dark"], [400, "light"], [400, "dark"], [320, "light"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, media: "screen" });
    const wide = await page.evaluate(() => [document.documentElement.scrollWidth, [...document.querySelectorAll("pre, table, figure")]
      .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.textContent.slice(0, 60))]);
    expect(wide[0] <= width, `${file}: at ${width} the page is ${wide[0]} wide`);
    expect(wide[1].length === 0, `${file}: at ${width} something scrolls that no key can reach: ${wide[1]}`);
    // The same rules hold for the narrow page in the dark.
    if (width === 320 || (width === 400 && colorScheme === "dark")) continue;
    if (quick >= 0 && at >= quick && (width !== 1200 || colorScheme !== "light")) continue;
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"],
    }));
    for (const rule of found.violations) {
      wrong.push(`${file}: ${rule.id} (${width}, ${colorScheme}): ${rule.help}: ${rule.nodes.length} times, first ${rule.nodes[0].html.slice(0, 160)} ${rule.nodes[0].failureSummary}`);
    }
    expect(found.passes === undefined || found.passes.length > 15, `${file}: only ${found.passes.length} rules were looked at`);
  }

  // The first key leads to the way past the contents, and that way leads to the text.
  await page.setViewportSize({ width: 1200, height: 900 });
  await page.keyboard.press("Tab");
  const skip = await page.evaluate(() => [document.activeElement.className, document.activeElement.getBoundingClientRect().top]);
  expect(skip[0] === "skip" && skip[1] >= 0, `${file}: the first key leads to ${skip}`);
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => location.hash) === "#main", `${file}: the way to the text leads elsewhere`);

  // On paper: white even for who reads in the dark, and sheets of both sizes.
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  const ink = await page.evaluate(() => getComputedStyle(document.body).color);
  expect(ink === "rgb(35, 37, 43)", `${file}: on paper the ink is ${ink}`);
  for (const format of ["A4", "Letter"]) {
    const pdf = await page.pdf({ format, preferCSSPageSize: false });
    const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pdf.length > 10_000 && sheets > 0, `${file}: ${format} gives ${sheets} sheets`);
  }
  await page.close();
  if (wrong.length === 0) console.log(`${file}: sound`);
}
await browser.close();
await rm(profile, { recursive: true, force: true });
for (const words of wrong.slice(0, 30)) console.error(words);
process.exitCode = wrong.length === 0 ? 0 : 1;
