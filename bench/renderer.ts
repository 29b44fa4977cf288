import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import type { Popularity } from '../src/engine/graph/closure-graph.ts';
import { readStructuredAttrs } from '../src/engine/graph/structured-attrs.ts';
import { cutClosure, seededHost } from './renderer/seeded-host.ts';

const root = resolve(import.meta.dirname, '..');
const DATA = resolve(root, '../shared/data/debian-bookworm.graph.json.gz');
const WINDOW = resolve(root, process.env.STRATA_WINDOW ?? 'out/renderer');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const PATHS = 2000;
const MOST = 125;

/**
 * The window with a closure of 2,000 paths, in real Chromium against the real host: how long it takes to load, what a
 * frame of a budget drag costs, and whether the graph holds up the window once it is laid out.
 */
export async function bench(): Promise<void> {
  const missing = [DATA, CHROMIUM, `${WINDOW}/index.html`].find((path) => !existsSync(path));
  if (missing !== undefined) {
    console.log(`  not run: there is no ${missing.replace(`${root}/`, '')}`);
    return;
  }
  const data = JSON.parse(gunzipSync(readFileSync(DATA)).toString()) as {
    graph: unknown;
    popularity: Popularity;
  };
  const graph = cutClosure(readStructuredAttrs(JSON.stringify({ graph: data.graph })), PATHS);
  console.log(`  ${graph.size} paths, ${graph.references.length} references, ${graph.roots.length} packages`);

  const host = await seededHost(graph, data.popularity, WINDOW);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless=new',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--disable-background-networking',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(WATCH);
    await page.goto(host.address);
    await page.getByRole('banner').waitFor();
    await load(page);
    await drag(page);
    await look(page);
  } finally {
    await browser.close();
    await host.close();
  }
}

/** Counts frames and long tasks in the page. As text: the types of the DOM are not those of this program. */
const WATCH = `
  window.bench = { frames: 0, longTasks: [], strataAt: 0 };
  const count = () => { window.bench.frames += 1; requestAnimationFrame(count); };
  requestAnimationFrame(count);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.bench.longTasks.push(entry.duration);
  }).observe({ type: 'longtask', buffered: true });
  new MutationObserver((_, observer) => {
    if (document.querySelector('[aria-label="Strata"] button') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => { window.bench.strataAt = performance.now(); }));
  }).observe(document, { childList: true, subtree: true });
`;

const read = <Value>(page: Page, expression: string): Promise<Value> =>
  page.evaluate(expression) as Promise<Value>;

/** From the start of the navigation until the strata are drawn and answer: everything is read anew. */
async function load(page: Page): Promise<void> {
  await page.evaluate(`location.hash = '/strata'`);
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    await page.reload();
    let time = 0;
    while (time === 0) {
      await wait(20);
      time = await read<number>(page, 'window.bench.strataAt');
    }
    times.push(time);
  }
  times.sort((a, b) => a - b);
  print('load to interactive, median of 5', times[2], 'ms', 2000);
}

/** The drill from the most layers to the fewest and back, one step a frame. */
async function drag(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const handle = await page.getByRole('slider', { name: 'Layer budget' }).boundingBox();
  const track = await page.getByRole('slider', { name: 'Layer budget' }).locator('..').boundingBox();
  if (handle === null || track === null) throw new Error('The drill is not in sight.');
  const x = handle.x + handle.width / 2;
  const at = (budget: number) => track.y + (1 - Math.log(budget) / Math.log(MOST)) * track.height;
  await page.mouse.move(x, handle.y + handle.height / 2);
  await page.mouse.down();
  await page.mouse.move(x, at(MOST));
  const before = await metrics(session);
  const framesBefore = await read<number>(page, 'window.bench.frames');
  const budgets = Array.from({ length: 120 }, (_, step) => MOST ** (1 - step / 119));
  for (const budget of [...budgets, ...budgets.toReversed()]) {
    await page.mouse.move(x, at(budget));
    await page.evaluate('new Promise(requestAnimationFrame)');
  }
  const frames = (await read<number>(page, 'window.bench.frames')) - framesBefore;
  const after = await metrics(session);
  await page.mouse.up();
  print(
    `budget drag, script a frame over ${frames} frames`,
    ((after.script - before.script) * 1000) / frames,
    'ms',
    16,
  );
  print('budget drag, all main-thread work a frame', ((after.task - before.task) * 1000) / frames, 'ms');
}

async function metrics(session: CDPSession): Promise<{ script: number; task: number }> {
  const { metrics: all } = await session.send('Performance.getMetrics');
  const value = (name: string) => all.find((metric) => metric.name === name)?.value ?? 0;
  return { script: value('ScriptDuration'), task: value('TaskDuration') };
}

/** The graph, once it is laid out: pointing at nodes, zooming and moving about. */
async function look(page: Page): Promise<void> {
  await page.evaluate(`location.hash = '/graph'`);
  const canvas = page.getByRole('img', { name: /^Reference graph/ });
  await canvas.waitFor();
  await page.waitForTimeout(3000);
  const box = await canvas.boundingBox();
  if (box === null) throw new Error('The graph is not in sight.');
  await page.evaluate('window.bench.longTasks = []');
  const framesBefore = await read<number>(page, 'window.bench.frames');
  const start = performance.now();
  for (let step = 0; step < 120; step++) {
    const angle = step / 7;
    await page.mouse.move(
      box.x + box.width * (0.5 + 0.4 * Math.cos(angle)),
      box.y + box.height * (0.5 + 0.4 * Math.sin(angle * 1.3)),
    );
    if (step % 12 === 0) await page.mouse.wheel(0, step % 24 === 0 ? -240 : 240);
    await page.evaluate('new Promise(requestAnimationFrame)');
  }
  const seconds = (performance.now() - start) / 1000;
  const frames = (await read<number>(page, 'window.bench.frames')) - framesBefore;
  const long = await read<number[]>(page, 'window.bench.longTasks');
  print('graph, longest task while pointing and zooming', Math.max(0, ...long), 'ms', 50);
  print('graph, frames a second (drawn in software)', frames / seconds, '');
}

function print(what: string, value: number, unit: string, limit?: number): void {
  const verdict = limit === undefined ? '' : value <= limit ? `  (at most ${limit})` : `  OVER ${limit}`;
  console.log(`  ${what.padEnd(56)}${value.toFixed(1).padStart(8)} ${unit}${verdict}`);
}
