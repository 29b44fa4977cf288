import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

/**
 * Renders src/renderer/icon.svg into the icons that packages need (build/icons, build/icon.png, .ico and .icns), with a
 * Chromium: CHROMIUM, else the one of Debian. Run it after the SVG has changed.
 */
const root = resolve(import.meta.dirname, '..');
const svg = readFileSync(join(root, 'src/renderer/icon.svg'), 'utf8');
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // The only page is our own picture; root, as in a container, has no other way.
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const pictures = new Map<number, Buffer>();
try {
  for (const size of SIZES) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(
      `<style>html,body{margin:0;background:transparent}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
    );
    pictures.set(size, await page.screenshot({ omitBackground: true }));
    await page.close();
  }
} finally {
  await browser.close();
}

/** ICO with PNG pictures, as Windows reads it since Vista: a directory of 16-byte entries, then the pictures. */
function ico(sizes: readonly number[]): Uint8Array {
  const header = Buffer.alloc(6 + sizes.length * 16);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(sizes.length, 4);
  const parts: Uint8Array[] = [header];
  let offset = header.length;
  for (const [index, size] of sizes.entries()) {
    const picture = pictures.get(size) ?? Buffer.alloc(0);
    const at = 6 + index * 16;
    // 0 stands for 256.
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(picture.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    parts.push(picture);
    offset += picture.length;
  }
  return Buffer.concat(parts);
}

/** ICNS with PNG pictures: each behind its type and length. */
function icns(types: Readonly<Record<string, number>>): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Uint8Array => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(data.length + 8, 4);
    return Buffer.concat([head, data]);
  };
  const chunks = Object.entries(types).map(([type, size]) =>
    chunk(type, pictures.get(size) ?? Buffer.alloc(0)),
  );
  return chunk('icns', Buffer.concat(chunks));
}

const build = join(root, 'build');
mkdirSync(join(build, 'icons'), { recursive: true });
for (const size of SIZES.filter((size) => size <= 512)) {
  writeFileSync(join(build, 'icons', `${size}x${size}.png`), pictures.get(size) ?? '');
}
writeFileSync(join(build, 'icon.png'), pictures.get(1024) ?? '');
writeFileSync(join(build, 'icon.ico'), ico([16, 24, 32, 48, 64, 128, 256]));
writeFileSync(
  join(build, 'icon.icns'),
  icns({ ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 }),
);
