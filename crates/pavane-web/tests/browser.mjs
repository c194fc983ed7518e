// Pages in a headless Chromium, as their users have them.
//
//     node crates/pavane-web/tests/browser.mjs PAVANE [TEST...]
//
// Needs `chromium` and the packages of package.json.

import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [pavane, ...wanted] = process.argv.slice(2);
if (!pavane) {
  console.error("usage: node browser.mjs PAVANE [TEST...]");
  process.exit(2);
}
const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pavane-browser-"));
const pictures = process.env.PAVANE_SCREENSHOTS;
if (pictures) mkdirSync(pictures, { recursive: true });

/** The most bytes of a page without fonts and photos, and of a weight of the family that comes with pavane. */
const [PAGE_MOST, FACE_MOST] = [1_500_000, 125_000];
/** WebGL without a GPU. */
const FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"];
const executablePath = process.env.PAVANE_CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: FLAGS });

let failures = 0;
function expect(is, text) {
  if (is) return;
  failures += 1;
  console.error(`  wrong: ${text}`);
}

const run = (...args) => execFileSync(pavane, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
const examples = () => JSON.parse(run("examples", "--format", "json")).examples.map(({ name }) => name);
/** Native hashes of the first frames. */
const hashes = (patch, count, ...args) =>
  run("render", patch, "--frames", String(count), "--hash", ...args).split("\n").filter((line) => line.startsWith("frame ")).map((line) => line.split(" ")[2]);

/** A page in a profile of its own, in which nothing may be said on the console. */
async function open(address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 960, height: 600 }, ...options });
  const page = await context.newPage();
  page.on("console", (message) => expect(false, `the console says: ${message.text()}`));
  page.on("pageerror", (error) => expect(false, `the page throws: ${error.stack}`));
  await page.goto(address);
  return page;
}

const file = (name) => pathToFileURL(join(folder, name)).href;
const ready = (page) => page.waitForFunction(() => globalThis.pavane && globalThis.pavane.at.frame >= 0, null, { timeout: 60_000 });

async function shot(page, name) {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
}

async function serve(at) {
  const types = { ".html": "text/html", ".js": "text/javascript", ".lzma": "application/octet-stream", ".pav": "text/plain", ".css": "text/css" };
  const server = createServer((request, response) => {
    const path = normalize(join(at, decodeURIComponent(new URL(request.url, "http://x").pathname)));
    try {
      const full = path.endsWith("/") ? join(path, "index.html") : path;
      const bytes = readFileSync(full);
      response.writeHead(200, { "content-type": types[extname(full)] ?? "application/octet-stream" });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** Each by its name, and what it shows. */
const tests = {
  async page_from_a_file() {
    run("web", "examples:golden_spiral", "-o", join(folder, "spiral.html"));
    const size = statSync(join(folder, "spiral.html")).size;
    expect(size < PAGE_MOST, `a page has ${size} bytes`);
    const began = Date.now();
    const page = await open(file("spiral.html"));
    await ready(page);
    const first = Date.now() - began;
    console.log(`  ${size} bytes, first picture after ${first} ms`);
    expect(first < Number(process.env.PAVANE_FIRST_PICTURE_MS ?? 1500), `the first picture came after ${first} ms`);
    const frames = await page.evaluate(async () => {
      const before = pavane.at.frame;
      await new Promise((resolve) => setTimeout(resolve, 400));
      return pavane.at.frame - before;
    });
    expect(frames > 2, `it has played ${frames} frames in 400 ms`);
    const [hash, blank] = await page.evaluate(() => {
      pavane.pause();
      pavane.engine.setSize(320, 180);
      pavane.engine.goTo(29);
      const pixels = pavane.painter.read();
      return [pavane.hash(), pixels.every((part, k) => part === pixels[k % 4])];
    });
    expect(hash === hashes("examples:golden_spiral", 30, "--size", "320x180")[29], `frame 29 has the hash ${hash}`);
    expect(!blank, "the canvas is empty");
    await shot(page, "page");
    await page.context().close();
  },

  /** The pages of all shipped patches, some of which are opened. */
  async pages_of_shipped_patches() {
    // Fonts, photos, logos of their own, and the bytes that are their share.
    const opened = ["letters", "murmuration"];
    const sizes = [];
    for (const name of examples()) {
      run("web", `examples:${name}`, "-o", join(folder, `${name}.html`));
      const { size } = statSync(join(folder, `${name}.html`));
      const program = JSON.parse(run("compile", `examples:${name}`));
      const own = [...(program.images ?? []).map((row) => row.pixels), ...(program.fonts ?? []).map((row) => row.data)].join("").length;
      const faces = readFileSync(join(folder, `${name}.html`), "utf8").match(/"NotoSans-(Regular|Bold).ttf":/g)?.length ?? 0;
      // What is packed and put into a page of base64 is as long, or less.
      const rest = size - own * 1.02 - faces * FACE_MOST;
      expect(rest < PAGE_MOST, `the page of ${name} has ${size} bytes, ${own} of them images and fonts, and ${faces} faces of the family`);
      sizes.push([size, name, own, faces]);
      if (own > 0 && opened.length < 4) opened.push(name);
    }
    sizes.sort(([a], [b]) => a - b);
    const [least, most] = [sizes[0], sizes[sizes.length - 1]];
    console.log(`  ${sizes.length} pages, from ${least[0]} bytes (${least[1]}) to ${most[0]} (${most[1]}, ${most[2]} of them images and fonts)`);
    if (process.env.PAVANE_STATISTICS) for (const [size, name, own, faces] of sizes) console.log(`  ${name.padEnd(18)} ${size} ${own} ${faces}`);
    for (const name of opened) {
      const page = await open(file(`${name}.html`));
      await ready(page);
      const hash = await page.evaluate(() => {
        pavane.pause();
        pavane.engine.setSize(320, 180);
        pavane.engine.goTo(20);
        pavane.draw();
        return pavane.hash();
      });
      const native = hashes(`examples:${name}`, 21, "--size", "320x180")[20];
      expect(hash === native, `the page of ${name}: frame 20 has the hash ${hash}, natively ${native}`);
      await shot(page, `page-${name}`);
      await page.context().close();
    }
  },

  async page_with_files_and_values() {
    const patch = 'input speed: float = 1\nparam many = 3\nuse "dots.pav" as dots { many: many }\ndata rows from "rows.csv" { x: float }\nbackground = #112233\ndraw circle { position: (0.5, 0.5), size: 0.1 * speed, color: #fff }\n';
    writeFileSync(join(folder, "main.pav"), patch);
    writeFileSync(join(folder, "rows.csv"), "x\n0.1\n0.9\n");
    writeFileSync(join(folder, "dots.pav"), "param many = 1\ndomain dots[many] { draw circle { position: (rank, 0.5), size: 0.05, color: #f80 } }\n");
    run("web", join(folder, "main.pav"), "--set", "many=7", "--set", "speed=2", "-o", join(folder, "main.html"));
    const page = await open(file("main.html"));
    await ready(page);
    const hash = await page.evaluate(() => {
      pavane.pause();
      pavane.engine.setSize(1920, 1080);
      pavane.engine.goTo(5);
      return pavane.hash();
    });
    const native = hashes(join(folder, "main.pav"), 6, "--size", "1920x1080", "--set", "many=7", "--set", "speed=2")[5];
    expect(hash === native, `frame 5 has the hash ${hash}, natively ${native}`);
    await page.context().close();
  },

  /** A list to write in, by hand: a field is clicked, text typed, rows are ticked, edited and removed. */
  async a_page_with_text_fields() {
    run("web", "examples:todos", "-o", join(folder, "todos.html"));
    const page = await open(file("todos.html"));
    await ready(page);
    const signals = () => page.evaluate(() => Object.fromEntries(Object.entries(pavane.engine.request({ do: "signals" })).map(([name, [value]]) => [name, value])));
    const until = (name, value) => page.waitForFunction(([name, value]) => pavane.engine.request({ do: "signals" })[name][0] === value, [name, value], { timeout: 5000 }).catch(() => expect(false, `${name} is not ${value}`));
    const place = async (x, y) => {
      const box = await page.locator("canvas").boundingBox();
      const short = Math.min(box.width, box.height);
      return [box.x + box.width / 2 + (x - 0.5) * short, box.y + box.height / 2 + (y - 0.5) * short];
    };
    const click = async (x, y, options) => page.mouse.click(...(await place(x, y)), options);
    const y = (row) => 0.18 + 0.086 * row;
    const active = () => page.evaluate(() => document.activeElement.localName);

    // From here on it no longer plays by itself.
    await click(0.5, 0.06);
    await page.waitForFunction(() => pavane.at.field === 0);
    expect((await active()) === "textarea", "a field that has the focus takes what is typed");
    await page.waitForTimeout(600);
    const { total, left } = await signals();
    await page.keyboard.type("Walk teh dog");
    for (const key of ["Control+ArrowLeft", "ArrowLeft", "Backspace", "Backspace"]) await page.keyboard.press(key);
    await page.keyboard.type("he");
    await shot(page, "todos-typed");
    await page.keyboard.press("Enter");
    await until("total", total + 1);
    await until("left", left + 1);
    // Another one at once: the field is empty, and has the focus still.
    await page.keyboard.type("Feed the cat");
    await page.keyboard.press("Enter");
    await until("total", total + 2);
    // Nothing but spaces is none.
    await page.keyboard.type("  ");
    await page.keyboard.press("Enter");
    await page.waitForTimeout(200);
    await until("total", total + 2);

    const before = (await signals()).left;
    await page.waitForTimeout(600);
    await click(0.125, y(total));
    await until("left", before - 1);
    expect((await active()) === "canvas", "a click elsewhere takes the focus from the field");
    await page.waitForTimeout(500);
    await click(0.5, y(total + 1), { clickCount: 2, delay: 40 });
    await page.waitForFunction(() => pavane.engine.request({ do: "signals" }).edited[0] > 0);
    await page.waitForFunction(() => pavane.at.field === 1);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Feed both cats");
    await page.waitForTimeout(200);
    await shot(page, "todos-edited");
    const hash = await page.evaluate(() => pavane.hash());
    await page.keyboard.press("Enter");
    await until("edited", 0);
    expect((await page.evaluate(() => pavane.hash())) !== hash, "an edit shows");
    await page.waitForTimeout(500);
    await page.mouse.move(...(await place(0.5, y(total))));
    await page.waitForTimeout(300);
    await click(0.875, y(total));
    await until("total", total + 1);
    await page.waitForTimeout(700);
    await shot(page, "todos");

    // What is selected is cut, and pasted as often as one likes.
    await click(0.5, 0.06);
    await page.keyboard.type("again ");
    for (const key of ["Control+a", "Control+x", "Control+v", "Control+v", "Enter"]) await page.keyboard.press(key);
    await until("total", total + 2);
    await page.waitForTimeout(500);
    await shot(page, "todos-pasted");
    await page.context().close();
  },

  /** All shipped patches: hashes; pictures of the CPU raster; and WebGL beside them, by statistics. */
  async shipped_patches() {
    const at = join(folder, "site/");
    run("web", "--playground", "-o", at);
    const server = await serve(at);
    const page = await open(server.address);
    await page.waitForFunction(() => globalThis.playground?.then, null, { timeout: 60_000 });
    await page.evaluate(async () => void (globalThis.play = await playground));
    const size = [480, 270];
    let drawn = 0;
    const worst = [];
    for (const name of examples()) {
      const native = hashes(`examples:${name}`, 30, "--size", size.join("x"));
      const found = await page.evaluate(async ([name, size]) => {
        const { player, shipped } = play;
        const patch = shipped.patches.find((other) => other.name === name);
        player.stop();
        player.fixedSize = size;
        play.begin(`${name}.pav`, patch.text);
        player.pause();
        const hashes = [];
        for (let frame = 0; frame < 30; frame++) {
          player.engine.goTo(frame);
          hashes.push(player.hash());
        }
        player.draw();
        const { renderer, reason } = player;
        const shown = player.painter.read();
        const exact = player.engine.draw().pixels;
        let [sum, most, far] = [0, 0, 0];
        for (let k = 0; k < exact.length; k++) {
          if (k % 4 === 3) continue;
          const off = Math.abs(exact[k] - shown[k]);
          sum += off;
          most = Math.max(most, off);
          if (off > 32) far += 1;
        }
        const parts = (exact.length / 4) * 3;
        return { hashes, renderer, reason, mean: sum / parts, most, far: far / parts };
      }, [name, size]);
      const bad = found.hashes.findIndex((hash, frame) => hash !== native[frame]);
      expect(bad < 0 && native.length === 30, `${name}: frame ${bad} has another hash`);
      if (found.renderer === "cpu") {
        expect(found.most === 0, `${name}: the picture of the CPU comes out otherwise on the canvas`);
        expect(typeof found.reason === "string" && found.reason !== "", `${name}: nothing says why the CPU draws it`);
      } else {
        drawn += 1;
        const mean = name === "halftone" ? 3 : 1.5;
        expect(found.mean <= mean, `${name}: WebGL differs by ${found.mean.toFixed(3)} in the mean`);
        expect(found.far <= 0.001, `${name}: ${(found.far * 100).toFixed(3)} % of WebGL's components are off by more than 32`);
      }
      worst.push(`${name.padEnd(18)} ${found.renderer.padEnd(7)} ${found.reason.padEnd(22)} mean ${found.mean.toFixed(3)} most ${found.most} far ${(found.far * 100).toFixed(4)} %`);
      if (pictures) await page.locator("#canvas").screenshot({ path: join(pictures, `patch-${name}.png`) });
    }
    if (process.env.PAVANE_STATISTICS) console.log(worst.join("\n"));
    console.log(`  WebGL has drawn ${drawn} of ${worst.length}`);
    expect(drawn > 10, `WebGL has drawn only ${drawn} of them`);
    await page.context().close();
    server.close();
  },

  async a_lost_context_recovers() {
    run("web", "examples:gs1", "-o", join(folder, "gs1.html"));
    const page = await open(file("gs1.html"));
    await ready(page);
    const found = await page.evaluate(async () => {
      const { gl } = pavane.painter;
      const heard = [];
      pavane.on("contextlost", () => heard.push("lost"));
      pavane.on("contextrestored", () => heard.push("restored"));
      const lose = gl.getExtension("WEBGL_lose_context");
      lose.loseContext();
      await new Promise((resolve) => setTimeout(resolve, 200));
      const at = pavane.at.frame;
      lose.restoreContext();
      await new Promise((resolve) => setTimeout(resolve, 600));
      const pixels = pavane.painter.read();
      return { heard, moved: pavane.at.frame !== at, blank: pixels.every((part, k) => part === pixels[k % 4]), renderer: pavane.renderer };
    });
    expect(found.heard.join() === "lost,restored", `it has heard ${found.heard}`);
    expect(found.moved && !found.blank && found.renderer === "webgl2", `after a lost context: ${JSON.stringify(found)}`);
    await page.context().close();
  },

  async speed_of_a_frame() {
    run("web", "examples:gs1", "-o", join(folder, "gs1.html"));
    const page = await open(file("gs1.html"));
    await ready(page);
    const least = await page.evaluate(() => {
      pavane.stop();
      pavane.engine.setSize(1280, 720);
      const times = [];
      // Clocks of pages are coarse: twenty frames at a time.
      for (let frame = 1; frame <= 600; ) {
        const began = performance.now();
        for (let k = 0; k < 20; k++, frame++) {
          pavane.engine.goTo(frame);
          pavane.engine.pack();
        }
        times.push((performance.now() - began) / 20);
      }
      times.sort((a, b) => a - b);
      return [times[0], times[15]];
    });
    console.log(`  gs1, engine and packing: least ${least[0].toFixed(3)} ms, median ${least[1].toFixed(3)} ms`);
    // Of many, the one that nobody else disturbed.
    expect(least[0] < 0.5, `a frame of GS1 takes ${least[0]} ms`);
    await page.context().close();
  },
};

/** Opens a playground, and waits until it has a frame. */
async function openPlayground(address, options) {
  const page = await open(address, options);
  await page.waitForFunction(() => globalThis.playground?.then, null, { timeout: 60_000 });
  await page.evaluate(async () => void (globalThis.play = await playground));
  await page.waitForFunction(() => play.player.about && play.player.at.frame >= 0);
  return page;
}

const DOTS = `// Dots: they go round
param many = 12
input bright: float = 1
clip { duration: 60s, rate: 30, size: (200, 120) }
background = #102030
state taps = 0
event tap
on tap { taps = taps + 1 }
turn = cycle(2s)
domain dots[many] {
    draw circle {
        position: (0.5, 0.5) + polar(0.3, rank * 1turn + turn * 1turn)
        size: 0.06 + 0.02 * taps
        color: hsv(rank, 0.7, bright)
    }
}
`;

Object.assign(tests, {
  /** Inputs that are texts, and text fields, of a patch that is written there. */
  async playground_with_texts() {
    run("web", "--playground", "-o", join(folder, "playground.html"));
    const page = await openPlayground(file("playground.html"));
    const patch = 'input name: text = "Ada"\ninput draft: text field\nlong = length(name)\ntyped = length(draft)\ndraw rect as draft { position: (0.5, 0.5), size: 0.4, color: #fff }\ndraw text("{name} {draft}") { position: (0.5, 0.2), size: 0.1 + 0.001 * long + 0.001 * typed, color: #fff }\n';
    await page.locator(".editor textarea, textarea").first().fill(patch);
    await page.waitForFunction(() => play.player.about.fields.join() === "draft");
    const input = page.locator('#sliders input[type="text"]');
    expect((await input.inputValue()) === "Ada", `a text begins as ${await input.inputValue()}`);
    const signal = (name) => page.evaluate((name) => play.player.engine.request({ do: "signals" })[name][0], name);
    const until = (name, value) => page.waitForFunction(([name, value]) => play.player.engine.request({ do: "signals" })[name][0] === value, [name, value], { timeout: 5000 }).catch(async () => expect(false, `${name} is ${await signal(name)}, not ${value}`));
    await input.fill("Grace H.");
    await until("long", 8);
    await page.locator("#canvas").click();
    await page.keyboard.type("space and f");
    await until("typed", 11);
    // Beyond the last field Tab goes on through the page, and keys go where that is.
    await page.keyboard.press("Tab");
    await page.waitForFunction(() => play.player.at.field === -1);
    await shot(page, "playground-texts");
    await page.context().close();
  },

  /** What somebody does who writes a patch. */
  async playground_by_hand() {
    run("web", "--playground", "-o", join(folder, "playground.html"));
    const page = await openPlayground(file("playground.html"));
    const area = page.locator("textarea");
    const type = async (text) => {
      await area.fill(text);
      await page.waitForTimeout(400);
    };
    const problems = () => page.locator("#problems li").allInnerTexts();
    await shot(page, "playground");

    await type(DOTS);
    expect((await problems()).length === 0, `a good patch: ${await problems()}`);
    expect((await page.evaluate(() => play.player.about.name)) === "golden_spiral", "the patch goes on under its name");
    expect(await page.locator(".colours .keyword").count() > 3, "words have colours");

    // State is there when a patch is broken, and when it is mended.
    await page.evaluate(() => {
      play.player.send("tap");
      play.player.send("tap");
    });
    await page.waitForTimeout(200);
    const taps = () => page.evaluate(() => play.player.engine.request({ do: "signals" }).taps?.[0]);
    expect((await taps()) === 2, `there were 2 taps, and it says ${await taps()}`);
    await type(DOTS.replace("size: 0.06", "sice: 0.06"));
    const [problem] = await problems();
    expect(problem?.includes("size"), `a broken patch says: ${problem}`);
    expect((await page.locator(".colours .error").count()) > 0, "what is wrong is underlined");
    const marked = await page.locator(".colours .error").first().innerText();
    expect(marked.includes("sice"), `underlined is: ${marked}`);
    await shot(page, "playground-broken");
    await page.locator("#problems button").first().click();
    expect((await page.locator("#problems pre").innerText()).length > 100, "a code is explained");
    const before = await page.evaluate(() => play.player.at.frame);
    await page.waitForTimeout(300);
    expect((await page.evaluate(() => play.player.at.frame)) !== before, "the picture that ran goes on");
    await type(DOTS.replace("0.06", "0.05"));
    expect((await problems()).length === 0 && (await taps()) === 2, `mended: ${await problems()}, ${await taps()} taps`);

    // A slider of a param, one of an input.
    const slide = async (name, value) => {
      await page.locator(`#sliders input[data-name="${name}"]`).evaluate((range, value) => {
        range.value = value;
        range.dispatchEvent(new Event("input", { bubbles: true }));
      }, value);
      await page.waitForTimeout(200);
    };
    await slide("many", "20");
    expect((await page.evaluate(() => play.player.at.elements)) === 20, "the slider of a param");
    expect((await taps()) === 2, "state stays over a slider");
    await slide("bright", "0.5");
    expect((await page.evaluate(() => play.inputs.bright)) === 0.5, "the slider of an input");

    // Completion from the tables of the compiler.
    await area.focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("y = wave.si");
    await page.waitForTimeout(50);
    const offered = await page.locator(".words li b").allInnerTexts();
    expect(offered.includes("wave.sine"), `offered are ${offered}`);
    await page.keyboard.press("Enter");
    expect((await area.inputValue()).endsWith("y = wave.sine"), "a word is taken");
    await shot(page, "playground-words");

    // Pause, step, scrub.
    await type(DOTS.replace("0.06", "0.05"));
    await page.locator("#play").click();
    const at = await page.evaluate(() => play.player.at.frame);
    await page.locator("#on").click();
    await page.waitForFunction((at) => play.player.at.frame === at + 1, at, { timeout: 3000 });
    await page.locator("#scrub").evaluate((range) => {
      range.value = "7";
      range.dispatchEvent(new Event("input"));
      range.dispatchEvent(new Event("change"));
    });
    await page.waitForFunction(() => play.player.at.frame === 7, null, { timeout: 3000 });
    await page.locator("#figures").click();
    await page.waitForTimeout(100);

    // A GIF as the command makes it.
    writeFileSync(join(folder, "dots.pav"), DOTS.replace("0.06", "0.05"));
    run("render", join(folder, "dots.pav"), "--set", "many=20", "--set", "bright=0.5", "--size", "100x60", "--frames", "12", "-o", join(folder, "dots.gif"));
    await page.locator("#export").click();
    await page.locator("#format").selectOption("gif");
    for (const [id, value] of [["width", 100], ["height", 60], ["from", 0], ["count", 12]]) await page.locator(`#${id}`).fill(String(value));
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#make").click()]);
    const made = readFileSync(await download.path());
    expect(Buffer.compare(made, readFileSync(join(folder, "dots.gif"))) === 0, `the GIF has ${made.length} bytes, and not those of the command`);

    // The address, in a profile that has never seen the patch.
    const link = await page.evaluate(() => play.link());
    const other = await openPlayground(link);
    const hashAt = (page) => page.evaluate(() => {
      play.player.pause();
      play.player.engine.restart();
      play.player.engine.setSize(200, 120);
      play.player.engine.goTo(20);
      return play.player.hash();
    });
    const native = hashes(join(folder, "dots.pav"), 21, "--set", "many=20", "--set", "bright=0.5", "--size", "200x120")[20];
    const theirs = await hashAt(other);
    expect(theirs === native, `the linked patch has the hash ${theirs}, natively ${native}`);
    await shot(other, "playground-link");
    // A link that is none leaves the page as it would be.
    const bad = await openPlayground(`${file("playground.html")}#p1=AAAA`);
    expect((await bad.evaluate(() => play.player.about.name)) === "golden_spiral", "a broken link begins with the gallery");
    for (const one of [page, other, bad]) await one.context().close();
  },

  /** The page that the README shows. */
  async the_readmes_page() {
    const at = join(folder, "readme/");
    run("web", "examples:golden_spiral", "-o", at);
    const [, html] = /```html\n([\s\S]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8"));
    writeFileSync(join(at, "own.html"), `<!doctype html><link rel="icon" href="data:,">\n${html.replace("console.log(", "said.push(").replace('<script type="module">', '<script type="module">\nglobalThis.said = [];')}`);
    const server = await serve(at);
    const page = await open(`${server.address}own.html`);
    await page.waitForFunction(() => globalThis.said?.includes(30), null, { timeout: 30_000 });
    const [frame, hash] = await page.evaluate(() => said.slice(said.lastIndexOf(30)));
    expect(frame === 30 && /^0x[0-9a-f]{16}$/.test(hash), `it says ${frame} ${hash}`);
    await page.context().close();
    server.close();
  },

  async element_and_modules() {
    const at = join(folder, "element/");
    run("web", "examples:golden_spiral", "-o", at);
    writeFileSync(join(at, "spiral.pav"), run("examples", "golden_spiral"));
    writeFileSync(join(at, "words.json"), run("compile", "examples:letters"));
    writeFileSync(join(at, "tap.pav"), DOTS.replace("on tap {", "event told = tap\non tap {"));
    writeFileSync(join(at, "own.html"), `<!doctype html><link rel="icon" href="data:,"><script type="module" src="element.js"></script>
      <style>pavane-player { width: 320px }</style><pavane-player id="a" src="spiral.pav"></pavane-player>
      <pavane-player id="b" autoplay="false" renderer="cpu">draw circle { position: (0.5, 0.5), size: 0.5, color: #f80 }</pavane-player>
      <pavane-player id="c">draw circel</pavane-player>
      <pavane-player id="d" autoplay="false" src="golden_spiral.json.lzma"></pavane-player>
      <pavane-player id="e" autoplay="false" src="words.json"></pavane-player>`);
    const server = await serve(at);
    const page = await open(`${server.address}own.html`);
    const found = await page.evaluate(async () => {
      const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map((id) => document.getElementById(id));
      const failed = new Promise((resolve) => c.addEventListener("error", (event) => resolve(event.detail.kind)));
      await Promise.all([a.ready, b.ready, d.ready, e.ready]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      a.pause();
      const isPaused = a.player.paused;
      const frames = a.player.at.frame;
      a.remove();
      const stopped = !a.player.isStarted;
      document.body.append(a);
      return { isPaused, frames, stopped, started: a.player.isStarted, kind: await failed, b: [b.player.paused, b.player.renderer, b.hash().length], bad: c.shadowRoot.querySelector("pre").hidden };
    });
    expect(found.isPaused && found.frames > 0 && found.stopped && found.started, `the first: ${JSON.stringify(found)}`);
    const programs = await page.evaluate(async () => {
      const [d, e] = ["d", "e"].map((id) => document.getElementById(id));
      const shown = ({ player }) => {
        player.engine.setSize(320, 180);
        player.engine.goTo(10);
        return [player.engine.compiles, player.hash()];
      };
      const before = [shown(d), shown(e)];
      const heard = new Promise((resolve) => d.player.on("compiled", resolve));
      // A patch is no program: the whole module takes it.
      d.setAttribute("src", "spiral.pav");
      await heard;
      return [...before, shown(d)];
    });
    const native = (name) => hashes(`examples:${name}`, 11, "--size", "320x180")[10];
    const expected = [[false, native("golden_spiral")], [false, native("letters")], [true, native("golden_spiral")]];
    expect(JSON.stringify(programs) === JSON.stringify(expected), `programs in elements: ${JSON.stringify(programs)}, natively ${JSON.stringify(expected)}`);
    expect(found.kind === "patch" && found.bad === false, `the third: ${JSON.stringify(found)}`);
    expect(found.b[0] && found.b[1] === "cpu" && found.b[2] === 18, `the second: ${JSON.stringify(found)}`);
    await shot(page, "elements");
    const whole = await open(server.address);
    await ready(whole);
    for (const one of [page, whole]) await one.context().close();
    server.close();
  },
});

for (const [name, test] of Object.entries(tests)) {
  if (wanted.length && !wanted.includes(name)) continue;
  console.log(name);
  try {
    await test();
  } catch (error) {
    expect(false, `${name}: ${error.stack}`);
  }
}
await browser.close();
rmSync(folder, { recursive: true });
if (failures) {
  console.error(`${failures} things are wrong`);
  process.exit(1);
}
